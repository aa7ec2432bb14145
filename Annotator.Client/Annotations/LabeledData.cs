namespace Annotator.Client.Annotations;

/// <summary>The annotations of a job or a task, as the contract carries them.</summary>
public sealed record LabeledData
{
    public int Version { get; init; }
    public IReadOnlyList<LabeledTag> Tags { get; init; } = [];
    public IReadOnlyList<LabeledShape> Shapes { get; init; } = [];
    public IReadOnlyList<LabeledTrack> Tracks { get; init; } = [];
}

/// <summary>The value of one attribute.</summary>
public sealed record AttributeValue(int SpecId, string Value);

/// <summary>A label of a whole frame.</summary>
public sealed record LabeledTag
{
    public long? Id { get; init; }
    public int Frame { get; init; }
    public int LabelId { get; init; }
    public int? Group { get; init; }
    public string Source { get; init; } = "manual";
    public IReadOnlyList<AttributeValue> Attributes { get; init; } = [];
}

/// <summary>An object on one frame. Points are pixels, x and y by turns; their meaning depends on the type.</summary>
public sealed record LabeledShape
{
    public long? Id { get; init; }
    public string Type { get; init; } = "rectangle";
    public int Frame { get; init; }
    public int LabelId { get; init; }
    public int? Group { get; init; }
    public string Source { get; init; } = "manual";
    public bool Occluded { get; init; }
    public bool Outside { get; init; }
    public int ZOrder { get; init; }

    /// <summary>Degrees, clockwise, 0 to 360.</summary>
    public double Rotation { get; init; }
    public IReadOnlyList<double> Points { get; init; } = [];
    public IReadOnlyList<AttributeValue> Attributes { get; init; } = [];
    public IReadOnlyList<LabeledShape> Elements { get; init; } = [];
}

/// <summary>An object through time: its key frames.</summary>
public sealed record LabeledTrack
{
    public long? Id { get; init; }
    public int Frame { get; init; }
    public int LabelId { get; init; }
    public int? Group { get; init; }
    public string Source { get; init; } = "manual";
    public IReadOnlyList<TrackedShape> Shapes { get; init; } = [];
    public IReadOnlyList<AttributeValue> Attributes { get; init; } = [];
    public IReadOnlyList<LabeledTrack> Elements { get; init; } = [];
}

/// <summary>One key frame of a track.</summary>
public sealed record TrackedShape
{
    public long? Id { get; init; }
    public string Type { get; init; } = "rectangle";
    public int Frame { get; init; }
    public bool Occluded { get; init; }
    public bool Outside { get; init; }
    public int ZOrder { get; init; }
    public double Rotation { get; init; }
    public IReadOnlyList<double> Points { get; init; } = [];
    public IReadOnlyList<AttributeValue> Attributes { get; init; } = [];
}
