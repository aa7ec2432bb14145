using Annotator.Formats.Model;

namespace Annotator.Core.Annotations;

// The rows of a job's annotations as C# knows them. Coordinates are pixels of the upright image, origin top left. They are
// stored as float32 and returned as such; a mask's run lengths are whole numbers and stored as whole numbers.
// Attributes are sparse: id of the attribute -> value; a value equal to the label's default is not stored, but returned.

/// <summary>A whole job, or a range of its frames, at one revision.</summary>
public sealed record JobAnnotations(
    int Revision,
    IReadOnlyList<Tag> Tags,
    IReadOnlyList<Shape> Shapes,
    IReadOnlyList<Track> Tracks);

/// <summary>What every annotation has.</summary>
public abstract record AnnotationObject
{
    /// <summary>Final from the object's first moment; 0 only before the store gave one.</summary>
    public long Id { get; init; }

    /// <summary>Frame in the task's numbering; a track's first frame.</summary>
    public int Frame { get; init; }
    public int LabelId { get; init; }

    /// <summary>0 when the object is in no group.</summary>
    public int Group { get; init; }
    public AnnotationSource Source { get; init; }
    public IReadOnlyDictionary<int, string> Attributes { get; init; } = EmptyAttributes;

    /// <summary>The one empty dictionary, so that bare objects cost nothing.</summary>
    public static IReadOnlyDictionary<int, string> EmptyAttributes { get; } = new Dictionary<int, string>();
}

/// <summary>A label of a whole frame.</summary>
public sealed record Tag : AnnotationObject;

/// <summary>One object on one frame.</summary>
public sealed record Shape : AnnotationObject
{
    public ShapeKind Kind { get; init; }
    public bool Occluded { get; init; }
    public bool Outside { get; init; }
    public int ZOrder { get; init; }

    /// <summary>Degrees clockwise, 0 up to but not including 360.</summary>
    public float Rotation { get; init; }
    public double[] Points { get; init; } = [];

    /// <summary>0 to 1; 1 for work by hand.</summary>
    public float Score { get; init; } = 1;

    /// <summary>The nodes of a skeleton, one per sublabel; empty for every other kind.</summary>
    public IReadOnlyList<ShapeElement> Elements { get; init; } = [];
}

/// <summary>One node of a skeleton on one frame.</summary>
public sealed record ShapeElement
{
    public long Id { get; init; }
    public int LabelId { get; init; }
    public ShapeKind Kind { get; init; } = ShapeKind.Points;
    public bool Occluded { get; init; }
    public bool Outside { get; init; }
    public int ZOrder { get; init; }
    public float Rotation { get; init; }
    public double[] Points { get; init; } = [];
    public AnnotationSource Source { get; init; }
    public int Group { get; init; }
    public IReadOnlyDictionary<int, string> Attributes { get; init; } = AnnotationObject.EmptyAttributes;
}

/// <summary>One object through time: keyframes in rising frame order, interpolated between.</summary>
public sealed record Track : AnnotationObject
{
    /// <summary>How outlines are carried between keyframes.</summary>
    public InterpolationMode Interpolation { get; init; }
    public IReadOnlyList<Keyframe> Keyframes { get; init; } = [];

    /// <summary>A skeleton's nodes, each with keyframes of its own; empty for every other kind.</summary>
    public IReadOnlyList<TrackElement> Elements { get; init; } = [];
}

/// <summary>One node of a skeleton through time.</summary>
public sealed record TrackElement
{
    public long Id { get; init; }
    public int Frame { get; init; }
    public int LabelId { get; init; }
    public int Group { get; init; }
    public AnnotationSource Source { get; init; }
    public IReadOnlyDictionary<int, string> Attributes { get; init; } = AnnotationObject.EmptyAttributes;
    public IReadOnlyList<Keyframe> Keyframes { get; init; } = [];
}

/// <summary>A track's shape on a frame where somebody set it.</summary>
public sealed record Keyframe
{
    /// <summary>Kept and returned, because the contract gives every keyframe an id; 0 where it never had one.</summary>
    public long Id { get; init; }
    public int Frame { get; init; }
    public ShapeKind Kind { get; init; }
    public bool Occluded { get; init; }
    public bool Outside { get; init; }
    public int ZOrder { get; init; }
    public float Rotation { get; init; }
    public double[] Points { get; init; } = [];

    /// <summary>Mutable attributes only; sparse: a value holds until a later keyframe changes it.</summary>
    public IReadOnlyDictionary<int, string> Attributes { get; init; } = AnnotationObject.EmptyAttributes;
}
