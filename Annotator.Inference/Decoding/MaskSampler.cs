using Annotator.Formats.Geometry;
using Annotator.Inference.Preprocessing;

namespace Annotator.Inference.Decoding;

/// <summary>
/// Turns a coarse grid of values over the model's input into a mask of the picture: at the middle of each pixel the grid is
/// read between its cells, and the pixel is set where the value is above the threshold.
/// </summary>
internal static class MaskSampler
{
    /// <param name="grid">Rows of a grid that spans the whole input.</param>
    /// <param name="box">Left, top, right, bottom in the picture: pixels whose middles lie outside stay unset.</param>
    /// <returns>The mask in the contract's form; empty when no pixel is set.</returns>
    public static double[] Sample(ReadOnlySpan<float> grid, int gridWidth, int gridHeight, ImagePlacement placement, ReadOnlySpan<double> box, float threshold) =>
        Sample(
            grid,
            gridWidth,
            gridHeight,
            (placement.ScaleX * gridWidth / placement.Width, ((double)placement.OffsetX * gridWidth / placement.Width) - 0.5),
            (placement.ScaleY * gridHeight / placement.Height, ((double)placement.OffsetY * gridHeight / placement.Height) - 0.5),
            (placement.ImageWidth, placement.ImageHeight),
            box,
            threshold);

    /// <summary>As the other, where the middle of a pixel at x stands at <c>x × Scale + Shift</c> of the grid's cells, counted by their middles.</summary>
    public static double[] Sample(
        ReadOnlySpan<float> grid, int gridWidth, int gridHeight, (double Scale, double Shift) across, (double Scale, double Shift) down, (int Width, int Height) image, ReadOnlySpan<double> box, float threshold)
    {
        var left = (int)Math.Clamp(Math.Ceiling(box[0] - 0.5), 0, image.Width);
        var right = (int)Math.Clamp(Math.Ceiling(box[2] - 0.5), 0, image.Width);
        var top = (int)Math.Clamp(Math.Ceiling(box[1] - 0.5), 0, image.Height);
        var bottom = (int)Math.Clamp(Math.Ceiling(box[3] - 0.5), 0, image.Height);
        var segments = new RowSegments();
        var (columns, parts) = (new int[Math.Max(0, right - left)], new float[Math.Max(0, right - left)]);
        for (var x = left; x < right; x++)
        {
            (columns[x - left], parts[x - left]) = Place(((x + 0.5) * across.Scale) + across.Shift, gridWidth);
        }

        for (var y = top; y < bottom; y++)
        {
            var (row, part) = Place(((y + 0.5) * down.Scale) + down.Shift, gridHeight);
            var upper = grid.Slice(row * gridWidth, gridWidth);
            var lower = grid.Slice(Math.Min(row + 1, gridHeight - 1) * gridWidth, gridWidth);
            var from = -1;
            for (var x = left; x < right; x++)
            {
                var (column, share) = (columns[x - left], parts[x - left]);
                var next = Math.Min(column + 1, gridWidth - 1);
                var above = upper[column] + ((upper[next] - upper[column]) * share);
                var below = lower[column] + ((lower[next] - lower[column]) * share);
                var set = above + ((below - above) * part) > threshold;
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
                segments.Add(y, from, right);
            }
        }

        return segments.ToMask();
    }

    private static (int Cell, float Part) Place(double at, int length)
    {
        at = Math.Clamp(at, 0, length - 1);
        var cell = (int)at;
        return (cell, (float)(at - cell));
    }
}
