using Annotator.Formats.Geometry;

namespace Annotator.Inference.Sessions;

/// <summary>
/// Large pictures in parts: tiles that overlap, and the whole picture once, so that small things are seen near and large ones
/// whole. Where two of one label cover the smaller of them by half, the stronger stays.
/// </summary>
internal static class Tiles
{
    private const double MergedFrom = 0.5;

    public static IReadOnlyList<Prediction> Predict(ModelSession session, PixelImage image, int size, double overlap, PredictionOptions options, CancellationToken cancel)
    {
        var all = new List<Prediction>(session.PredictWhole([image], options, cancel)[0]);
        if (image.Width <= size && image.Height <= size)
        {
            return all;
        }

        foreach (var top in Starts(image.Height, size, overlap))
        {
            foreach (var left in Starts(image.Width, size, overlap))
            {
                cancel.ThrowIfCancellationRequested();
                var tile = image.Crop(left, top, size, size);
                all.AddRange(session.PredictWhole([tile], options, cancel)[0].Select(prediction => Moved(prediction, left, top)));
            }
        }

        return Merged(all, options.MaxDetections ?? session.Description.Nms.MaxDet);
    }

    /// <summary>Where tiles begin: even steps, the last one at the far edge.</summary>
    internal static IEnumerable<int> Starts(int length, int size, double overlap)
    {
        if (length <= size)
        {
            return [0];
        }

        var step = Math.Max(1, (int)(size * (1 - overlap)));
        var count = (int)Math.Ceiling((double)(length - size) / step) + 1;
        return Enumerable.Range(0, count).Select(i => (int)Math.Round((double)(length - size) * i / (count - 1)));
    }

    private static List<Prediction> Merged(List<Prediction> all, int most)
    {
        var kept = new List<(Prediction Prediction, Box Box)>();
        foreach (var prediction in all.OrderByDescending(prediction => prediction.Score))
        {
            var box = BoxOf(prediction);
            if (kept.Count < most && (box is not { } own || !kept.Exists(other => other.Prediction.LabelIndex == prediction.LabelIndex && OverSmaller(other.Box, own) > MergedFrom)))
            {
                kept.Add((prediction, box ?? default));
            }
        }

        return [.. kept.Select(entry => entry.Prediction)];
    }

    private static double OverSmaller(Box one, Box other)
    {
        var width = Math.Min(one.Right, other.Right) - Math.Max(one.Left, other.Left);
        var height = Math.Min(one.Bottom, other.Bottom) - Math.Max(one.Top, other.Top);
        var smaller = Math.Min(one.Area, other.Area);
        return width <= 0 || height <= 0 || smaller <= 0 ? 0 : width * height / smaller;
    }

    /// <summary>The box around a prediction; null for a tag.</summary>
    private static Box? BoxOf(Prediction prediction) => prediction.Kind switch
    {
        PredictionKind.Tag => null,
        PredictionKind.Rectangle => new Box(prediction.Points[0], prediction.Points[1], prediction.Points[2], prediction.Points[3]),
        PredictionKind.RotatedRectangle => Outlines.BoxAround(Outlines.RectangleCorners(prediction.Points, prediction.Rotation)),
        PredictionKind.Mask => new Box(prediction.Points[^4], prediction.Points[^3], prediction.Points[^2] + 1, prediction.Points[^1] + 1),
        PredictionKind.Skeleton when prediction.Box.Length == 4 => new Box(prediction.Box[0], prediction.Box[1], prediction.Box[2], prediction.Box[3]),
        PredictionKind.Skeleton => Outlines.BoxAround([.. prediction.Nodes.SelectMany(node => new[] { node.X, node.Y })]),
        _ => Outlines.BoxAround(prediction.Points),
    };

    private static Prediction Moved(Prediction prediction, int left, int top) => prediction with
    {
        Points = prediction.Kind == PredictionKind.Mask
            ? [.. prediction.Points[..^4], prediction.Points[^4] + left, prediction.Points[^3] + top, prediction.Points[^2] + left, prediction.Points[^1] + top]
            : Shifted(prediction.Points, left, top),
        Box = Shifted(prediction.Box, left, top),
        Nodes = [.. prediction.Nodes.Select(node => node with { X = node.X + left, Y = node.Y + top })],
    };

    private static double[] Shifted(double[] points, int left, int top) => [.. points.Select((number, i) => number + (i % 2 == 0 ? left : top))];
}
