using Annotator.Formats.Model;

namespace Annotator.Core.Annotations;

/// <summary>
/// The fields by which changes of one object are merged: the contract's top-level names, each taken whole. Two values are the
/// same when what is stored of them is the same.
/// </summary>
internal static class AnnotationFields
{
    private static readonly string[] TagFields = ["frame", "label_id", "group", "source", "attributes"];

    private static readonly string[] ShapeFields =
    [
        .. TagFields, "type", "occluded", "outside", "z_order", "rotation", "points", "score", "elements",
    ];

    private static readonly string[] TrackFields = [.. TagFields, "shapes", "elements", "interpolation"];

    public static AnnotationTable TableOf(AnnotationObject annotation) => annotation switch
    {
        Tag => AnnotationTable.Tag,
        Shape => AnnotationTable.Shape,
        Track => AnnotationTable.Track,
        _ => throw new ArgumentException($"{annotation.GetType().Name} has no table.", nameof(annotation)),
    };

    /// <summary>The fields in which two objects of one table differ.</summary>
    public static List<string> Differences(AnnotationObject left, AnnotationObject right) =>
        [.. Names(TableOf(left)).Where(field => !Same(left, right, field))];

    public static bool Same(AnnotationObject left, AnnotationObject right, string field) => (field, left, right) switch
    {
        ("frame", _, _) => left.Frame == right.Frame,
        ("label_id", _, _) => left.LabelId == right.LabelId,
        ("group", _, _) => left.Group == right.Group,
        ("source", _, _) => left.Source == right.Source,
        ("attributes", _, _) => Same(left.Attributes, right.Attributes),
        ("type", Shape a, Shape b) => a.Kind == b.Kind,
        ("occluded", Shape a, Shape b) => a.Occluded == b.Occluded,
        ("outside", Shape a, Shape b) => a.Outside == b.Outside,
        ("z_order", Shape a, Shape b) => a.ZOrder == b.ZOrder,
        ("rotation", Shape a, Shape b) => a.Rotation == b.Rotation,
        ("points", Shape a, Shape b) => Same(a.Kind, a.Points, b.Points),
        ("score", Shape a, Shape b) => a.Score == b.Score,
        ("elements", Shape a, Shape b) => a.Elements.Count == b.Elements.Count && a.Elements.Zip(b.Elements).All(pair => Same(pair.First, pair.Second)),
        ("interpolation", Track a, Track b) => a.Interpolation == b.Interpolation,
        ("shapes", Track a, Track b) => Same(a.Keyframes, b.Keyframes),
        ("elements", Track a, Track b) => a.Elements.Count == b.Elements.Count && a.Elements.Zip(b.Elements).All(pair => Same(pair.First, pair.Second)),
        _ => throw new ArgumentException($"{left.GetType().Name} has no field {field}.", nameof(field)),
    };

    /// <summary><paramref name="target"/> with one field as <paramref name="from"/> has it.</summary>
    public static AnnotationObject Take(AnnotationObject target, AnnotationObject from, string field) => (field, target, from) switch
    {
        ("frame", _, _) => target with { Frame = from.Frame },
        ("label_id", _, _) => target with { LabelId = from.LabelId },
        ("group", _, _) => target with { Group = from.Group },
        ("source", _, _) => target with { Source = from.Source },
        ("attributes", _, _) => target with { Attributes = from.Attributes },
        ("type", Shape a, Shape b) => a with { Kind = b.Kind },
        ("occluded", Shape a, Shape b) => a with { Occluded = b.Occluded },
        ("outside", Shape a, Shape b) => a with { Outside = b.Outside },
        ("z_order", Shape a, Shape b) => a with { ZOrder = b.ZOrder },
        ("rotation", Shape a, Shape b) => a with { Rotation = b.Rotation },
        ("points", Shape a, Shape b) => a with { Points = b.Points },
        ("score", Shape a, Shape b) => a with { Score = b.Score },
        ("elements", Shape a, Shape b) => a with { Elements = b.Elements },
        ("interpolation", Track a, Track b) => a with { Interpolation = b.Interpolation },
        ("shapes", Track a, Track b) => a with { Keyframes = b.Keyframes },
        ("elements", Track a, Track b) => a with { Elements = b.Elements },
        _ => throw new ArgumentException($"{target.GetType().Name} has no field {field}.", nameof(field)),
    };

    private static string[] Names(AnnotationTable table) => table switch
    {
        AnnotationTable.Tag => TagFields,
        AnnotationTable.Shape => ShapeFields,
        AnnotationTable.Track => TrackFields,
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "Not a table of annotations."),
    };

    private static bool Same(IReadOnlyDictionary<int, string> left, IReadOnlyDictionary<int, string> right) =>
        ReferenceEquals(left, right)
        || (left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && value == pair.Value));

    private static bool Same(ShapeKind kind, double[] left, double[] right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (kind == ShapeKind.Mask ? left[i] != right[i] : (float)left[i] != (float)right[i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool Same(ShapeElement left, ShapeElement right) =>
        left.LabelId == right.LabelId
        && left.Kind == right.Kind
        && (left.Occluded, left.Outside, left.ZOrder, left.Rotation) == (right.Occluded, right.Outside, right.ZOrder, right.Rotation)
        && (left.Source, left.Group) == (right.Source, right.Group)
        && Same(left.Kind, left.Points, right.Points)
        && Same(left.Attributes, right.Attributes);

    private static bool Same(TrackElement left, TrackElement right) =>
        left.LabelId == right.LabelId
        && (left.Source, left.Group) == (right.Source, right.Group)
        && Same(left.Attributes, right.Attributes)
        && Same(left.Keyframes, right.Keyframes);

    private static bool Same(IReadOnlyList<Keyframe> left, IReadOnlyList<Keyframe> right) =>
        left.Count == right.Count && left.Zip(right).All(pair => Same(pair.First, pair.Second));

    private static bool Same(Keyframe left, Keyframe right) =>
        left.Frame == right.Frame
        && left.Kind == right.Kind
        && (left.Occluded, left.Outside, left.ZOrder, left.Rotation) == (right.Occluded, right.Outside, right.ZOrder, right.Rotation)
        && Same(left.Kind, left.Points, right.Points)
        && Same(left.Attributes, right.Attributes);
}
