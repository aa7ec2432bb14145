using Annotator.Formats.Model;

namespace Annotator.Formats.Geometry;

/// <summary>Which pixels a shape covers.</summary>
internal static class ShapeMasks
{
    /// <summary>
    /// A mask in the contract's form of a mask, ellipse, polygon or box (turned as it is), cut at the image's edge; empty when
    /// no pixel of the image is covered, or the outline is too long to be drawn.
    /// </summary>
    public static double[] Of(DatasetShape shape, int width, int height)
    {
        if (width <= 0 || height <= 0)
        {
            return [];
        }

        var runs = shape.Kind switch
        {
            ShapeKind.Mask => MaskRuns.ToCoco(shape.Points, width, height),
            ShapeKind.Ellipse => EllipseRaster.Runs(shape.Points, shape.Rotation, width, height),
            ShapeKind.Polygon => PolygonRaster.Runs(shape.Points, width, height),
            ShapeKind.Rectangle => PolygonRaster.Runs(Outlines.RectangleCorners(shape.Points, shape.Rotation), width, height),
            _ => null,
        };
        return runs is null ? [] : MaskRuns.FromCoco(runs, width, height);
    }
}
