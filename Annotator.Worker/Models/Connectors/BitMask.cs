using Annotator.Formats.Geometry;

namespace Annotator.Worker.Models.Connectors;

/// <summary>Masks as others write them: pixel by pixel.</summary>
internal static class BitMask
{
    /// <summary>The contract's form of the pixels that are set, row by row; empty when none is.</summary>
    /// <param name="left">Where the pixels' first column lies in the picture.</param>
    public static double[] Of(ReadOnlySpan<bool> pixels, int width, int height, int left = 0, int top = 0)
    {
        int minX = width, minY = height, maxX = -1, maxY = -1;
        for (var y = 0; y < height; y++)
        {
            var row = pixels.Slice(y * width, width);
            if (row.IndexOf(true) is >= 0 and var first)
            {
                (minX, maxX) = (Math.Min(minX, first), Math.Max(maxX, row.LastIndexOf(true)));
                (minY, maxY) = (Math.Min(minY, y), y);
            }
        }

        if (maxX < 0)
        {
            return [];
        }

        var runs = new List<double>();
        var (set, length) = (false, 0);
        for (var y = minY; y <= maxY; y++)
        {
            for (var x = minX; x <= maxX; x++)
            {
                if (pixels[(y * width) + x] != set)
                {
                    runs.Add(length);
                    (set, length) = (!set, 0);
                }

                length++;
            }
        }

        runs.Add(length);
        runs.AddRange([left + minX, top + minY, left + maxX, top + maxY]);
        return [.. runs];
    }

    /// <summary>The contract's form of a polygon's inside; empty when it covers no pixel of the picture.</summary>
    public static double[] OfPolygon(double[] points, int width, int height) =>
        points.Length >= 6 && PolygonRaster.Runs(points, width, height) is { } runs ? MaskRuns.FromCoco(runs, width, height) : [];
}
