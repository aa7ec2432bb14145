using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Shapes;

/// <summary>Turns shapes of one kind into shapes of another.</summary>
public static class ShapeChange
{
    /// <summary>Polygons become masks of the pixels that they cover by COCO's rule; those that cover none go.</summary>
    public static IDatasetSource PolygonsToMasks(IDatasetSource source, DatasetReport report) =>
        Of(source, (item, shape) => shape.Kind == ShapeKind.Polygon ? Mask(item, shape, report) : [shape]);

    /// <summary>
    /// Masks become polygons along the edges of their pixels, which cover the same pixels again. Parts that do not touch are
    /// polygons of one group; a hole is joined to the outline around it by a cut without width.
    /// </summary>
    public static IDatasetSource MasksToPolygons(IDatasetSource source, DatasetReport report) => new MappedSource(source, source.Info, item =>
    {
        if (item.Shapes.All(shape => shape.Kind != ShapeKind.Mask))
        {
            return item;
        }

        var shapes = new List<DatasetShape>();
        var lastGroup = item.Shapes.Max(shape => shape.Group);
        foreach (var shape in item.Shapes)
        {
            if (shape.Kind == ShapeKind.Mask)
            {
                shapes.AddRange(Polygons(item, shape, ref lastGroup, report));
            }
            else
            {
                shapes.Add(shape);
            }
        }

        return item with { Shapes = shapes };
    }, null);

    /// <summary>Every shape becomes the smallest upright rectangle around it; what has no place stays behind.</summary>
    public static IDatasetSource ShapesToBoxes(IDatasetSource source, DatasetReport report) => Of(source, (item, shape) =>
    {
        if (shape is { Kind: ShapeKind.Rectangle, Rotation: 0 })
        {
            return [shape];
        }

        if (ShapeMeasures.BoxOf(shape) is not { } box)
        {
            report.Loss("shape-without-place", "Shapes without any visible point have no box", $"{item.Name}: {shape.Label}");
            return [];
        }

        report.Note("became-box", "Shapes became the boxes around them", Place(item, shape));
        return [shape with { Kind = ShapeKind.Rectangle, Points = [box.Left, box.Top, box.Right, box.Bottom], Rotation = 0, Elements = [] }];
    });

    /// <summary>Rectangles become polygons of their four corners, turned ones as they stand.</summary>
    public static IDatasetSource BoxesToPolygons(IDatasetSource source) => Of(source, (_, shape) => shape is { Kind: ShapeKind.Rectangle, Points.Length: 4 }
        ? [shape with { Kind = ShapeKind.Polygon, Points = Outlines.RectangleCorners(shape.Points, shape.Rotation), Rotation = 0 }]
        : [shape]);

    private static MappedSource Of(IDatasetSource source, Func<DatasetItem, DatasetShape, IEnumerable<DatasetShape>> change) =>
        new(source, source.Info, item => item with { Shapes = [.. item.Shapes.SelectMany(shape => change(item, shape))] }, null);

    private static DatasetShape[] Mask(DatasetItem item, DatasetShape polygon, DatasetReport report)
    {
        var box = ShapeMeasures.BoxOf(polygon);
        var width = item.Width > 0 ? item.Width : Size(box?.Right);
        var height = item.Height > 0 ? item.Height : Size(box?.Bottom);
        var mask = (long)width * height is > 0 and var pixels && pixels <= DatasetLimits.Default.MaxPixels && ShapeMeasures.Runs(polygon, width, height) is { } runs
            ? MaskRuns.FromCoco(runs, width, height)
            : [];
        if (mask.Length == 0)
        {
            report.Loss("polygon-without-pixels", "Polygons that cover no pixel of the image have no mask", Place(item, polygon));
            return [];
        }

        return [WithoutTrack(item, polygon, report) with { Kind = ShapeKind.Mask, Points = mask }];
    }

    private static IEnumerable<DatasetShape> Polygons(DatasetItem item, DatasetShape mask, ref int lastGroup, DatasetReport report)
    {
        if (!MaskRuns.IsMask(mask.Points, DatasetLimits.Default.MaxPixels))
        {
            report.Loss("mask-invalid", "Masks whose run lengths do not fill their box were left out", Place(item, mask));
            return [];
        }

        if (MaskOutline.Trace(mask.Points) is not { } rings)
        {
            report.Loss("mask-too-fine", "Masks of very many small parts stayed masks", Place(item, mask));
            return [mask];
        }

        if (rings.Count < 2)
        {
            return rings.Select(ring => mask with { Kind = ShapeKind.Polygon, Points = ring });
        }

        var group = mask.Group > 0 ? mask.Group : ++lastGroup;
        var free = WithoutTrack(item, mask, report);
        return rings.Select(ring => free with { Kind = ShapeKind.Polygon, Points = ring, Group = group });
    }

    /// <summary>Tracks hold no masks, and one shape a frame.</summary>
    private static DatasetShape WithoutTrack(DatasetItem item, DatasetShape shape, DatasetReport report)
    {
        if (shape.TrackId is not null)
        {
            report.Loss("track-flattened", "Shapes of tracks became shapes of their own", Place(item, shape));
        }

        return shape with { TrackId = null, Keyframe = false };
    }

    private static int Size(double? edge) => edge is > 0 and < 1 << 20 ? (int)Math.Ceiling(edge.Value) : 0;

    private static string Place(DatasetItem item, DatasetShape shape) => $"{item.Name}: {Words.Of(shape.Kind)} {shape.Label}";
}
