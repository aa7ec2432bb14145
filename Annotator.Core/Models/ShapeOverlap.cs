using Annotator.Formats.Geometry;

namespace Annotator.Core.Models;

/// <summary>How much two shapes of one frame cover the same.</summary>
public static class ShapeOverlap
{
    /// <summary>Pixels along a side within which outlines are compared.</summary>
    private const double MaxSide = 20_000;

    /// <summary>Common area by the area of both, 0 to 1; null for kinds that have no area here, and for what is no shape.</summary>
    /// <param name="kind">rectangle, polygon or mask: the contract's words, and its points.</param>
    /// <param name="rotation">Degrees, of rectangles.</param>
    public static double? Of(string kind, double[] points, double rotation, string otherKind, double[] otherPoints, double otherRotation)
    {
        if ((kind, otherKind, rotation, otherRotation) is ("rectangle", "rectangle", 0, 0) && points.Length == 4 && otherPoints.Length == 4)
        {
            return new Box(points[0], points[1], points[2], points[3]).IntersectionOverUnion(new Box(otherPoints[0], otherPoints[1], otherPoints[2], otherPoints[3]));
        }

        if (BoxOf(kind, points, rotation) is not { } box || BoxOf(otherKind, otherPoints, otherRotation) is not { } otherBox)
        {
            return null;
        }

        var (width, height) = (Math.Ceiling(Math.Max(box.Right, otherBox.Right)) + 1, Math.Ceiling(Math.Max(box.Bottom, otherBox.Bottom)) + 1);
        if (!(width is >= 1 and <= MaxSide) || !(height is >= 1 and <= MaxSide)
            || RunsOf(kind, points, rotation, (int)width, (int)height) is not { } runs
            || RunsOf(otherKind, otherPoints, otherRotation, (int)width, (int)height) is not { } otherRuns)
        {
            return null;
        }

        var union = MaskRuns.Area(MaskRuns.Union(runs, otherRuns));
        return union == 0 ? null : (double)(MaskRuns.Area(runs) + MaskRuns.Area(otherRuns) - union) / union;
    }

    /// <summary>The box around a shape; null for kinds that have none here.</summary>
    public static Box? BoxOf(string kind, double[] points, double rotation) => kind switch
    {
        "mask" => MaskRuns.IsMask(points, long.MaxValue) ? new Box(points[^4], points[^3], points[^2] + 1, points[^1] + 1) : null,
        "rectangle" => points.Length == 4 ? Outlines.BoxAround(Outlines.RectangleCorners(points, rotation)) : null,
        "polygon" or "polyline" or "points" => points.Length >= 2 && points.Length % 2 == 0 ? Outlines.BoxAround(points) : null,
        _ => null,
    };

    private static int[]? RunsOf(string kind, double[] points, double rotation, int width, int height) => kind switch
    {
        "mask" => MaskRuns.ToCoco(points, width, height),
        "polygon" => PolygonRaster.Runs(points, width, height),
        "rectangle" => PolygonRaster.Runs(Outlines.RectangleCorners(points, rotation), width, height),
        _ => null,
    };
}
