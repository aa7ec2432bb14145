using Annotator.Formats.Model;

namespace Annotator.Formats.Tracks;

/// <summary>
/// Turns an outline so that it fits another one: run the same way and, if it is closed, begun at the vertex from which both
/// lie best on each other. The editor has the same rule; what differs by rounding only is decided for the first.
/// </summary>
public static class Alignment
{
    private const int Samples = 64;

    /// <summary><paramref name="right"/> with its vertices in the order in which those of <paramref name="left"/> meet them; the same vertices.</summary>
    public static double[] Of(ShapeKind kind, double[] left, double[] right) => kind switch
    {
        ShapeKind.Polygon => Ring(left, right),
        ShapeKind.Polyline => Line(left, right),
        _ => right,
    };

    private static double[] Ring(double[] left, double[] right)
    {
        var directed = Area(left) * Area(right) < 0 ? Reversed(right) : right;
        var offsets = Offsets(directed, closed: true);
        var from = Centred(Sampled(left, Offsets(left, closed: true), 0, closed: true));
        var (best, least) = (0, double.PositiveInfinity);
        for (var shift = 0; shift < directed.Length / 2; shift++)
        {
            var cost = Distance(from, Centred(Sampled(directed, offsets, offsets[shift], closed: true)));
            if (cost < least - 1e-9 * (1 + cost))
            {
                (best, least) = (shift, cost);
            }
        }

        return best == 0 ? directed : [.. directed[(2 * best)..], .. directed[..(2 * best)]];
    }

    private static double[] Line(double[] left, double[] right)
    {
        var from = Centred(Sampled(left, Offsets(left, closed: false), 0, closed: false));
        var backwards = Reversed(right);
        var kept = Distance(from, Centred(Sampled(right, Offsets(right, closed: false), 0, closed: false)));
        var turned = Distance(from, Centred(Sampled(backwards, Offsets(backwards, closed: false), 0, closed: false)));
        return turned < kept - 1e-9 * (1 + turned) ? backwards : right;
    }

    private static double[] Reversed(double[] points)
    {
        var result = new double[points.Length];
        for (var i = 0; i < points.Length; i += 2)
        {
            (result[i], result[i + 1]) = (points[points.Length - 2 - i], points[points.Length - 1 - i]);
        }

        return result;
    }

    /// <summary>Twice the area, positive when the ring runs clockwise on the screen.</summary>
    private static double Area(double[] ring)
    {
        double sum = 0;
        for (var i = 0; i < ring.Length; i += 2)
        {
            var j = (i + 2) % ring.Length;
            sum += ring[i] * ring[j + 1] - ring[j] * ring[i + 1];
        }

        return sum;
    }

    /// <summary>How far along the outline each vertex lies, and at last its whole length.</summary>
    private static double[] Offsets(double[] points, bool closed)
    {
        var count = points.Length / 2;
        var result = new double[count + (closed ? 1 : 0)];
        for (var i = 1; i < result.Length; i++)
        {
            var (a, b) = (2 * (i - 1), 2 * (i % count));
            var (dx, dy) = (points[b] - points[a], points[b + 1] - points[a + 1]);
            result[i] = result[i - 1] + Math.Sqrt(dx * dx + dy * dy);
        }

        return result;
    }

    /// <summary>Places at even distances along the outline, from <paramref name="begin"/> on; of a line both ends are among them.</summary>
    private static double[] Sampled(double[] points, double[] offsets, double begin, bool closed)
    {
        var whole = offsets[^1];
        var count = points.Length / 2;
        var result = new double[2 * Samples];
        var edge = 0;
        for (var k = 0; k < Samples; k++)
        {
            var at = begin + whole * k / (closed ? Samples : Samples - 1);
            if (at >= whole && closed)
            {
                at -= whole;
            }

            if (at < offsets[edge])
            {
                edge = 0;
            }

            while (edge + 2 < offsets.Length && offsets[edge + 1] <= at)
            {
                edge++;
            }

            var (a, b) = (2 * edge, 2 * (Math.Min(edge + 1, offsets.Length - 1) % count));
            var length = offsets[Math.Min(edge + 1, offsets.Length - 1)] - offsets[edge];
            var t = length > 0 ? Math.Min(1, (at - offsets[edge]) / length) : 0;
            result[2 * k] = points[a] + (points[b] - points[a]) * t;
            result[2 * k + 1] = points[a + 1] + (points[b + 1] - points[a + 1]) * t;
        }

        return result;
    }

    private static double[] Centred(double[] points)
    {
        double x = 0, y = 0;
        for (var i = 0; i < points.Length; i += 2)
        {
            x += points[i];
            y += points[i + 1];
        }

        x /= Samples;
        y /= Samples;
        for (var i = 0; i < points.Length; i += 2)
        {
            points[i] -= x;
            points[i + 1] -= y;
        }

        return points;
    }

    private static double Distance(double[] one, double[] other)
    {
        double sum = 0;
        for (var i = 0; i < one.Length; i++)
        {
            sum += (one[i] - other[i]) * (one[i] - other[i]);
        }

        return sum;
    }
}
