namespace Annotator.Formats.Tracks;

/// <summary>
/// Interpolates outlines whose numbers of vertices may differ: vertices are matched by how far along the outline they lie,
/// and superfluous ones are thinned out again.
/// </summary>
internal static class Outline
{
    public static double[] Polygon(double[] left, double[] right, double t) =>
        Polyline(Closed(left), Closed(right), t)[..^2];

    public static double[] Polyline(double[] left, double[] right, double t)
    {
        var matches = Match(Offsets(left), Offsets(right));
        var list = new List<double>(left.Length + right.Length);
        var firstEntry = new int[matches.Length];
        for (var i = 0; i < matches.Length; i++)
        {
            firstEntry[i] = list.Count / 2;
            foreach (var j in matches[i])
            {
                list.Add(left[i * 2] + (right[j * 2] - left[i * 2]) * t);
                list.Add(left[i * 2 + 1] + (right[j * 2 + 1] - left[i * 2 + 1]) * t);
            }
        }

        var reduced = new List<double>(list.Count);
        for (var i = 0; i < matches.Length; i++)
        {
            if (matches[i].Count == 1)
            {
                var last = i;
                while (last + 1 < matches.Length && matches[last + 1].Count == 1 && matches[last + 1][0] == matches[i][0])
                {
                    last++;
                }

                Thin(list, firstEntry[i], firstEntry[last], Length(left, i, last), last - i + 1, reduced);
                i = last;
            }
            else
            {
                var (from, to) = (matches[i][0], matches[i][^1]);
                Thin(list, firstEntry[i], firstEntry[i] + matches[i].Count - 1, Length(right, from, to), to - from + 1, reduced);
            }
        }

        return [.. reduced];
    }

    private static double[] Closed(double[] ring) => [.. ring, ring[0], ring[1]];

    /// <summary>How far along the outline each vertex lies, 0 to 1; not a number, but for the first, when the outline has no length.</summary>
    private static double[] Offsets(double[] points)
    {
        var result = new double[points.Length / 2];
        var whole = Length(points, 0, result.Length - 1);
        double length = 0;
        for (var i = 1; i < result.Length; i++)
        {
            length += Length(points, i - 1, i);
            result[i] = length / whole;
        }

        return result;
    }

    private static double Length(double[] points, int from, int to)
    {
        double length = 0;
        for (var i = from; i < to; i++)
        {
            length += Distance(points, i, i + 1);
        }

        return length;
    }

    private static double Distance(double[] points, int one, int other) =>
        Math.Sqrt(Square(points[one * 2] - points[other * 2]) + Square(points[one * 2 + 1] - points[other * 2 + 1]));

    private static double Square(double value) => value * value;

    /// <summary>For each left vertex the right ones it becomes, rising; none is left out on either side.</summary>
    private static List<int>[] Match(double[] left, double[] right)
    {
        var matches = new List<int>[left.Length];
        var taken = new bool[right.Length];
        for (var i = 0; i < left.Length; i++)
        {
            var nearest = Nearest(right, left[i]);
            matches[i] = [nearest];
            taken[nearest] = true;
        }

        for (var j = 0; j < right.Length; j++)
        {
            if (!taken[j])
            {
                matches[Nearest(left, right[j])].Add(j);
            }
        }

        foreach (var match in matches)
        {
            match.Sort();
        }

        return matches;
    }

    /// <summary>The first of the nearest; comparisons with not-a-number are false, so such an offset gets the first of all.</summary>
    private static int Nearest(double[] offsets, double offset)
    {
        var best = 0;
        var distance = Math.Abs(offsets[0] - offset);
        for (var i = 1; i < offsets.Length; i++)
        {
            var other = Math.Abs(offsets[i] - offset);
            if (other < distance)
            {
                (best, distance) = (i, other);
            }
        }

        return best;
    }

    /// <summary>Keeps the first and last entry of a segment, and between them those far enough from the one kept before.</summary>
    private static void Thin(List<double> list, int first, int last, double length, int vertices, List<double> reduced)
    {
        var threshold = length / (2 * vertices);
        var start = reduced.Count;
        Keep(first);
        if (first == last)
        {
            return;
        }

        for (var i = first + 1; i < last; i++)
        {
            if (FromLastKept(i) >= threshold)
            {
                Keep(i);
            }
        }

        if (reduced.Count - start == 2 && FromLastKept(last) < threshold)
        {
            reduced[^2] = (reduced[^2] + list[last * 2]) / 2;
            reduced[^1] = (reduced[^1] + list[last * 2 + 1]) / 2;
            return;
        }

        Keep(last);

        void Keep(int entry)
        {
            reduced.Add(list[entry * 2]);
            reduced.Add(list[entry * 2 + 1]);
        }

        double FromLastKept(int entry) =>
            Math.Sqrt(Square(list[entry * 2] - reduced[^2]) + Square(list[entry * 2 + 1] - reduced[^1]));
    }
}
