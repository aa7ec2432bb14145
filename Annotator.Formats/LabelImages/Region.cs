using Annotator.Formats.Geometry;

namespace Annotator.Formats.LabelImages;

/// <summary>The pixels of one object of a label image, gathered run by run.</summary>
internal sealed class Region
{
    private readonly List<(long Start, int Length)> _spans = [];

    public long Area { get; private set; }

    /// <param name="start">Counted from the image's first pixel, row by row; rising.</param>
    public void Add(long start, int length)
    {
        Area += length;
        if (_spans.Count > 0 && _spans[^1].Start + _spans[^1].Length == start)
        {
            _spans[^1] = (_spans[^1].Start, _spans[^1].Length + length);
        }
        else
        {
            _spans.Add((start, length));
        }
    }

    /// <summary>The pixels as a mask in the contract's form; empty when there is none.</summary>
    /// <param name="width">The image's.</param>
    public double[] ToMask(int width)
    {
        if (_spans.Count == 0)
        {
            return [];
        }

        var box = Box(width);
        var runs = new RunBuilder();
        long done = 0;
        foreach (var (start, length) in _spans)
        {
            var (at, rest) = (start, (long)length);
            while (rest > 0)
            {
                var (row, column) = ((int)(at / width), (int)(at % width));
                var part = Math.Min(rest, width - column);
                var position = (long)(row - box.Top) * box.Width + (column - box.Left);
                runs.Add(false, position - done);
                runs.Add(true, part);
                (done, at, rest) = (position + part, at + part, rest - part);
            }
        }

        runs.Add(false, (long)box.Width * box.Height - done);
        var counts = runs.ToArray();
        var points = new double[counts.Length + 4];
        for (var i = 0; i < counts.Length; i++)
        {
            points[i] = counts[i];
        }

        (points[^4], points[^3], points[^2], points[^1]) = (box.Left, box.Top, box.Right, box.Bottom);
        return points;
    }

    private PixelBox Box(int width)
    {
        int left = int.MaxValue, right = -1;
        foreach (var (start, length) in _spans)
        {
            var column = (int)(start % width);
            var end = column + (long)length - 1;
            left = end < width ? Math.Min(left, column) : 0;
            right = end < width ? Math.Max(right, (int)end) : width - 1;
        }

        var last = _spans[^1].Start + _spans[^1].Length - 1;
        return new PixelBox(left, (int)(_spans[0].Start / width), right, (int)(last / width));
    }
}
