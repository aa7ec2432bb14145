namespace Annotator.Inference.Decoding;

/// <summary>Douglas and Peucker's way of leaving out points, for closed rings.</summary>
internal static class RingSimplifier
{
    /// <summary>The ring without the points that lie nearer than the tolerance to the line between their kept neighbours.</summary>
    public static double[] Simplify(double[] ring, double tolerance)
    {
        var count = ring.Length / 2;
        if (count <= 4)
        {
            return ring;
        }

        // The two ends of the ring's longest reach stay for certain.
        var start = Farthest(ring, 0);
        var far = Farthest(ring, start);
        var keep = new bool[count];
        keep[start] = keep[far] = true;
        Between(ring, start, far, tolerance, keep);
        Between(ring, far, start, tolerance, keep);
        var result = new List<double>();
        for (var i = 0; i < count; i++)
        {
            if (keep[i])
            {
                result.Add(ring[i * 2]);
                result.Add(ring[(i * 2) + 1]);
            }
        }

        return [.. result];
    }

    private static int Farthest(double[] ring, int from)
    {
        var (best, most) = (from, -1.0);
        for (var i = 0; i < ring.Length / 2; i++)
        {
            var distance = double.Hypot(ring[i * 2] - ring[from * 2], ring[(i * 2) + 1] - ring[(from * 2) + 1]);
            if (distance > most)
            {
                (best, most) = (i, distance);
            }
        }

        return best;
    }

    private static void Between(double[] ring, int from, int to, double tolerance, bool[] keep)
    {
        var count = ring.Length / 2;
        var open = new Stack<(int From, int To)>();
        open.Push((from, to));
        while (open.TryPop(out var part))
        {
            var (worst, most) = (-1, tolerance);
            for (var i = (part.From + 1) % count; i != part.To; i = (i + 1) % count)
            {
                var distance = FromSegment(ring, i, part.From, part.To);
                if (distance > most)
                {
                    (worst, most) = (i, distance);
                }
            }

            if (worst >= 0)
            {
                keep[worst] = true;
                open.Push((part.From, worst));
                open.Push((worst, part.To));
            }
        }
    }

    private static double FromSegment(double[] ring, int point, int from, int to)
    {
        var (x, y) = (ring[point * 2] - ring[from * 2], ring[(point * 2) + 1] - ring[(from * 2) + 1]);
        var (dx, dy) = (ring[to * 2] - ring[from * 2], ring[(to * 2) + 1] - ring[(from * 2) + 1]);
        var length = (dx * dx) + (dy * dy);
        var along = length == 0 ? 0 : Math.Clamp(((x * dx) + (y * dy)) / length, 0, 1);
        return double.Hypot(x - (along * dx), y - (along * dy));
    }
}
