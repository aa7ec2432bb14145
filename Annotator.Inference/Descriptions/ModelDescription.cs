using System.Text.Json.Serialization;

namespace Annotator.Inference.Descriptions;

/// <summary>
/// Everything that is needed to run a model: the content of <c>model.json</c> (schema 1). Names in JSON are snake_case.
/// </summary>
public sealed record ModelDescription
{
    public const int CurrentSchema = 1;
    public const string FileName = "model.json";

    public int Schema { get; init; } = CurrentSchema;
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public string Version { get; init; } = "";
    public required ModelTask Task { get; init; }

    /// <summary>How outputs become predictions: one of <see cref="DecoderNames"/>.</summary>
    public required string Decoder { get; init; }
    public ModelFiles Files { get; init; } = new();
    public ImageInput Input { get; init; } = new();
    public OutputRules Output { get; init; } = new();
    public SuppressionRules Nms { get; init; } = new();

    /// <summary>In the order of their numbers.</summary>
    [JsonConverter(typeof(LabelList))]
    public IReadOnlyList<ModelLabel> Labels { get; init; } = [];
    public KeypointRules? Keypoints { get; init; }
    public TilingRules? Tiling { get; init; }

    /// <summary>Images that are run together where the model takes any number.</summary>
    public int Batch { get; init; } = 1;

    /// <summary><c>auto</c>, <c>cpu</c>, or a GPU's number.</summary>
    public string Device { get; init; } = "auto";
    public string? License { get; init; }

    /// <summary>Of the model's file, in hexadecimal digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The label's name, or <c>class_N</c> beyond the list.</summary>
    public string LabelName(int index) =>
        index >= 0 && index < Labels.Count ? Labels[index].Name : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"class_{index}");
}

/// <summary>What a model is for.</summary>
[JsonConverter(typeof(WordsOnly<ModelTask>))]
public enum ModelTask
{
    [JsonStringEnumMemberName("detect")]
    Detect,
    [JsonStringEnumMemberName("segment")]
    Segment,
    [JsonStringEnumMemberName("pose")]
    Pose,
    [JsonStringEnumMemberName("obb")]
    OrientedBoxes,
    [JsonStringEnumMemberName("classify")]
    Classify,
    [JsonStringEnumMemberName("semantic")]
    Semantic,
    [JsonStringEnumMemberName("text")]
    Text,
    [JsonStringEnumMemberName("embed")]
    Embed,
    [JsonStringEnumMemberName("interactive")]
    Interactive,
    [JsonStringEnumMemberName("track")]
    Track,
}

/// <summary>File names beside <c>model.json</c>, without folders.</summary>
public sealed record ModelFiles
{
    public string? Model { get; init; }

    /// <summary>Of an interactive model: image to embedding.</summary>
    public string? Encoder { get; init; }

    /// <summary>Of an interactive model: embedding and clicks to masks.</summary>
    public string? Decoder { get; init; }

    /// <summary>Of a text model: a line's picture to characters.</summary>
    public string? Recogniser { get; init; }

    /// <summary>Of a text model: whether a line stands on its head.</summary>
    public string? Orientation { get; init; }
    public string? Labels { get; init; }

    /// <summary>All names that are set.</summary>
    public IEnumerable<string> All() => new[] { Model, Encoder, Decoder, Recogniser, Orientation, Labels }.OfType<string>();
}

/// <summary>One class of a model.</summary>
/// <param name="Map">The project's label that it becomes; null for one of the same name.</param>
/// <param name="Conf">Lowest score for this class alone.</param>
public sealed record ModelLabel(int Id, string Name, string? Map = null, double? Conf = null);

/// <summary>Nodes of the skeletons that a pose model gives.</summary>
public sealed record KeypointRules
{
    public int Count { get; init; }

    /// <summary>2 for x and y; 3 with a score.</summary>
    public int Dimensions { get; init; } = 3;
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Pairs of node numbers.</summary>
    public IReadOnlyList<int[]> Edges { get; init; } = [];

    /// <summary>Score from which a node counts as visible.</summary>
    public double Threshold { get; init; } = 0.5;
}

/// <summary>How large images are cut: square tiles that overlap.</summary>
public sealed record TilingRules
{
    /// <summary>Side of a tile in pixels; 0 for no tiles.</summary>
    public int Size { get; init; }

    /// <summary>Overlap of neighbours as a part of the side, 0 to 0.9.</summary>
    public double Overlap { get; init; } = 0.2;
}

/// <summary>Which of several boxes around one object stay.</summary>
public sealed record SuppressionRules
{
    public SuppressionMode Mode { get; init; } = SuppressionMode.PerClass;
    public double Iou { get; init; } = 0.6;
    public double Conf { get; init; } = 0.25;
    public int MaxDet { get; init; } = 300;
}

/// <summary>What boxes compete with.</summary>
[JsonConverter(typeof(WordsOnly<SuppressionMode>))]
public enum SuppressionMode
{
    /// <summary>Boxes of the same class.</summary>
    [JsonStringEnumMemberName("per-class")]
    PerClass,

    /// <summary>All boxes.</summary>
    [JsonStringEnumMemberName("agnostic")]
    Agnostic,

    /// <summary>Nothing: the model has done it.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Turned boxes of the same class.</summary>
    [JsonStringEnumMemberName("probiou")]
    ProbIou,
}
