namespace Annotator.Inference.Decoding;

/// <summary>
/// One person's crop to one skeleton: by a strip of values along each axis (SimCC), or by a map of values for each node.
/// </summary>
internal sealed class CropPoseDecoder(bool maps) : IPredictionDecoder
{
    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var nodes = (maps ? FromMaps(context) : FromStrips(context)).ToList();
        var score = nodes.Count == 0 ? 0 : nodes.Average(node => node.Score);
        return context.Accepts(0, (float)score)
            ? [new Prediction { Kind = PredictionKind.Skeleton, LabelIndex = 0, Label = context.Description.LabelName(0), Score = score, Nodes = nodes }]
            : [];
    }

    private static IEnumerable<PredictedNode> FromStrips(DecodeContext context)
    {
        var (across, down) = (context.Output(context.Rules.Boxes, 3), context.Output(context.Rules.Scores, 3));
        var (width, height) = (across.Along(2), down.Along(2));
        for (var node = 0; node < across.Along(1); node++)
        {
            var x = across.Of(context.Image).Slice(node * width, width);
            var y = down.Of(context.Image).Slice(node * height, height);
            var (atX, atY) = (Numbers.IndexOfMax(x), Numbers.IndexOfMax(y));
            var score = atX < 0 || atY < 0 ? 0 : Math.Min(x[atX], y[atY]);
            yield return atX < 0 || atY < 0
                ? NodeReader.Node(context, node, float.NaN, 0, 0)
                : NodeReader.Node(
                    context, node, atX * (float)context.Placement.Width / width, atY * (float)context.Placement.Height / height, score);
        }
    }

    private static IEnumerable<PredictedNode> FromMaps(DecodeContext context)
    {
        var output = context.Output(context.Rules.Boxes, 4);
        var (count, height, width) = (output.Along(1), output.Along(2), output.Along(3));
        for (var node = 0; node < count; node++)
        {
            var map = output.Of(context.Image).Slice(node * width * height, width * height);
            var best = Numbers.IndexOfMax(map);
            if (best < 0)
            {
                yield return NodeReader.Node(context, node, float.NaN, 0, 0);
                continue;
            }

            var (column, row) = (best % width, best / width);
            // The top lies a quarter of a cell toward the larger neighbour.
            var x = column + (column > 0 && column < width - 1 ? 0.25f * MathF.Sign(map[best + 1] - map[best - 1]) : 0);
            var y = row + (row > 0 && row < height - 1 ? 0.25f * MathF.Sign(map[best + width] - map[best - width]) : 0);
            yield return NodeReader.Node(context, node, x * context.Placement.Width / width, y * context.Placement.Height / height, map[best]);
        }
    }
}
