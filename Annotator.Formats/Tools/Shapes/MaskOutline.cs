using Annotator.Formats.Geometry;

namespace Annotator.Formats.Tools.Shapes;

/// <summary>
/// Walks around the set pixels of a mask along their edges. The rings that come out cover exactly these pixels again.
/// </summary>
public static class MaskOutline
{
    /// <summary>A mask with more corners than this is noise: nobody edits its outline, and joining its holes takes for ever.</summary>
    private const int MostCorners = 100_000;

    /// <summary>
    /// One ring of x, y pairs for each part of the mask; parts that touch at a corner only are parts of their own. Holes are
    /// joined to their part's ring. Null when the mask is so torn that it has more than 100,000 corners.
    /// </summary>
    /// <param name="mask">In the contract's form, valid.</param>
    public static List<double[]>? Trace(ReadOnlySpan<double> mask)
    {
        var (outer, holes) = Rings(Edges(mask));
        if (outer.Sum(ring => ring.Count) + holes.Sum(ring => ring.Count) > MostCorners)
        {
            return null;
        }

        foreach (var hole in holes.OrderBy(hole => hole[0].X).ThenBy(hole => hole[0].Y))
        {
            Join(outer, hole);
        }

        return [.. outer.OrderBy(ring => ring[0].Y).ThenBy(ring => ring[0].X).Select(Flat)];
    }

    /// <summary>
    /// Upright edges by their lower end in walking order: set pixels lie to the right hand, so that a part is walked
    /// clockwise on the screen and a hole the other way round.
    /// </summary>
    private static SortedDictionary<int, List<int>> Edges(ReadOnlySpan<double> mask)
    {
        var box = PixelBox.Of(mask);
        var rows = new SortedDictionary<int, List<int>>();
        long position = 0;
        for (var i = 0; i < mask.Length - 4; i++)
        {
            var end = position + (long)mask[i];
            if (i % 2 == 1)
            {
                for (var at = position; at < end;)
                {
                    var row = (int)(at / box.Width);
                    var stop = Math.Min(end, (row + 1L) * box.Width);
                    Add(rows, box.Top + row, box.Left + (int)(at - (long)row * box.Width), box.Left + (int)(stop - (long)row * box.Width));
                    at = stop;
                }
            }

            position = end;
        }

        return rows;
    }

    /// <summary>Runs that touch are one.</summary>
    private static void Add(SortedDictionary<int, List<int>> rows, int row, int from, int to)
    {
        if (!rows.TryGetValue(row, out var sides))
        {
            rows[row] = sides = [];
        }

        if (sides.Count > 0 && sides[^1] == from)
        {
            sides[^1] = to;
        }
        else
        {
            sides.Add(from);
            sides.Add(to);
        }
    }

    /// <summary>
    /// At every height between two rows, the columns at which exactly one of them changes are corners, and two by two they
    /// are the ends of level edges.
    /// </summary>
    private static (List<List<Point>> Outer, List<List<Point>> Holes) Rings(SortedDictionary<int, List<int>> rows)
    {
        var next = new Dictionary<Corner, Corner>();
        foreach (var (row, sides) in rows)
        {
            Level(next, row, rows.GetValueOrDefault(row - 1) ?? [], sides);
            if (!rows.ContainsKey(row + 1))
            {
                Level(next, row + 1, sides, []);
            }
        }

        var outer = new List<List<Point>>();
        var holes = new List<List<Point>>();
        var uprights = Uprights(rows);
        foreach (var start in next.Keys.ToList())
        {
            if (!next.ContainsKey(start))
            {
                continue;
            }

            var ring = new List<Point>();
            var corner = start;
            do
            {
                var level = next[corner];
                next.Remove(corner);
                ring.Add(corner.At);
                ring.Add(level.At);
                corner = uprights[level];
            }
            while (corner != start);

            (Twice(ring) > 0 ? outer : holes).Add(FromLeftmost(ring));
        }

        return (outer, holes);
    }

