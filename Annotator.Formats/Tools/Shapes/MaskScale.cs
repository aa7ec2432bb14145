using Annotator.Formats.Geometry;

namespace Annotator.Formats.Tools.Shapes;

/// <summary>Masks at another size: each new pixel is what the old one under its middle was. Only runs are touched.</summary>
internal static class MaskScale
{
    /// <summary>In the contract's form again; empty when no pixel's middle falls on a set one.</summary>
    /// <param name="mask">In the contract's form, valid.</param>
    public static double[] Of(ReadOnlySpan<double> mask, double x, double y)
    {
        if (!MaskRuns.IsMask(mask, DatasetLimits.Default.MaxPixels))
        {
            return [];
        }

        var box = PixelBox.Of(mask);
        var rows = Rows(mask, box);
        var (top, bottom) = (First(box.Top, y), First(box.Bottom + 1L, y));
        var scaled = new List<(int Row, List<int> Sides)>();
        int left = int.MaxValue, right = int.MinValue;
        for (var row = top; row < bottom; row++)
        {
            var sides = new List<int>();
            foreach (var (from, to) in rows[Math.Clamp((int)Math.Floor((row + .5) / y) - box.Top, 0, rows.Length - 1)])
            {
                var (start, end) = (First(from, x), First(to, x));
                if (start < end)
                {
                    sides.Add(start);
                    sides.Add(end);
                }
            }

            if (sides.Count > 0)
            {
                scaled.Add((row, sides));
                (left, right) = (Math.Min(left, sides[0]), Math.Max(right, sides[^1]));
            }
        }

        return scaled.Count == 0 ? [] : Runs(scaled, left, right);
    }

    /// <summary>The first pixel whose middle lies behind an edge of the old image.</summary>
    private static int First(long edge, double factor) => (int)Math.Clamp(Math.Ceiling(edge * factor - .5), 0, int.MaxValue);

    private static List<(int From, int To)>[] Rows(ReadOnlySpan<double> mask, PixelBox box)
    {
        var rows = new List<(int, int)>[box.Height];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = [];
        }

        long position = 0;
        for (var i = 0; i < mask.Length - 4; i++)
        {
            var end = position + (long)mask[i];
            for (var at = position; i % 2 == 1 && at < end;)
            {
                var row = at / box.Width;
                var stop = Math.Min(end, (row + 1) * box.Width);
                rows[row].Add((box.Left + (int)(at - row * box.Width), box.Left + (int)(stop - row * box.Width)));
                at = stop;
            }

            position = end;
        }

        return rows;
    }

    private static double[] Runs(List<(int Row, List<int> Sides)> rows, int left, int right)
    {
        var result = new RunBuilder();
        var width = right - left;
        var next = rows[0].Row;
        foreach (var (row, sides) in rows)
        {
            result.Add(false, (long)(row - next) * width);
            var at = left;
            for (var i = 0; i < sides.Count; i += 2)
            {
                result.Add(false, sides[i] - at);
                result.Add(true, sides[i + 1] - sides[i]);
                at = sides[i + 1];
            }

            result.Add(false, right - at);
            next = row + 1;
        }

        return [.. result.ToArray().Select(run => (double)run), left, rows[0].Row, right - 1, rows[^1].Row];
    }
}
