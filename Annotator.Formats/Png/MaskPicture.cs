using Annotator.Formats.Geometry;

namespace Annotator.Formats.Png;

/// <summary>Pictures of a single mask as people look at them: whatever is not black belongs to it.</summary>
internal static class MaskPicture
{
    /// <summary>
    /// The mask in the contract's form, moved by <paramref name="left"/> and <paramref name="top"/>; empty when no pixel is
    /// set. A pixel is set when it has a colour and is not transparent; an image that has no colours at all is told by its
    /// opacity.
    /// </summary>
    /// <param name="content">Left open.</param>
    /// <param name="onSize">Told the picture's width and height before its rows are read.</param>
    /// <exception cref="DatasetException">No PNG, damaged, over a limit, or too finely divided.</exception>
    public static double[] Read(Stream content, string path, DatasetLimits limits, int left = 0, int top = 0, Action<int, int>? onSize = null)
    {
        using var png = new PngReader(content, path, limits);
        onSize?.Invoke(png.Width, png.Height);
        var (colored, opaque) = (new RowSegments(), new RowSegments());
        var values = new int[png.Width];
        var opacity = new byte[png.Width];
        var transparency = png.Form.Pixels is PngPixels.Rgba or PngPixels.GreyAlpha;
        for (var row = 0; png.ReadRow(values, opacity); row++)
        {
            for (var x = 0; x < values.Length; x++)
            {
                values[x] = png.ColorOf(values[x]) != 0 ? 1 : 0;
            }

            AddRow(colored, row, values, opacity);
            if (transparency && colored.IsEmpty)
            {
                Array.Fill(values, 1);
                AddRow(opaque, row, values, opacity);
            }
        }

        var points = (colored.IsEmpty ? opaque : colored).ToMask();
        if (points.Length > 0)
        {
            points[^4] += left;
            points[^2] += left;
            points[^3] += top;
            points[^1] += top;
        }

        return points;
    }

    /// <summary>Writes an image of the given size, black but for the mask; parts outside of the image are cut off.</summary>
    /// <param name="mask">In the contract's form.</param>
    /// <param name="output">Left open.</param>
    public static void Write(Stream output, int width, int height, double[] mask, int color)
    {
        using var png = new PngWriter(output, width, height, PngForm.Palette8, [0, color]);
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

    private static void AddRow(RowSegments mask, int row, int[] values, byte[] opacity)
    {
        for (var x = 0; x < values.Length;)
        {
            var from = x;
            while (x < values.Length && values[x] != 0 && opacity[x] != 0)
            {
                x++;
            }

            if (x > from)
            {
                mask.Add(row, from, x);
            }

            x++;
        }
    }
}
