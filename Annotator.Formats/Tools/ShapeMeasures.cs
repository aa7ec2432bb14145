using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools;

/// <summary>How large shapes are, and how much two of them share.</summary>
public static class ShapeMeasures
{
    /// <summary>What lines and points are taken to be wide, so that they can overlap at all; pixels to each side.</summary>
    private const double Reach = 0.5;

    /// <summary>The smallest upright box around the shape; null when it has no place, as a skeleton without visible nodes.</summary>
    public static Box? BoxOf(DatasetShape shape)
    {
        var points = shape.Points;
        switch (shape.Kind)
        {
            case ShapeKind.Rectangle when points.Length == 4:
                return Outlines.BoxAround(Outlines.RectangleCorners(points, shape.Rotation));
            case ShapeKind.Ellipse when points.Length == 4:
                return EllipseBox(points, shape.Rotation);
            case ShapeKind.Mask when points.Length > 4:
                return new Box(points[^4], points[^3], points[^2] + 1, points[^1] + 1);
            case ShapeKind.Skeleton:
                return SkeletonBox(shape);
            case ShapeKind.Rectangle or ShapeKind.Ellipse or ShapeKind.Mask:
                return null;
            default:
                return points.Length < 2 ? null : Outlines.BoxAround(points);
        }
    }

    /// <summary>
    /// Square pixels inside the shape. Lines and points have none; a cuboid and a skeleton have those of the box around them.
    /// </summary>
    public static double AreaOf(DatasetShape shape) => shape.Kind switch
    {
        ShapeKind.Rectangle when shape.Points.Length == 4 => Math.Abs((shape.Points[2] - shape.Points[0]) * (shape.Points[3] - shape.Points[1])),
        ShapeKind.Ellipse when shape.Points.Length == 4 => Math.PI * Math.Abs((shape.Points[2] - shape.Points[0]) * (shape.Points[1] - shape.Points[3])),
        ShapeKind.Polygon => Outlines.PolygonArea(shape.Points),
        ShapeKind.Mask => MaskArea(shape.Points),
        ShapeKind.Cuboid or ShapeKind.Skeleton => BoxOf(shape)?.Area ?? 0,
        _ => 0,
    };

    /// <summary>
    /// Overlap divided by union, 0 to 1: of pixels for what covers an area, of boxes for everything else. Equal shapes give 1.
    /// </summary>
    /// <param name="width">Pixels of the image; 0 where it is not known.</param>
    public static double Overlap(DatasetShape one, DatasetShape other, int width, int height)
    {
        if (one.Kind == other.Kind && one.Rotation == other.Rotation && one.Points.Length > 0 && one.Points.AsSpan().SequenceEqual(other.Points))
        {
            return 1;
        }

        if (BoxOf(one) is not { } left || BoxOf(other) is not { } right)
        {
            return 0;
        }

        if (!HasArea(one) || !HasArea(other))
        {
            return Grown(left).IntersectionOverUnion(Grown(right));
        }

        var boxes = left.IntersectionOverUnion(right);
        if (boxes == 0 || (IsUpright(one) && IsUpright(other)))
        {
            return boxes;
        }

        // Without the image's size the pixels that either of them reaches are enough.
        var columns = width > 0 ? width : (int)Math.Clamp(Math.Ceiling(Math.Max(left.Right, right.Right)), 1, 1 << 16);
        var rows = height > 0 ? height : (int)Math.Clamp(Math.Ceiling(Math.Max(left.Bottom, right.Bottom)), 1, 1 << 14);
        if (Runs(one, columns, rows) is not { } first || Runs(other, columns, rows) is not { } second)
        {
            return boxes;
        }

        var union = MaskRuns.Area(MaskRuns.Union(first, second));
        return union == 0 ? 0 : (double)(MaskRuns.Area(first) + MaskRuns.Area(second) - union) / union;
    }

    /// <summary>The pixels that a shape with an inside covers, as column runs of the image; null for other kinds.</summary>
    public static int[]? Runs(DatasetShape shape, int width, int height) => shape.Kind switch
    {
        ShapeKind.Rectangle when shape.Points.Length == 4 => PolygonRaster.Runs(Outlines.RectangleCorners(shape.Points, shape.Rotation), width, height),
        ShapeKind.Polygon when shape.Points.Length >= 6 => PolygonRaster.Runs(shape.Points, width, height),
        ShapeKind.Ellipse when shape.Points.Length == 4 => EllipseRaster.Runs(shape.Points, shape.Rotation, width, height),
        ShapeKind.Mask when MaskRuns.IsMask(shape.Points, DatasetLimits.Default.MaxPixels) => MaskRuns.ToCoco(shape.Points, width, height),
        _ => null,
    };

    private static bool HasArea(DatasetShape shape) => shape.Kind is ShapeKind.Rectangle or ShapeKind.Polygon or ShapeKind.Ellipse or ShapeKind.Mask;

    private static bool IsUpright(DatasetShape shape) => shape is { Kind: ShapeKind.Rectangle, Rotation: 0 };

    private static Box Grown(Box box) => new(box.Left - Reach, box.Top - Reach, box.Right + Reach, box.Bottom + Reach);

    private static Box EllipseBox(double[] points, double rotation)
    {
        var (sin, cos) = Math.SinCos(rotation * Math.PI / 180);
        double x = points[2] - points[0], y = points[1] - points[3];
        var halfWidth = Math.Sqrt(x * x * cos * cos + y * y * sin * sin);
        var halfHeight = Math.Sqrt(x * x * sin * sin + y * y * cos * cos);
        return new Box(points[0] - halfWidth, points[1] - halfHeight, points[0] + halfWidth, points[1] + halfHeight);
    }

    private static Box? SkeletonBox(DatasetShape shape)
    {
        Box? around = null;
        foreach (var element in shape.Elements)
        {
            if (!element.Outside && BoxOf(element) is { } box)
            {
                around = around is not { } before ? box : new Box(
                    Math.Min(before.Left, box.Left), Math.Min(before.Top, box.Top), Math.Max(before.Right, box.Right), Math.Max(before.Bottom, box.Bottom));
            }
        }

        return around;
    }

    private static double MaskArea(double[] points)
    {
        double area = 0;
        for (var i = 1; i < points.Length - 4; i += 2)
        {
            area += points[i];
        }

        return area;
    }
}
