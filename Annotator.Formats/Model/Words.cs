namespace Annotator.Formats.Model;

/// <summary>The contract's words for kinds of shape and for sources, as every file and every request writes them.</summary>
public static class Words
{
    /// <summary>Such as <c>rectangle</c>.</summary>
    public static string Of(ShapeKind kind) => kind switch
    {
        ShapeKind.Rectangle => "rectangle",
        ShapeKind.Polygon => "polygon",
        ShapeKind.Polyline => "polyline",
        ShapeKind.Points => "points",
        ShapeKind.Ellipse => "ellipse",
        ShapeKind.Cuboid => "cuboid",
        ShapeKind.Mask => "mask",
        ShapeKind.Skeleton => "skeleton",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Such as <c>semi-auto</c>.</summary>
    public static string Of(AnnotationSource source) => source switch
    {
        AnnotationSource.Manual => "manual",
        AnnotationSource.Auto => "auto",
        AnnotationSource.SemiAuto => "semi-auto",
        AnnotationSource.File => "file",
        AnnotationSource.Consensus => "consensus",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, null),
    };

    /// <summary>Null for a word that is no kind of shape.</summary>
    public static ShapeKind? ParseKind(string? word) => word switch
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

    /// <summary>Null for a word that is no source.</summary>
    public static AnnotationSource? ParseSource(string? word) => word switch
    {
        "manual" => AnnotationSource.Manual,
        "auto" => AnnotationSource.Auto,
        "semi-auto" => AnnotationSource.SemiAuto,
        "file" => AnnotationSource.File,
        "consensus" => AnnotationSource.Consensus,
        _ => null,
    };
}
