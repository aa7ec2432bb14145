namespace Annotator.Formats.Geometry;

/// <summary>Collects the pixels of one mask while an image's rows pass, and gives it in the contract's form.</summary>
internal sealed class RowMask
{
    private readonly List<(int Row, int From, int To)> _spans = [];
    private int _left = int.MaxValue;
    private int _right;

    public bool IsEmpty => _spans.Count == 0;

    /// <summary>Adds pixels from <paramref name="from"/> up to but not including <paramref name="to"/>; rows and places rise.</summary>
    /// <exception cref="DatasetException">The mask has more edges than one may have.</exception>
    public void Add(int row, int from, int to)
    {
        if (_spans.Count * 2L >= MaskRuns.MaxChanges)
        {
            throw new DatasetException("mask-too-fine", $"A mask has more than {MaskRuns.MaxChanges} changes between set and unset pixels.");
        }

        _spans.Add((row, from, to));
        _left = Math.Min(_left, from);
        _right = Math.Max(_right, to);
    }

    /// <summary>Row runs of the smallest box, then left, top, right, bottom, inclusive; empty without pixels.</summary>
    public double[] ToPoints()
    {
        if (IsEmpty)
        {
            return [];
        }

        var (top, bottom, width) = (_spans[0].Row, _spans[^1].Row, _right - _left);
        var runs = new RunBuilder();
        long position = 0;
        foreach (var (row, from, to) in _spans)
        {
            var start = (long)(row - top) * width + from - _left;
            runs.Add(false, start - position);
            runs.Add(true, to - from);
            position = start + to - from;
        }

        runs.Add(false, (long)(bottom - top + 1) * width - position);
        var counts = runs.ToArray();
        var points = new double[counts.Length + 4];
        for (var i = 0; i < counts.Length; i++)
        {
            points[i] = counts[i];
        }

        (points[^4], points[^3], points[^2], points[^1]) = (_left, top, _right - 1, bottom);
        return points;
    }
}
