using System.Globalization;
using System.Text.Json;

namespace Annotator.Client.Datasets;

/// <summary>How a file is imported.</summary>
public sealed record ImportOptions
{
    /// <summary>A display name of an importer; null lets the server recognise it.</summary>
    public string? Format { get; init; }

    /// <summary>replace, append or merge.</summary>
    public string Mode { get; init; } = "replace";

    /// <summary>For merge: overlap over union from which two objects are one; above 0, at most 1.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>automatic, path, name, stem or number.</summary>
    public string Matching { get; init; } = "automatic";

    /// <summary>Make labels that are missing.</summary>
    public bool CreateLabels { get; init; }

    /// <summary>Labels of the file and what they become: a label that there is, or null to leave their objects out.</summary>
    public IReadOnlyDictionary<string, string?> LabelMap { get; init; } = new Dictionary<string, string?>();

    /// <summary>PASCAL VOC and MOT: pixels are counted from 1.</summary>
    public bool OneBased { get; init; }

    /// <summary>MOT: told (as the file itself tells), order (frame 12 is the 12th image by name) or number (the image that is called 12).</summary>
    public string FramesBy { get; init; } = "told";

    /// <summary>Masks become polygons that cover the same pixels.</summary>
    public bool MasksToPolygons { get; init; }

    /// <summary>Projects only: put the annotations on the tasks that are there.</summary>
    public bool IntoTasks { get; init; }

    /// <summary>Only say what would happen; the upload stays.</summary>
    public bool DryRun { get; init; }

    internal string Query => string.Create(
        CultureInfo.InvariantCulture,
        $"?format={Uri.EscapeDataString(Format ?? "auto")}&import_mode={Mode}&iou_threshold={Threshold}&match={Matching}{Flag("create_labels", CreateLabels)}{Flag("one_based", OneBased)}{(FramesBy == "told" ? "" : "&frames_by=" + FramesBy)}{Flag("conv_mask_to_poly", MasksToPolygons)}{Flag("dry_run", DryRun)}{(IntoTasks ? "&into=tasks" : "")}");

    private static string Flag(string name, bool on) => on ? $"&{name}=true" : "";
}

/// <summary>What an import did, or would do: the part <c>import</c> of a request's report.</summary>
public sealed record ImportReport
{
    public bool DryRun { get; init; }
    public string FileName { get; init; } = "";

    /// <summary>The upload that waits to be imported; of a dry run.</summary>
    public string? UploadId { get; init; }
    public bool Recognised { get; init; }
    public bool IntoTasks { get; init; }
    public bool OneBased { get; init; }

    /// <summary>told, order or number.</summary>
    public string FramesBy { get; init; } = "told";
    public bool MasksToPolygons { get; init; }
    public IReadOnlyList<PossibleFormat> Formats { get; init; } = [];
    public string Mode { get; init; } = "";
    public double? Threshold { get; init; }
    public string Matching { get; init; } = "";
    public ImportedFrames? Frames { get; init; }
    public IReadOnlyList<ImportedLabel> Labels { get; init; } = [];
    public IReadOnlyList<string> KnownLabels { get; init; } = [];
    public bool MayCreateLabels { get; init; }
    public IReadOnlyDictionary<string, string?>? Remembered { get; init; }

    /// <summary>Objects that come in, by kind.</summary>
    public IReadOnlyDictionary<string, long> Added { get; init; } = new Dictionary<string, long>();
    public long Removed { get; init; }
    public long Kept { get; init; }

    /// <summary>Tasks that are made of the file's images; null where annotations go to tasks that are there.</summary>
    public IReadOnlyList<ImportedSubset>? Tasks { get; init; }

    /// <summary>Null where the report is not of an import.</summary>
    public static ImportReport? Of(JsonElement? report) =>
        report is { ValueKind: JsonValueKind.Object } whole && whole.TryGetProperty("import", out var import)
            ? import.Deserialize<ImportReport>(ApiConnection.Json)
            : null;
}

/// <param name="Match">possible, likely or certain.</param>
public sealed record PossibleFormat(string Name, string Match);

/// <param name="By">How many images were found by path, name, stem or number.</param>
/// <param name="UnmatchedNames">The first of those that were not found.</param>
public sealed record ImportedFrames(
    long InFile, long Matched, long Unmatched, long Ambiguous, IReadOnlyDictionary<string, long> By, IReadOnlyList<string> UnmatchedNames);

/// <param name="Objects">How often the file uses it.</param>
/// <param name="Target">What it becomes; null where its objects are left out.</param>
/// <param name="State">matched, mapped, created, missing or left_out.</param>
public sealed record ImportedLabel(string Name, long Objects, string? Target, string State, string Type, string Color);

/// <param name="Missing">Images that the file names and does not hold.</param>
public sealed record ImportedSubset(string Name, string Subset, long Images, long Missing);
