namespace Annotator.Inference;

/// <summary>What a prediction is.</summary>
public enum PredictionKind
{
    /// <summary>A label of the whole image; no points.</summary>
    Tag,

    /// <summary>Left, top, right, bottom.</summary>
    Rectangle,

    /// <summary>Left, top, right, bottom before it is turned about its centre by <see cref="Prediction.Rotation"/>.</summary>
    RotatedRectangle,

    /// <summary>A closed ring of x, y pairs.</summary>
    Polygon,

    /// <summary>Row runs of a tight box that start with zeros, then left, top, right, bottom (inclusive), as Annotator.Formats has them.</summary>
    Mask,

    /// <summary>x, y pairs.</summary>
    Points,

    /// <summary>No points of its own: its nodes carry them.</summary>
    Skeleton,
}

/// <summary>One object, or one label, that a model found in an image.</summary>
public sealed record Prediction
{
    public required PredictionKind Kind { get; init; }

    /// <summary>Index in the description's labels.</summary>
    public required int LabelIndex { get; init; }

    /// <summary>The label's name; <c>class_N</c> where the description has fewer labels.</summary>
    public required string Label { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>Pixels of the upright image, laid out as <see cref="PredictionKind"/> says.</summary>
    public double[] Points { get; init; } = [];

    /// <summary>Degrees clockwise, 0 up to but not including 360.</summary>
    public double Rotation { get; init; }

    /// <summary>The nodes of a skeleton, in the order of the description's keypoints.</summary>
    public IReadOnlyList<PredictedNode> Nodes { get; init; } = [];

    /// <summary>Left, top, right, bottom of the object where its kind is another one and the model gave a box; else empty.</summary>
    public double[] Box { get; init; } = [];

    /// <summary>Such as <c>text</c> of a text region.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = NoAttributes;

    private static readonly Dictionary<string, string> NoAttributes = [];
}

/// <summary>One node of a skeleton.</summary>
/// <param name="Name">The keypoint's name; its number from 0 where the model names none.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Visible">Whether the score passes the description's threshold.</param>
public sealed record PredictedNode(string Name, double X, double Y, double Score, bool Visible);

/// <summary>What the user may turn for one run. Null leaves it to the model's description.</summary>
public sealed record PredictionOptions
{
    /// <summary>Lowest score that is kept, 0 to 1.</summary>
    public double? Confidence { get; init; }

    /// <summary>Overlap (intersection over union) from which the weaker of two boxes goes.</summary>
    public double? Iou { get; init; }

    public int? MaxDetections { get; init; }

    /// <summary>Lowest score by the index of a label, beside <see cref="Confidence"/>.</summary>
    public IReadOnlyDictionary<int, double>? ConfidenceByLabel { get; init; }

    /// <summary>Give masks as polygons; a mask in several parts becomes several predictions of one object.</summary>
    public bool MasksAsPolygons { get; init; }

    /// <summary>
    /// How far a polygon may stray from its mask, as a part of its length around (0.002 is a good look). Only with
    /// <see cref="MasksAsPolygons"/>.
    /// </summary>
    public double PolygonTolerance { get; init; } = 0.002;

    /// <summary>Overrides the description's tiling; the side of a tile in pixels, 0 for none.</summary>
    public int? TileSize { get; init; }

    /// <summary>For models that look at one person's crop: left, top, right, bottom of each. Null for the whole image as one.</summary>
    public IReadOnlyList<double[]>? Regions { get; init; }
}
