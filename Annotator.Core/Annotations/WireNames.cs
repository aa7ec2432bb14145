using Annotator.Formats.Model;

namespace Annotator.Core.Annotations;

/// <summary>The contract's words for enums.</summary>
public static class WireNames
{
    public static string ToWire(this ShapeKind kind) => kind switch
    {
        ShapeKind.Rectangle => "rectangle",
        ShapeKind.Polygon => "polygon",
        ShapeKind.Polyline => "polyline",
        ShapeKind.Points => "points",
        ShapeKind.Ellipse => "ellipse",
        ShapeKind.Cuboid => "cuboid",
        ShapeKind.Mask => "mask",
        ShapeKind.Skeleton => "skeleton",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of shape."),
    };

    public static ShapeKind? ToShapeKind(string? word) => word switch
    {
        "rectangle" => ShapeKind.Rectangle,
        "polygon" => ShapeKind.Polygon,
        "polyline" => ShapeKind.Polyline,
        "points" => ShapeKind.Points,
        "ellipse" => ShapeKind.Ellipse,
        "cuboid" => ShapeKind.Cuboid,
        "mask" => ShapeKind.Mask,
        "skeleton" => ShapeKind.Skeleton,
        _ => null,
    };

    public static string ToWire(this AnnotationSource source) => source switch
    {
        AnnotationSource.Manual => "manual",
        AnnotationSource.Auto => "auto",
        AnnotationSource.SemiAuto => "semi-auto",
        AnnotationSource.File => "file",
        AnnotationSource.Consensus => "consensus",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "Not a source."),
    };

    public static AnnotationSource? ToSource(string? word) => word switch
    {
        "manual" => AnnotationSource.Manual,
        "auto" => AnnotationSource.Auto,
        "semi-auto" => AnnotationSource.SemiAuto,
        "file" => AnnotationSource.File,
        "consensus" => AnnotationSource.Consensus,
        _ => null,
    };

    public static string ToWire(this AnnotationTable table) => table switch
    {
        AnnotationTable.Tag => "tag",
        AnnotationTable.Shape => "shape",
        AnnotationTable.Track => "track",
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "Not a table of annotations."),
    };

    public static string ToWire(this OpKind kind) => kind switch
    {
        OpKind.Add => "add",
        OpKind.Update => "update",
        OpKind.Remove => "remove",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of op."),
    };

    public static string ToWire(this OpStatus status) => status switch
    {
        OpStatus.Ok => "ok",
        OpStatus.Resurrected => "resurrected",
        OpStatus.Conflict => "conflict",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status of an op."),
    };
}
