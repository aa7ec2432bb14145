namespace Annotator.Formats.Model;

/// <summary>One frame with everything that is visible on it.</summary>
public sealed record DatasetItem
{
    /// <summary>Number in the source media; null where a format knows names only.</summary>
    public int? Frame { get; init; }

    /// <summary>The file's path inside its task, with folders, such as <c>street/a.jpg</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A part of the dataset, such as train; empty when it has none.</summary>
    public string Subset { get; init; } = "";

    /// <summary>Pixels; 0 where a file does not say.</summary>
    public int Width { get; init; }
    public int Height { get; init; }

    /// <summary>The task in <see cref="DatasetInfo.Tasks"/>; null outside a server.</summary>
    public int? TaskId { get; init; }
    public IReadOnlyList<DatasetTag> Tags { get; init; } = [];

    /// <summary>
    /// Shapes of this frame, those of tracks included (interpolated, visible ones only): they have a
    /// <see cref="DatasetShape.TrackId"/>.
    /// </summary>
    public IReadOnlyList<DatasetShape> Shapes { get; init; } = [];

    /// <summary>
    /// Gives the frame with its shapes for a width and height in pixels, where a file tells places in fractions of the
    /// image's size and not the size. Null where the shapes stand on the item.
    /// </summary>
    public Func<int, int, DatasetItem>? AtSize { get; init; }

    /// <summary>Opens the image's original bytes; null when they are not at hand.</summary>
    public Func<CancellationToken, Task<Stream>>? OpenImage { get; init; }
}

/// <summary>A label of a whole frame.</summary>
public sealed record DatasetTag
{
    public required string Label { get; init; }
    public int Group { get; init; }
    public AnnotationSource Source { get; init; }
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = DatasetShape.NoAttributes;
}

/// <summary>One object on one frame, or one node of a skeleton.</summary>
public sealed record DatasetShape
{
    /// <summary>The one empty dictionary, so that bare shapes cost nothing.</summary>
    public static IReadOnlyDictionary<string, string> NoAttributes { get; } = new Dictionary<string, string>();

    public required ShapeKind Kind { get; init; }

    /// <summary>For a skeleton's node: the sublabel's name.</summary>
    public required string Label { get; init; }

    /// <summary>Pixels, laid out as <see cref="ShapeKind"/> says for the kind.</summary>
    public double[] Points { get; init; } = [];

    /// <summary>Degrees clockwise, 0 up to but not including 360.</summary>
    public double Rotation { get; init; }
    public bool Occluded { get; init; }

    /// <summary>Not visible; only nodes of skeletons carry it here.</summary>
    public bool Outside { get; init; }
    public int ZOrder { get; init; }

    /// <summary>0 when the shape is in no group.</summary>
    public int Group { get; init; }
    public AnnotationSource Source { get; init; }

    /// <summary>0 to 1; 1 for work by hand.</summary>
    public double Score { get; init; } = 1;
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = NoAttributes;
    public IReadOnlyList<DatasetShape> Elements { get; init; } = [];

    /// <summary>Set when the shape is one frame of a track: the same number on all frames of the file.</summary>
    public int? TrackId { get; init; }

    /// <summary>Whether somebody set the track's shape on this frame.</summary>
    public bool Keyframe { get; init; }

    /// <summary>COCO's iscrowd, where a file said it; null leaves it to the writer.</summary>
    public bool? Crowd { get; init; }
}
