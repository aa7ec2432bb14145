using System.Text.Json;
using Annotator.Client.Identity;

namespace Annotator.Client.Models;

/// <summary>The states of a model; the API's words.</summary>
public static class ModelStates
{
    public const string Uploading = "uploading";
    public const string Checking = "checking";
    public const string Asking = "asking";
    public const string Ready = "ready";
    public const string Refused = "refused";
}

/// <summary>A file of a model.</summary>
/// <param name="Sha256">Lower-case hexadecimal digits.</param>
public sealed record ModelFileInfo(string Name, long Bytes, string Sha256);

/// <summary>How fast a model is on this server, and where it runs.</summary>
/// <param name="MillisecondsPerImage">From pixels to shapes.</param>
public sealed record ModelSpeed(double MillisecondsPerImage, string Device, string Reason);

/// <summary>A model of the server.</summary>
public sealed record ModelInfo
{
    public int Id { get; init; }

    /// <summary>The first version's id.</summary>
    public int SeriesId { get; init; }
    public int Version { get; init; } = 1;
    public string Name { get; init; } = "";
    public BasicUser? Owner { get; init; }

    /// <summary>owner or everyone.</summary>
    public string Visibility { get; init; } = "owner";
    public string License { get; init; } = "";
    public string Notes { get; init; } = "";

    /// <summary>One of <see cref="ModelStates"/>.</summary>
    public string State { get; init; } = ModelStates.Uploading;

    /// <summary>Why it was refused.</summary>
    public string Message { get; init; } = "";

    /// <summary>Where it answers; null for a model that runs on the server itself.</summary>
    public ConnectorInfo? Connector { get; init; }

    /// <summary>detector, interactor, tracker, reid, classifier, embedder; empty until it is known.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The model's <c>model.json</c>; null until it is known.</summary>
    public JsonElement? Description { get; init; }

    /// <summary>What was recognised, why, and what is to be answered.</summary>
    public JsonElement? Findings { get; init; }
    public ModelSpeed? Speed { get; init; }
    public IReadOnlyList<ModelFileInfo> Files { get; init; } = [];
    public DateTimeOffset CreatedDate { get; init; }
    public DateTimeOffset UpdatedDate { get; init; }
}

/// <summary>A model to add.</summary>
/// <param name="SeriesId">Makes it the next version of this model.</param>
/// <param name="Visibility">owner or everyone.</param>
/// <param name="Connector">For a model that runs elsewhere: it is asked at once what it is.</param>
public sealed record NewModel(
    string Name, int? SeriesId = null, string? Visibility = null, string? License = null, string? Notes = null, NewConnector? Connector = null);

/// <summary>Where a model answers that runs elsewhere.</summary>
/// <param name="Kind">nuclio, label-studio or kserve.</param>
/// <param name="Task">detect or interact.</param>
/// <param name="HasSecret">Whether the server keeps a secret for it.</param>
public sealed record ConnectorInfo(string Kind, string Url, IReadOnlyList<string> Labels, string Task, bool HasSecret);

/// <summary>A connector to add, or to put in the place of a model's own.</summary>
/// <param name="Labels">The model's classes in its order, where it does not tell them.</param>
/// <param name="Secret">A bearer token or name:password; null keeps what there is, an empty text takes it away.</param>
public sealed record NewConnector(string Kind, string Url, IReadOnlyList<string> Labels, string Task = "detect", string? Secret = null);

/// <summary>What one class of a model becomes.</summary>
/// <param name="Label">A label's name; null leaves the class out.</param>
/// <param name="Threshold">The least score for this class, 0 to 1.</param>
/// <param name="Attributes">Attribute names of the label by the model's.</param>
public sealed record LabelChoice(string? Label, double? Threshold = null, IReadOnlyDictionary<string, string>? Attributes = null);

/// <summary>A run of a model over a project, a task or a job: exactly one of the ids.</summary>
public sealed record ModelRun
{
    public int? ProjectId { get; init; }
    public int? TaskId { get; init; }
    public int? JobId { get; init; }

    /// <summary>By the model's class; one that is not named becomes the label of the same name.</summary>
    public IReadOnlyDictionary<string, LabelChoice>? Mapping { get; init; }

    /// <summary>The least score that counts, 0 to 1; null for the model's own.</summary>
    public double? Threshold { get; init; }

    /// <summary>Pairs of first and last frame; null for all.</summary>
    public IReadOnlyList<int[]>? Frames { get; init; }
    public bool OnlyMissing { get; init; }
    public bool Replace { get; init; }
    public bool MasksToPolygons { get; init; }
    public bool Tiles { get; init; }

    /// <summary>Whether boxes and polygons of frame after frame are joined to tracks.</summary>
    public bool MakeTracks { get; init; }
}

/// <summary>What a model saw on one frame.</summary>
/// <param name="Width">Pixels of the upright picture.</param>
/// <param name="TookMs">Milliseconds from pixels to shapes.</param>
public sealed record ModelSight(int Width, int Height, double TookMs, IReadOnlyList<SeenObject> Predictions);

/// <summary>One object that a model saw.</summary>
/// <param name="Kind">rectangle, polygon, mask, points, skeleton or tag.</param>
/// <param name="Points">As annotations have them.</param>
/// <param name="Rotation">Degrees clockwise, of rectangles.</param>
public sealed record SeenObject(
    string Label,
    double Score,
    string Kind,
    IReadOnlyList<double>? Points,
    double Rotation = 0,
    IReadOnlyList<SeenNode>? Elements = null,
    IReadOnlyDictionary<string, string>? Attributes = null);

/// <summary>One node of a skeleton.</summary>
public sealed record SeenNode(string Label, IReadOnlyList<double> Points, bool Outside = false);

/// <summary>Whether a model's suggestions save time.</summary>
/// <param name="Least">Of each kind of work so many objects have to be known before anything is said of time.</param>
public sealed record Assistance(int Least, IReadOnlyList<LabelAssistance> Labels);

/// <summary>How a model's suggestions of one label did, beside the same label drawn by hand.</summary>
/// <param name="SecondsPerObject">Of all work on suggestions for each that stayed.</param>
/// <param name="MeanIou">How much of those that stayed stood right away, 0 to 1.</param>
/// <param name="SavedPerObject">Seconds; below 0 where the model costs time, null while too little is known.</param>
public sealed record LabelAssistance(
    int LabelId,
    string Label,
    int? ProjectId,
    int? TaskId,
    int Accepted,
    int Edited,
    int Rejected,
    double? SecondsPerObject,
    double? MeanIou,
    int Drawn,
    double? DrawnSeconds,
    double? SavedPerObject);
