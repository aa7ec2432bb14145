using Annotator.Inference.Geometry;

namespace Annotator.Inference.Decoding;

/// <summary>
/// [B, 1, h, w] of how likely text is: parts above 0.3 become turned rectangles, weak and thin ones go, and the rest grow by
/// what the training had shrunk them.
/// </summary>
internal sealed class TextRegionDecoder : IPredictionDecoder
{
    private const float Threshold = 0.3f;
    private const double ShortestSide = 3;
    private const double Growth = 1.5;

    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var output = context.Output(context.Rules.Masks ?? context.Rules.Boxes);
        var (height, width) = (output.Along(-2), output.Along(-1));
        var values = output.Of(context.Image).ToArray();
        if (values.Length != width * height)
        {
            throw DecodeContext.Shape(output, "[B, 1, h, w]");
        }

        var placement = context.Placement;
        var (scaleX, scaleY) = ((double)placement.Width / width, (double)placement.Height / height);
        var found = new List<Prediction>();
        foreach (var cells in Components.Of(values, width, height, Threshold))
        {
            // The hull needs only each cell's outer corners, and of each row only the ends.
            var rectangle = TurnedRectangle.Around(RowEnds(cells, width));
            if (Math.Min(rectangle.Width, rectangle.Height) < ShortestSide)
            {
                continue;
            }

            var score = cells.Average(cell => (double)values[cell]);
            if (!context.Accepts(0, (float)score))
            {
                continue;
            }

            var grown = rectangle.Grown(rectangle.Width * rectangle.Height * Growth / (2 * (rectangle.Width + rectangle.Height)));
            var corners = grown.Corners();
            for (var i = 0; i < corners.Length; i += 2)
            {
                (corners[i], corners[i + 1]) = (placement.ToImageX(corners[i] * scaleX), placement.ToImageY(corners[i + 1] * scaleY));
            }

            found.Add(new Prediction { Kind = PredictionKind.Polygon, LabelIndex = 0, Label = context.Description.LabelName(0), Score = Math.Clamp(score, 0, 1), Points = corners });
        }

        return found.OrderByDescending(prediction => prediction.Score).Take(context.MaxDetections);
    }

    private static List<(double X, double Y)> RowEnds(List<int> cells, int width)
    {
        var ends = new Dictionary<int, (int Left, int Right)>();
        foreach (var cell in cells)
        {
            var (x, y) = (cell % width, cell / width);
            ends[y] = ends.TryGetValue(y, out var row) ? (Math.Min(row.Left, x), Math.Max(row.Right, x)) : (x, x);
        }

        var points = new List<(double X, double Y)>(ends.Count * 4);
        foreach (var (y, (left, right)) in ends)
        {
            points.AddRange([(left, y), (left, y + 1), (right + 1, y), (right + 1, y + 1)]);
        }

        return points;
    }
}
