namespace Annotator.Formats.Geometry;

/// <summary>
/// Run lengths of a mask: counts of equal pixels that alternate between 0 and 1 and start with zeros. Row by row over a
/// tight box in CVAT's form, column by column over the whole image in COCO's. Everything works on runs, never on bitmaps.
/// </summary>
public static class MaskRuns
{
    /// <summary>Changes between 0 and 1 that one mask may have; more is noise or an attack, and cannot be kept in memory.</summary>
    public const int MaxChanges = 16_000_000;

    /// <summary>Pixels that are set.</summary>
    public static long Area(ReadOnlySpan<int> runs)
    {
        long area = 0;
        for (var i = 1; i < runs.Length; i += 2)
        {
            area += runs[i];
        }

        return area;
    }

    /// <summary>Whether the runs are not negative and fill exactly so many pixels.</summary>
    public static bool Fill(ReadOnlySpan<int> runs, long pixels)
    {
        long sum = 0;
        foreach (var run in runs)
        {
            if (run < 0)
            {
                return false;
            }

            sum += run;
        }

        return sum == pixels;
    }

    /// <summary>
    /// A mask in the contract's form (row runs of a box, then left, top, right, bottom, inclusive) as column runs of an image
    /// of the given size. Parts outside of the image are cut off.
    /// </summary>
    /// <exception cref="ArgumentException">The points are no mask: see <see cref="IsMask"/>.</exception>
    public static int[] ToCoco(ReadOnlySpan<double> points, int width, int height)
    {
        if (!IsMask(points, long.MaxValue))
        {
            throw new ArgumentException("These points are no mask.", nameof(points));
        }

        var box = PixelBox.Of(points);
        var runs = new int[points.Length - 4];
        for (var i = 0; i < runs.Length; i++)
        {
            runs[i] = (int)points[i];
        }

        return Transpose(runs, box.Width, new Target(height, width, box.Top, box.Left));
    }

    /// <summary>
    /// Column runs of an image as a mask in the contract's form; empty when no pixel is set.
    /// </summary>
    /// <exception cref="ArgumentException">The runs do not fill the image.</exception>
    public static double[] FromCoco(ReadOnlySpan<int> runs, int width, int height)
    {
        if (!Fill(runs, (long)width * height))
        {
            throw new ArgumentException("The runs do not fill the image.", nameof(runs));
        }

        if (TightBox(runs, height) is not { } box)
        {
            return [];
        }

        var rows = Transpose(runs, height, new Target(box.Width, box.Height, -box.Left, -box.Top));
        var points = new double[rows.Length + 4];
        for (var i = 0; i < rows.Length; i++)
        {
            points[i] = rows[i];
        }

        (points[^4], points[^3], points[^2], points[^1]) = (box.Left, box.Top, box.Right, box.Bottom);
        return points;
    }

    /// <summary>The smallest box around the set pixels of column runs; null when none is set.</summary>
    public static PixelBox? TightBox(ReadOnlySpan<int> runs, int height)
    {
        long position = 0;
        int left = int.MaxValue, top = int.MaxValue, right = -1, bottom = -1;
        for (var i = 0; i < runs.Length; i++)
        {
            if (i % 2 == 1 && runs[i] > 0)
            {
                var (firstColumn, firstRow) = ((int)(position / height), (int)(position % height));
                var last = position + runs[i] - 1;
                var (lastColumn, lastRow) = ((int)(last / height), (int)(last % height));
                left = Math.Min(left, firstColumn);
                right = Math.Max(right, lastColumn);
                top = Math.Min(top, firstColumn == lastColumn ? firstRow : 0);
                bottom = Math.Max(bottom, firstColumn == lastColumn ? lastRow : height - 1);
            }

            position += runs[i];
        }

        return right < 0 ? null : new PixelBox(left, top, right, bottom);
    }

