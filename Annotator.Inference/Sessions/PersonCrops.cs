namespace Annotator.Inference.Sessions;

/// <summary>Models that look at one person at a time: each region is cut out with some room around it, in the input's shape.</summary>
internal static class PersonCrops
{
    private const double Room = 1.25;

    public static IReadOnlyList<Prediction> Predict(ModelSession session, PixelImage image, PredictionOptions options, CancellationToken cancel)
    {
        var regions = options.Regions ?? [[0, 0, image.Width, image.Height]];
        var (windows, corners) = (new List<PixelImage>(), new List<(int Left, int Top)>());
        var shape = (double)session.Description.Input.Width / Math.Max(1, session.Description.Input.Height);
        foreach (var region in regions)
        {
            var room = options.Regions is null ? 1 : Room;
            var (width, height) = ((region[2] - region[0]) * room, (region[3] - region[1]) * room);
            (width, height) = width > height * shape ? (width, width / shape) : (height * shape, height);
            var (left, top) = ((int)Math.Round(((region[0] + region[2]) / 2) - (width / 2)), (int)Math.Round(((region[1] + region[3]) / 2) - (height / 2)));
            windows.Add(image.Window(left, top, Math.Max(1, (int)Math.Round(width)), Math.Max(1, (int)Math.Round(height))));
            corners.Add((left, top));
        }

        return [.. session.PredictWhole(windows, options, cancel)
            .SelectMany((predictions, i) => predictions.Select(prediction => Moved(prediction, corners[i], regions[i])))
            .OrderByDescending(prediction => prediction.Score)];
    }

    private static Prediction Moved(Prediction prediction, (int Left, int Top) corner, double[] region) => prediction with
    {
        Nodes = [.. prediction.Nodes.Select(node => node with { X = node.X + corner.Left, Y = node.Y + corner.Top })],
        Box = region,
    };
}