    /// <summary>
    /// The level edges at one height, each from the end of an upright edge to the start of another. Where two pixels touch at
    /// a corner only, one column stands for two corners, told apart by the row they belong to.
    /// </summary>
    private static void Level(Dictionary<Corner, Corner> next, int y, List<int> above, List<int> below)
    {
        var ends = new List<(int X, bool Below)>();
        int i = 0, j = 0;
        while (i < above.Count || j < below.Count)
        {
            if (j == below.Count || (i < above.Count && above[i] < below[j]))
            {
                ends.Add((above[i++], false));
            }
            else if (i == above.Count || below[j] < above[i])
            {
                ends.Add((below[j++], true));
            }
            else if (i % 2 == j % 2)
            {
                // The side goes straight on.
                i++;
                j++;
            }
            else
            {
                // One pixel ends where another begins: its corner first.
                ends.Add(i % 2 == 1 ? (above[i], false) : (below[j], true));
                ends.Add(i % 2 == 1 ? (below[j], true) : (above[i], false));
                i++;
                j++;
            }
        }

        for (var k = 0; k + 1 < ends.Count; k += 2)
        {
            var (left, right) = (new Corner(ends[k].X, y, ends[k].Below), new Corner(ends[k + 1].X, y, ends[k + 1].Below));
            // A left side is walked upwards, a right side downwards: only the end of one can lead to the start of another.
            if (EndsHere(left, above, below))
            {
                next[left] = right;
            }
            else
            {
                next[right] = left;
            }
        }
    }

    /// <summary>Whether the upright edge of this corner is walked towards it.</summary>
    private static bool EndsHere(Corner corner, List<int> above, List<int> below)
    {
        var leftSide = (corner.Below ? below : above).BinarySearch(corner.X) % 2 == 0;
        return leftSide == corner.Below;
    }

    /// <summary>The far end of each upright edge, by the end at which it is entered.</summary>
    private static Dictionary<Corner, Corner> Uprights(SortedDictionary<int, List<int>> rows)
    {
        var result = new Dictionary<Corner, Corner>();
        var open = new Dictionary<(int X, bool Left), int>();
        List<int> before = [];
        var last = int.MinValue;
        foreach (var (row, sides) in rows)
        {
            if (row != last + 1)
            {
                Close(before, [], last + 1);
                before = [];
            }

            Close(before, sides, row);
            for (var i = 0; i < sides.Count; i++)
            {
                open.TryAdd((sides[i], i % 2 == 0), row);
            }

            (before, last) = (sides, row);
        }

        Close(before, [], last + 1);
        return result;

        void Close(List<int> above, List<int> below, int y)
        {
            for (var i = 0; i < above.Count; i++)
            {
                var at = below.BinarySearch(above[i]);
                if (at >= 0 && at % 2 == i % 2)
                {
                    continue;
                }

                open.Remove((above[i], i % 2 == 0), out var top);
                var (upper, lower) = (new Corner(above[i], top, true), new Corner(above[i], y, false));
                if (i % 2 == 0)
                {
                    result[lower] = upper;
                }
                else
                {
                    result[upper] = lower;
                }
            }
        }
    }

    /// <summary>
    /// Cuts from the hole's leftmost corner to the left until a ring is met, and walks the cut, the hole and the cut back.
    /// Holes come from left to right, so that what is met is already part of a ring.
    /// </summary>
    private static void Join(List<List<Point>> rings, List<Point> hole)
    {
        var from = hole[0];
        var (best, at, x) = (-1, -1, int.MinValue);
        for (var r = 0; r < rings.Count; r++)
        {
            var ring = rings[r];
            for (var i = 0; i < ring.Count; i++)
            {
                var (one, two) = (ring[i], ring[(i + 1) % ring.Count]);
                if (one.X == two.X && one.X < from.X && one.X > x && Math.Min(one.Y, two.Y) <= from.Y && Math.Max(one.Y, two.Y) > from.Y)
                {
                    (best, at, x) = (r, i, one.X);
                }
            }
        }

        var cut = new Point(x, from.Y);
        rings[best].InsertRange(at + 1, [cut, .. hole, from, cut]);
    }

    private static List<Point> FromLeftmost(List<Point> ring)
    {
        var first = 0;
        for (var i = 1; i < ring.Count; i++)
        {
            if (ring[i].X < ring[first].X || (ring[i].X == ring[first].X && ring[i].Y < ring[first].Y))
            {
                first = i;
            }
        }

        return [.. ring[first..], .. ring[..first]];
    }

    private static long Twice(List<Point> ring)
    {
        long twice = 0;
        for (var i = 0; i < ring.Count; i++)
        {
            var next = ring[(i + 1) % ring.Count];
            twice += (long)ring[i].X * next.Y - (long)next.X * ring[i].Y;
        }

        return twice;
    }

    private static double[] Flat(List<Point> ring) => [.. ring.SelectMany(point => new double[] { point.X, point.Y })];

    private readonly record struct Point(int X, int Y);

    /// <summary>An end of an upright edge; <paramref name="Below"/> tells whether the edge goes down from here.</summary>
    private readonly record struct Corner(int X, int Y, bool Below)
    {
        public Point At => new(X, Y);
    }
}
