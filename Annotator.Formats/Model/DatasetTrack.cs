namespace Annotator.Formats.Model;

/// <summary>One object through time: keyframes in rising frame order, interpolated between.</summary>
public sealed record DatasetTrack
{
    /// <summary>The same number as <see cref="DatasetShape.TrackId"/> of its shapes.</summary>
    public int TrackId { get; init; }
    public int? TaskId { get; init; }
    public required string Label { get; init; }
    public int Group { get; init; }
    public AnnotationSource Source { get; init; }
    public InterpolationMode Interpolation { get; init; }

    /// <summary>Values that do not change along the track.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = DatasetShape.NoAttributes;
    public IReadOnlyList<DatasetKeyframe> Keyframes { get; init; } = [];

    /// <summary>The nodes of a skeleton, each with keyframes of its own.</summary>
    public IReadOnlyList<DatasetTrack> Elements { get; init; } = [];

    /// <summary>The first frame on which anything of the track is set.</summary>
    public int FirstFrame => Math.Min(
        Keyframes.Count > 0 ? Keyframes[0].Frame : int.MaxValue,
        Elements.Count > 0 ? Elements.Min(element => element.FirstFrame) : int.MaxValue);
}

/// <summary>A track's shape on a frame where somebody set it.</summary>
public sealed record DatasetKeyframe
{
    public required int Frame { get; init; }
    public ShapeKind Kind { get; init; }
    public double[] Points { get; init; } = [];

    /// <summary>Degrees clockwise, 0 up to but not including 360.</summary>
    public double Rotation { get; init; }
    public bool Occluded { get; init; }

    /// <summary>Not visible from here to the next keyframe.</summary>
    public bool Outside { get; init; }
    public int ZOrder { get; init; }

    /// <summary>Mutable attributes only; sparse: a value holds until a later keyframe changes it.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = DatasetShape.NoAttributes;
}
