using Annotator.Formats.Geometry;
using Annotator.Formats.Tools.Shapes;

namespace Annotator.Inference.Decoding;

/// <summary>Outlines of masks with few points.</summary>
public static class MaskPolygons
{
    private const double SmallestArea = 9;
    private const double SmallestShare = 0.2;

    /// <summary>
    /// The mask's parts as rings of x, y pairs, small specks left out, holes joined to their part. Empty when the mask is
    /// only specks, or too torn to have an outline.
    /// </summary>
    /// <param name="mask">In the contract's form.</param>
    /// <param name="tolerance">How far a point may lie off the edge, as a part of the ring's length.</param>
    public static IReadOnlyList<double[]> Of(ReadOnlySpan<double> mask, double tolerance)
    {
        if (mask.Length == 0 || MaskOutline.Trace(mask) is not { Count: > 0 } rings)
        {
            return [];
        }

        var least = Math.Max(SmallestArea, SmallestShare * rings.Average(ring => Outlines.PolygonArea(ring)));
        return [.. rings.Where(ring => Outlines.PolygonArea(ring) >= least).Select(ring => RingSimplifier.Simplify(ring, tolerance * Length(ring))).Where(ring => ring.Length >= 6)];
    }

    /// <summary>The prediction itself, or as polygons where they are asked for; a mask without an outline stays a mask.</summary>
    internal static IEnumerable<Prediction> AsAsked(Prediction prediction, PredictionOptions options)
    {
        if (!options.MasksAsPolygons || prediction.Kind != PredictionKind.Mask)
        {
            return [prediction];
        }

        var rings = Of(prediction.Points, options.PolygonTolerance);
        return rings.Count == 0 ? [prediction] : rings.Select(ring => prediction with { Kind = PredictionKind.Polygon, Points = ring });
    }

    private static double Length(double[] ring)
    {
        var sum = 0.0;
        for (var i = 0; i < ring.Length; i += 2)
        {
            var next = (i + 2) % ring.Length;
            sum += double.Hypot(ring[next] - ring[i], ring[next + 1] - ring[i + 1]);
        }

        return sum;
    }
}