    /// <summary>
    /// Whether points are a mask in the contract's form: whole run lengths that fill the box of at most
    /// <paramref name="maxPixels"/> pixels.
    /// </summary>
    public static bool IsMask(ReadOnlySpan<double> points, long maxPixels)
    {
        if (points.Length < 5)
        {
            return false;
        }

        foreach (var number in points)
        {
            if (!(Math.Abs(number) <= int.MaxValue / 2) || number != Math.Truncate(number))
            {
                return false;
            }
        }

        var box = PixelBox.Of(points);
        if (box.Width <= 0 || box.Height <= 0 || (long)box.Width * box.Height > maxPixels)
        {
            return false;
        }

        long sum = 0;
        foreach (var run in points[..^4])
        {
            if (run < 0)
            {
                return false;
            }

            sum += (long)run;
        }

        return sum == (long)box.Width * box.Height;
    }

    /// <summary>The pixels that are set in either of two masks of the same size.</summary>
    public static int[] Union(ReadOnlySpan<int> one, ReadOnlySpan<int> other)
    {
        var result = new RunBuilder();
        int i = 0, j = 0;
        long restOne = one.Length > 0 ? one[0] : 0;
        long restOther = other.Length > 0 ? other[0] : 0;
        while (i < one.Length && j < other.Length)
        {
            var step = Math.Min(restOne, restOther);
            result.Add((i % 2 == 1) | (j % 2 == 1), step);
            restOne -= step;
            restOther -= step;
            while (restOne == 0 && ++i < one.Length)
            {
                restOne = one[i];
            }

            while (restOther == 0 && ++j < other.Length)
            {
                restOther = other[j];
            }
        }

        return result.ToArray();
    }

    /// <summary>Where transposed runs go: line length and number of lines there, and what is added to lines and positions.</summary>
    private readonly record struct Target(int LineLength, int Lines, int LineShift, int PositionShift);

    /// <summary>
    /// Turns runs along lines into runs across them. A pixel at (line, position) goes to position <c>line + LineShift</c> of
    /// line <c>position + PositionShift</c>. The cost is that of the result.
    /// </summary>
    private static int[] Transpose(ReadOnlySpan<int> runs, int lineLength, Target target)
    {
        var changes = new ChangeCollector(target.LineLength, target.Lines, target.LineShift, target.PositionShift);
        var previous = new List<int>();
        var current = new List<int>();
        long position = 0;
        long line = 0;
        for (var i = 0; i < runs.Length; i++)
        {
            var rest = (long)runs[i];
            while (i % 2 == 1 && rest > 0)
            {
                var at = position / lineLength;
                if (at != line)
                {
                    line = Close(changes, ref previous, ref current, line, at);
                }

                var from = (int)(position % lineLength);
                var length = (int)Math.Min(rest, lineLength - from);
                current.Add(from);
                current.Add(from + length);
                position += length;
                rest -= length;
            }

            position += rest;
        }

        line = Close(changes, ref previous, ref current, line, line + 1);
        changes.AddDifference(previous, current, line);
        return changes.ToRuns();
    }

    /// <summary>Ends a line; lines without set pixels up to the next one count as one empty line.</summary>
    private static long Close(ChangeCollector changes, ref List<int> previous, ref List<int> current, long line, long next)
    {
        changes.AddDifference(previous, current, line);
        (previous, current) = (current, previous);
        current.Clear();
        if (next > line + 1)
        {
            changes.AddDifference(previous, current, line + 1);
            previous.Clear();
        }

        return next;
    }
}

/// <summary>A box of whole pixels; all four sides belong to it.</summary>
public readonly record struct PixelBox(int Left, int Top, int Right, int Bottom)
{
    public int Width => Right - Left + 1;
    public int Height => Bottom - Top + 1;

    /// <summary>The last four numbers of a mask's points.</summary>
    internal static PixelBox Of(ReadOnlySpan<double> mask) => new((int)mask[^4], (int)mask[^3], (int)mask[^2], (int)mask[^1]);
}
