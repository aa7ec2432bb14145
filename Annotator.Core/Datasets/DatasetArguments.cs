using System.Text.Json.Serialization;

namespace Annotator.Core.Datasets;

/// <summary>
/// What the operations <c>export:dataset</c> and <c>export:annotations</c> are asked to do; object and format are the
/// operation's own.
/// </summary>
/// <param name="SaveImages">Whether the media go into the file, beside the annotations.</param>
/// <param name="FileName">The name that the user wants for the file; null for the usual one.</param>
public sealed record ExportArguments(bool SaveImages, string? FileName = null)
{
    public ExportChoices Choices { get; init; } = new();

    /// <summary>The cloud storage that the file goes to, under its name; null keeps it here to be downloaded.</summary>
    public int? CloudStorageId { get; init; }
}

/// <summary>Which jobs' work leaves.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExportedJobs>))]
public enum ExportedJobs
{
    All,

    /// <summary>Those whose state is completed, in any stage.</summary>
    Completed,

    /// <summary>Those that are completed in the stage of acceptance.</summary>
    Accepted,
}

/// <summary>How images are made anew for an export.</summary>
/// <param name="MaxSize">Pixels that the longer side has at most; null leaves the size.</param>
/// <param name="Format">jpeg or webp.</param>
/// <param name="Quality">1 to 100.</param>
public sealed record ExportImages(int? MaxSize, string Format, int Quality);

/// <summary>What of an object an export takes, and in which form; by itself everything as it is.</summary>
public sealed record ExportChoices
{
    /// <summary>For the target <c>selection</c>: everything of these. Otherwise only these tasks of the project; empty for all.</summary>
    public IReadOnlyList<int> TaskIds { get; init; } = [];

    /// <summary>For the target <c>selection</c>: these, too. Otherwise only these jobs of the project or task; empty for all.</summary>
    public IReadOnlyList<int> JobIds { get; init; } = [];

    /// <summary>For the target <c>selection</c> only.</summary>
    public IReadOnlyList<int> ProjectIds { get; init; } = [];
    public ExportedJobs Jobs { get; init; }
    public bool OnlyAnnotated { get; init; }

    /// <summary>See <see cref="Formats.Selection.DatasetSelection.OnlyKeyframes"/>.</summary>
    public bool OnlyKeyframes { get; init; }

    /// <summary>Names; empty for all.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Names, the empty one for tasks without a subset; no names for all.</summary>
    public IReadOnlyList<string> Subsets { get; init; } = [];

    /// <summary>Null leaves the originals, byte for byte.</summary>
    public ExportImages? Images { get; init; }

    /// <summary>See <see cref="Formats.DatasetWriteOptions.MasksAsCrowd"/>.</summary>
    public bool MasksAsCrowd { get; init; } = true;

    /// <summary>See <see cref="Formats.DatasetWriteOptions.OneBased"/>.</summary>
    public bool OneBased { get; init; }

    /// <summary>See <see cref="Formats.DatasetWriteOptions.OfficialWiderFace"/>.</summary>
    public bool OfficialWiderFace { get; init; }
}

/// <summary>What an import does with annotations that are there already.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImportMode>))]
public enum ImportMode
{
    /// <summary>They go; the file's take their place.</summary>
    Replace,

    /// <summary>They stay; the file's come on top.</summary>
    Append,

    /// <summary>They stay; an object of the file that is like one of them is left out.</summary>
    Merge,
}

/// <summary>By what an import finds the frame that an image of the file is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FrameMatching>))]
public enum FrameMatching
{
    /// <summary>By the first of the others that finds one, in their order.</summary>
    Automatic,

    /// <summary>The whole path, folders included.</summary>
    Path,

    /// <summary>The file's name, whatever folder it is in.</summary>
    Name,

    /// <summary>The file's name without its extension.</summary>
    Stem,

    /// <summary>The frame's number: as the file says it, or the last digits of the name.</summary>
    Number,
}

/// <summary>
/// What the operations <c>import:annotations</c> (task, job) and <c>import:dataset</c> (project) are asked to do; object and
/// format are the operation's own, where no format means that it is recognised. The handler deletes the upload (row and blob)
/// when it is done with it.
/// </summary>
/// <param name="UploadId">The complete upload to read.</param>
/// <param name="FileName">As the user named the file; of a cloud storage its key.</param>
public sealed record ImportArguments(Guid UploadId, string FileName)
{
    /// <summary>The cloud storage that the file has to be fetched from first; null when it was uploaded.</summary>
    public int? CloudStorageId { get; init; }

    /// <summary>The contract's <c>conv_mask_to_poly</c>, where it was asked for: masks come in as they are otherwise.</summary>
    public bool ConvertMasksToPolygons { get; init; }
    public ImportMode Mode { get; init; }

    /// <summary>For <see cref="ImportMode.Merge"/>: how much of two objects must overlap, of what they cover together; above 0, at most 1.</summary>
    public double Threshold { get; init; } = 0.5;
    public FrameMatching Matching { get; init; }

    /// <summary>Only read, check and report; the upload stays for the import itself.</summary>
    public bool DryRun { get; init; }

    /// <summary>Make labels that are missing.</summary>
    public bool CreateLabels { get; init; }

    /// <summary>Whether the person who asks may make labels; for the report of a dry run.</summary>
    public bool MayCreateLabels { get; init; }

    /// <summary>Names of the file's labels and what they become: a label that there is, or null to leave their objects out.</summary>
    public IReadOnlyDictionary<string, string?> LabelMap { get; init; } = new Dictionary<string, string?>();

    /// <summary>See <see cref="Formats.DatasetReadOptions.OneBased"/>.</summary>
    public bool OneBased { get; init; }

    /// <summary>See <see cref="Formats.DatasetReadOptions.FramesBy"/>.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<Formats.FrameNumbering>))]
    public Formats.FrameNumbering FramesBy { get; init; }

    /// <summary>Projects only: put the annotations on the tasks that are there, rather than make tasks of the file's images.</summary>
    public bool IntoTasks { get; init; }
}
