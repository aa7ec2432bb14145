using Annotator.Formats.Geometry;

namespace Annotator.Formats.Png;

/// <summary>Images of a single mask: pixels that are not 0 belong to it.</summary>
internal static class MaskPng
{
    /// <summary>The mask in the contract's form; empty when no pixel is set.</summary>
    /// <param name="width">The photo's width; 0 keeps the image's own. Other sizes are brought to the photo's by the nearest pixel.</param>
    /// <exception cref="DatasetException">No PNG, damaged, over a limit, or too fine.</exception>
    public static double[] Read(Stream content, string path, DatasetLimits limits, int width = 0, int height = 0)
    {
        using var png = new PngReader(content, path, limits);
        var row = new int[png.Width];
        var (columns, rows) = width > 0 && height > 0 ? (width, height) : (png.Width, png.Height);
        if ((long)columns * rows > limits.MaxPixels)
        {
            throw new DatasetException("image-too-large", $"{path} belongs to an image of {columns} x {rows} pixels; the limit is {limits.MaxPixels}.");
        }

        var segments = new RowSegments();
        var target = 0;
        for (var y = 0; png.ReadRow(row); y++)
        {
            for (; target < rows && (long)target * png.Height / rows == y; target++)
            {
                Add(segments, row, target, columns);
            }
        }

        return segments.ToMask();
    }

    /// <summary>Writes a mask in the contract's form as an image of 0 and 1.</summary>
    public static void Write(Stream output, double[] mask, int width, int height)
    {
        using var png = new PngWriter(output, width, height, PngForm.Grey8);
        var row = new int[width];
        var next = 0;
        foreach (var (y, from, to) in RowSegments.Of(mask, width, height))
        {
            for (; next < y; next++)
            {
                png.WriteRow(row);
                Array.Clear(row);
            }

            row.AsSpan(from, to - from).Fill(1);
        }

        for (; next < height; next++)
        {
            png.WriteRow(row);
            Array.Clear(row);
        }
    }

    private static void Add(RowSegments segments, int[] row, int y, int columns)
    {
        var from = -1;
        for (var x = 0; x < columns; x++)
        {
            var set = row[(int)((long)x * row.Length / columns)] != 0;
            if (set && from < 0)
            {
                from = x;
            }
            else if (!set && from >= 0)
            {
                segments.Add(y, from, x);
                from = -1;
            }
        }

        if (from >= 0)
        {
            segments.Add(y, from, columns);
        }
    }
}
