using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Annotator.Formats;

namespace Annotator.Core.Datasets;

/// <summary>A task that an import makes of a subset's images.</summary>
/// <param name="Name">What the task is called.</param>
/// <param name="Missing">Images that the file names and does not hold.</param>
public sealed record ImportedSubset(string Name, string Subset, long Images, long Missing);

/// <summary>A format that a file may be of.</summary>
/// <param name="Match">possible, likely or certain.</param>
public sealed record PossibleFormat(string Name, string Match);

/// <summary>What an import did, or what it would do: the part <c>import</c> of its report.</summary>
public sealed record ImportReport
{
    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Nothing was written.</summary>
    public bool DryRun { get; init; }
    public string FileName { get; init; } = "";

    /// <summary>The upload that waits to be imported; of a dry run.</summary>
    public Guid? UploadId { get; init; }

    /// <summary>The format was not named but found in the file's content.</summary>
    public bool Recognised { get; init; }

    /// <summary>Annotations of a project go to the tasks that are there.</summary>
    public bool IntoTasks { get; init; }
    public bool OneBased { get; init; }

    /// <summary>told, order or number.</summary>
    public string FramesBy { get; init; } = "";
    public bool MasksToPolygons { get; init; }

    /// <summary>Formats that the content speaks for, the surest first; of a dry run.</summary>
    public IReadOnlyList<PossibleFormat>? Formats { get; init; }

    /// <summary>replace, append or merge.</summary>
    public string Mode { get; init; } = "";
    public double? Threshold { get; init; }
    public string Matching { get; init; } = "";
    public ImportedFrames? Frames { get; init; }
    public IReadOnlyList<ImportedLabel> Labels { get; init; } = [];
    public IReadOnlyList<string> KnownLabels { get; init; } = [];
    public bool MayCreateLabels { get; init; }

    /// <summary>What labels of these names became in the project's last imports; null for left out.</summary>
    public IReadOnlyDictionary<string, string?>? Remembered { get; init; }

    /// <summary>Objects that come in, by kind.</summary>
    public IReadOnlyDictionary<string, long> Added { get; init; } = new Dictionary<string, long>();
    public long Removed { get; init; }
    public long Kept { get; init; }

    /// <summary>Tasks that are made; null where annotations go to tasks that are there.</summary>
    public IReadOnlyList<ImportedSubset>? Tasks { get; init; }

    public static ImportReport Of(ImportArguments asked) => new()
    {
        DryRun = asked.DryRun,
        FileName = asked.FileName,
        UploadId = asked.DryRun ? asked.UploadId : null,
        IntoTasks = asked.IntoTasks,
        OneBased = asked.OneBased,
        FramesBy = asked.FramesBy.ToString().ToLowerInvariant(),
        MasksToPolygons = asked.ConvertMasksToPolygons,
        Mode = asked.Mode.ToString().ToLowerInvariant(),
        Threshold = asked.Mode == ImportMode.Merge ? asked.Threshold : null,
        Matching = asked.Matching.ToString().ToLowerInvariant(),
        MayCreateLabels = asked.MayCreateLabels,
    };

    public ImportReport With(PreparedImport prepared, ImportOutcome outcome) => With(prepared.Labels) with
    {
        Frames = ImportedFrames.Of(prepared.Frames, DryRun),
        Added = outcome.Added,
        Removed = outcome.Removed,
        Kept = outcome.Kept,
    };

    public ImportReport With(ImportLabels labels) => this with { Labels = labels.Describe(), KnownLabels = DryRun ? labels.Known : [] };

    /// <summary>The dataset's report with this in it.</summary>
    public string AddTo(DatasetReport report)
    {
        var whole = JsonNode.Parse(report.ToJson())!.AsObject();
        whole["import"] = JsonSerializer.SerializeToNode(this, _json);
        return whole.ToJsonString(_json);
    }
}

/// <summary>How the file's images were found among frames.</summary>
public sealed record ImportedFrames(
    long InFile, long Matched, long Unmatched, long Ambiguous, IReadOnlyDictionary<string, long> By, IReadOnlyList<string> UnmatchedNames)
{
    private const int NamesAfterwards = 50;

    internal static ImportedFrames Of(MatchedFrames frames, bool all) => new(
        frames.Read, frames.Matched, frames.Unmatched, frames.Ambiguous, frames.By,
        all ? frames.UnmatchedNames : [.. frames.UnmatchedNames.Take(NamesAfterwards)]);
}
