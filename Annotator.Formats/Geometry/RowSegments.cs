namespace Annotator.Formats.Geometry;

/// <summary>Pixels of a mask as stretches of rows, gathered from the top row down.</summary>
public sealed class RowSegments
{
    private readonly List<(int Row, int From, int To)> _segments = [];
    private int _left = int.MaxValue;
    private int _right = -1;

    public bool IsEmpty => _segments.Count == 0;

    /// <summary>Adds pixels of a row; <paramref name="to"/> is the first one behind them. They come from left to right.</summary>
    /// <exception cref="DatasetException">The mask is too fine to be kept in memory.</exception>
    public void Add(int row, int from, int to)
    {
        if (_segments.Count >= MaskRuns.MaxChanges / 2)
        {
            throw new DatasetException("mask-too-fine", $"A mask has more than {MaskRuns.MaxChanges} changes between set and unset pixels.");
        }

        _segments.Add((row, from, to));
        _left = Math.Min(_left, from);
        _right = Math.Max(_right, to - 1);
    }

    /// <summary>The mask in the contract's form; empty when no pixel is set.</summary>
    public double[] ToMask()
    {
        if (_right < 0)
        {
            return [];
        }

        var (top, bottom, width) = (_segments[0].Row, _segments[^1].Row, _right - _left + 1L);
        var runs = new RunBuilder();
        long position = 0;
        foreach (var (row, from, to) in _segments)
        {
            var start = (row - top) * width + from - _left;
            runs.Add(false, start - position);
            runs.Add(true, to - from);
            position = start + to - from;
        }

        runs.Add(false, (bottom - top + 1) * width - position);
        var counts = runs.ToArray();
        var points = new double[counts.Length + 4];
        for (var i = 0; i < counts.Length; i++)
        {
            points[i] = counts[i];
        }

        (points[^4], points[^3], points[^2], points[^1]) = (_left, top, _right, bottom);
        return points;
    }

    /// <summary>The stretches of a mask in the contract's form that lie within an image of that size, from the top row down.</summary>
    public static IEnumerable<(int Row, int From, int To)> Of(double[] mask, int width, int height)
    {
        var box = PixelBox.Of(mask);
        long position = 0;
        for (var i = 0; i < mask.Length - 4; i++)
        {
            var rest = (long)mask[i];
            while (i % 2 == 1 && rest > 0)
            {
                var (row, column) = (position / box.Width + box.Top, (int)(position % box.Width));
                var length = (int)Math.Min(rest, box.Width - column);
                var (from, to) = (Math.Max(0, box.Left + (long)column), Math.Min(width, box.Left + (long)column + length));
                if (row >= 0 && row < height && from < to)
                {
                    yield return ((int)row, (int)from, (int)to);
                }

                position += length;
                rest -= length;
            }

            position += rest;
        }
    }
}
