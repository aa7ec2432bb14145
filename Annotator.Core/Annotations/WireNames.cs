namespace Annotator.Core.Annotations;

/// <summary>The words of the wire for tables and ops; those for kinds of shape and sources are in <c>Words</c>, with the formats.</summary>
public static class WireNames
{
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
