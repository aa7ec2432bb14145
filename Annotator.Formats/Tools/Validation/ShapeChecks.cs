using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Validation;

/// <summary>What is wrong with one shape by itself.</summary>
internal sealed class ShapeChecks(ValidationOptions options)
{
    public readonly record struct Flaw(FindingSeverity Severity, string Code, string Message);

    public IEnumerable<Flaw> Of(DatasetItem item, DatasetShape shape)
    {
        if (shape.Points.Any(number => !double.IsFinite(number)))
        {
            yield return new Flaw(FindingSeverity.Error, "number-invalid", "Shapes with numbers that are none");
            yield break;
        }

        if (IsDegenerate(shape))
        {
            yield return new Flaw(FindingSeverity.Error, "degenerate", "Shapes without an inside, or with too few points");
            yield break;
        }

        if (ShapeMeasures.BoxOf(shape) is not { } box)
        {
            yield break;
        }

        if (item is { Width: > 0, Height: > 0 })
        {
            var edge = options.EdgeTolerance;
            if (box.Right <= 0 || box.Bottom <= 0 || box.Left >= item.Width || box.Top >= item.Height)
            {
                yield return new Flaw(FindingSeverity.Error, "outside-image", "Shapes without any part in their image");
            }
            else if (box.Left < -edge || box.Top < -edge || box.Right > item.Width + edge || box.Bottom > item.Height + edge)
            {
                yield return new Flaw(FindingSeverity.Warning, "out-of-bounds", "Shapes that reach over the edge of their image");
            }
        }

        if (shape.Kind is not (ShapeKind.Points or ShapeKind.Polyline or ShapeKind.Skeleton) && Math.Min(box.Width, box.Height) < options.TinySide)
        {
            yield return new Flaw(FindingSeverity.Warning, "tiny", "Shapes so small that they are hardly meant");
        }
    }

    private static bool IsDegenerate(DatasetShape shape) => shape.Kind switch
    {
        ShapeKind.Rectangle => shape.Points.Length != 4 || shape.Points[2] <= shape.Points[0] || shape.Points[3] <= shape.Points[1],
        ShapeKind.Ellipse => shape.Points.Length != 4 || shape.Points[2] == shape.Points[0] || shape.Points[3] == shape.Points[1],
        ShapeKind.Polygon => shape.Points.Length < 6 || Outlines.PolygonArea(shape.Points) <= 0,
        ShapeKind.Polyline => shape.Points.Length < 4 || Outlines.BoxAround(shape.Points) is { Width: 0, Height: 0 },
        ShapeKind.Points => shape.Points.Length < 2,
        ShapeKind.Cuboid => shape.Points.Length != 16,
        ShapeKind.Mask => !MaskRuns.IsMask(shape.Points, DatasetLimits.Default.MaxPixels) || ShapeMeasures.AreaOf(shape) <= 0,
        ShapeKind.Skeleton => shape.Elements.Count == 0,
        _ => false,
    };
}
