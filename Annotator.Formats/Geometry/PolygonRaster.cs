using System.Buffers;

namespace Annotator.Formats.Geometry;

/// <summary>
/// Which pixels a polygon covers, by the rule of COCO's own tools, so that areas and masks agree with theirs: the outline is
/// walked on a grid five times as fine, and a column changes where the outline crosses its middle.
/// </summary>
public static class PolygonRaster
{
    private const int Scale = 5;

    /// <summary>Steps on the fine grid that one polygon may need; beyond, it is far larger than any image.</summary>
    private const long MaxSteps = 50_000_000;

    /// <summary>Column runs of an image of the given size; null when the outline is too long to be walked.</summary>
    /// <param name="points">x, y, x, y …; the ring is closed by itself.</param>
    public static int[]? Runs(ReadOnlySpan<double> points, int width, int height)
    {
        var crossings = Crossings(points, width, height, out var count);
        if (crossings is null)
        {
            return null;
        }

        var result = new RunBuilder();
        long position = 0;
        for (var i = 0; i < count; i++)
        {
            result.Add(i % 2 == 1, crossings[i] - position);
            position = crossings[i];
        }

        result.Add(count % 2 == 1, (long)width * height - position);
        ArrayPool<long>.Shared.Return(crossings);
        return result.ToArray();
    }

    /// <summary>Pixels covered inside the image; null when the outline is too long to be walked.</summary>
    public static long? Area(ReadOnlySpan<double> points, int width, int height)
    {
        var crossings = Crossings(points, width, height, out var count);
        if (crossings is null)
        {
            return null;
        }

        long area = 0;
        for (var i = 1; i < count; i += 2)
        {
            area += crossings[i] - crossings[i - 1];
        }

        if (count % 2 == 1)
        {
            area += (long)width * height - crossings[count - 1];
        }

        ArrayPool<long>.Shared.Return(crossings);
        return area;
    }

    private static long[]? Crossings(ReadOnlySpan<double> points, int width, int height, out int count)
    {
        count = 0;
        var corners = points.Length / 2;
        long steps = 0;
        for (var i = 0; i < corners; i++)
        {
            var next = (i + 1) % corners;
            var longest = Math.Max(Math.Abs(points[i * 2] - points[next * 2]), Math.Abs(points[i * 2 + 1] - points[next * 2 + 1]));
            if (!(longest * Scale < MaxSteps) || !(Math.Abs(points[i * 2]) < MaxSteps) || !(Math.Abs(points[i * 2 + 1]) < MaxSteps))
            {
                return null;
            }

            steps += (long)(longest * Scale) + 2;
        }

        if (steps > MaxSteps)
        {
            return null;
        }

        var walker = new OutlineWalker(width, height);
        for (var i = 0; i < corners; i++)
        {
            var next = (i + 1) % corners;
            walker.Walk(Fine(points[i * 2]), Fine(points[i * 2 + 1]), Fine(points[next * 2]), Fine(points[next * 2 + 1]));
        }

        return walker.Sorted(out count);
    }

    private static int Fine(double coordinate) => (int)(Scale * coordinate + .5);

    /// <summary>Walks the outline step by step and notes where columns are crossed.</summary>
    private struct OutlineWalker(int width, int height)
    {
        private long[] _crossings = ArrayPool<long>.Shared.Rent(256);
        private int _count;
        private bool _started;
        private int _x;
        private int _y;

        public void Walk(int fromX, int fromY, int toX, int toY)
        {
            int dx = Math.Abs(toX - fromX), dy = Math.Abs(toY - fromY);
            var alongX = dx >= dy;
            var steps = alongX ? dx : dy;

            // Walked from the smaller end, so that an edge covers the same cells whichever way it is drawn.
            var flipped = alongX ? fromX > toX : fromY > toY;
            var (startX, startY) = flipped ? (toX, toY) : (fromX, fromY);
            var slope = steps == 0 ? 0 : alongX
                ? (double)(flipped ? fromY - toY : toY - fromY) / dx
                : (double)(flipped ? fromX - toX : toX - fromX) / dy;
            for (var step = 0; step <= steps; step++)
            {
                var t = flipped ? steps - step : step;
                if (alongX)
                {
                    Visit(startX + t, (int)(startY + slope * t + .5));
                }
                else
                {
                    Visit((int)(startX + slope * t + .5), startY + t);
                }
            }
        }

        public readonly long[] Sorted(out int count)
        {
            Array.Sort(_crossings, 0, _count);
            count = _count;
            return _crossings;
        }

        private void Visit(int x, int y)
        {
            var (lastX, lastY) = (_x, _y);
            (_x, _y) = (x, y);
            if (!_started)
            {
                _started = true;
                return;
            }

            if (x == lastX)
            {
                return;
            }

            var fine = x < lastX ? x : x - 1;
            if (fine < 0 || fine % Scale != Scale / 2)
            {
                return;
            }

            var column = fine / Scale;
            if (column >= width)
            {
                return;
            }

            var row = ((y < lastY ? y : lastY) + .5) / Scale - .5;
            Add((long)column * height + (int)Math.Ceiling(Math.Clamp(row, 0, height)));
        }

        private void Add(long crossing)
        {
            if (_count == _crossings.Length)
            {
                var larger = ArrayPool<long>.Shared.Rent(_count * 2);
                Array.Copy(_crossings, larger, _count);
                ArrayPool<long>.Shared.Return(_crossings);
                _crossings = larger;
            }

            _crossings[_count++] = crossing;
        }
    }
}
