using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Merging;

/// <summary>How much two shapes of one kind cover each other.</summary>
public static class ShapeLikeness
{
    /// <summary>
    /// 0 to 1: overlap over union of what rectangles (turned ones too), polygons, ellipses and masks cover; of the boxes
    /// around shapes of other kinds, and around skeletons' visible nodes. Equal shapes are 1.
    /// </summary>
    /// <param name="width">The image's, in pixels; 0 where it is not known, which leaves it at the boxes.</param>
    public static double Of(DatasetShape one, DatasetShape other, int width, int height)
    {
        if (one.Kind != other.Kind)
        {
            return 0;
        }

        if (IsSame(one, other))
        {
            return 1;
        }

        var boxes = BoxOf(one).IntersectionOverUnion(BoxOf(other));
        var flat = one.Kind is ShapeKind.Rectangle && one.Rotation == 0 && other.Rotation == 0;
        return boxes <= 0 || flat || width <= 0 || height <= 0 || Runs(one, width, height) is not { } left || Runs(other, width, height) is not { } right
            ? Math.Max(0, boxes)
            : Covered(left, right);
    }

    private static double Covered(int[] left, int[] right)
    {
        var union = MaskRuns.Area(MaskRuns.Union(left, right));
        return union == 0 ? 0 : (double)(MaskRuns.Area(left) + MaskRuns.Area(right) - union) / union;
    }

    private static bool IsSame(DatasetShape one, DatasetShape other) => one.Kind == ShapeKind.Skeleton
        ? one.Elements.Count == other.Elements.Count && one.Elements.All(node => other.Elements.Any(same => same.Label == node.Label && same.Points.AsSpan().SequenceEqual(node.Points)))
        : one.Rotation == other.Rotation && one.Points.AsSpan().SequenceEqual(other.Points);

    private static Box BoxOf(DatasetShape shape) => shape.Kind switch
    {
        ShapeKind.Rectangle => Outlines.BoxAround(Outlines.RectangleCorners(shape.Points, shape.Rotation)),
        ShapeKind.Ellipse => EllipseBox(shape),
        ShapeKind.Mask => MaskBox(shape.Points),
        ShapeKind.Skeleton => Outlines.BoxAround([.. shape.Elements.Where(node => !node.Outside).SelectMany(node => node.Points)]),
        _ => Outlines.BoxAround(shape.Points),
    };

    private static Box EllipseBox(DatasetShape shape)
    {
        var (x, y) = (shape.Points[0], shape.Points[1]);
        var (radiusX, radiusY) = (Math.Abs(shape.Points[2] - x), Math.Abs(y - shape.Points[3]));
        return Outlines.BoxAround(Outlines.RectangleCorners([x - radiusX, y - radiusY, x + radiusX, y + radiusY], shape.Rotation));
    }

    private static Box MaskBox(double[] points) => new(points[^4], points[^3], points[^2] + 1, points[^1] + 1);

    private static int[]? Runs(DatasetShape shape, int width, int height) => shape.Kind switch
    {
        ShapeKind.Rectangle => PolygonRaster.Runs(Outlines.RectangleCorners(shape.Points, shape.Rotation), width, height),
        ShapeKind.Polygon => PolygonRaster.Runs(shape.Points, width, height),
        ShapeKind.Ellipse => EllipseRaster.Runs(shape.Points, shape.Rotation, width, height),
        ShapeKind.Mask => MaskRuns.ToCoco(shape.Points, width, height),
        _ => null,
    };
}
