using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Inference.Tracking;

/// <summary>Shapes as trackers follow them: upright rectangles by two corners, turned ones and ellipses by four, others by their points.</summary>
public static class TrackedOutline
{
    /// <summary>Masks are no tracks; skeletons are followed node by node, not as a whole.</summary>
    public static bool CanFollow(ShapeKind kind) =>
        kind is ShapeKind.Rectangle or ShapeKind.Ellipse or ShapeKind.Polygon or ShapeKind.Polyline or ShapeKind.Points or ShapeKind.Cuboid;

    /// <summary>Whether the outline stays upright: it moves and grows only.</summary>
    public static bool IsUpright(ShapeKind kind, double rotation) => kind is ShapeKind.Rectangle or ShapeKind.Ellipse && rotation == 0;

    /// <param name="rotation">Degrees clockwise about the shape's middle.</param>
    public static double[] Of(ShapeKind kind, double[] points, double rotation)
    {
        if (kind is not (ShapeKind.Rectangle or ShapeKind.Ellipse))
        {
            return points;
        }

        double[] box = kind == ShapeKind.Rectangle ? points
            : [(2 * points[0]) - points[2], points[3], points[2], (2 * points[1]) - points[3]];
        return rotation == 0 ? box : Outlines.RectangleCorners(box, rotation);
    }

    /// <summary>The shape whose outline this is; <see cref="Of"/> backwards.</summary>
    public static (double[] Points, double Rotation) Back(ShapeKind kind, double[] outline)
    {
        if (kind is not (ShapeKind.Rectangle or ShapeKind.Ellipse))
        {
            return (outline, 0);
        }

        var (box, rotation) = outline.Length == 4 ? (outline, 0.0) : Upright(outline);
        var (x, y) = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
        return (kind == ShapeKind.Rectangle ? box : [x, y, box[2], box[1]], rotation);
    }

    private static (double[] Box, double Rotation) Upright(double[] corners)
    {
        var (x, y) = ((corners[0] + corners[2] + corners[4] + corners[6]) / 4, (corners[1] + corners[3] + corners[5] + corners[7]) / 4);
        var width = double.Hypot(corners[2] - corners[0], corners[3] - corners[1]);
        var height = double.Hypot(corners[6] - corners[0], corners[7] - corners[1]);
        var rotation = Math.Atan2(corners[3] - corners[1], corners[2] - corners[0]) * 180 / Math.PI;
        return ([x - (width / 2), y - (height / 2), x + (width / 2), y + (height / 2)], (rotation + 360) % 360);
    }
}
