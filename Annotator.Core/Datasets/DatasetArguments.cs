using System.Text.Json.Serialization;

namespace Annotator.Core.Datasets;

/// <summary>
/// What the operations <c>export:dataset</c> and <c>export:annotations</c> are asked to do; object and format are the
/// operation's own.
/// </summary>
/// <param name="SaveImages">Whether the media go into the file, beside the annotations.</param>
/// <param name="FileName">The name that the user wants for the file; null for the usual one.</param>
public sealed record ExportArguments(bool SaveImages, string? FileName = null);

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
/// <param name="FileName">As the user named the file.</param>
public sealed record ImportArguments(Guid UploadId, string FileName)
{
    /// <summary>The contract's <c>conv_mask_to_poly</c>.</summary>
    public bool ConvertMasksToPolygons { get; init; } = true;
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

    /// <summary>Projects only: put the annotations on the tasks that are there, rather than make tasks of the file's images.</summary>
    public bool IntoTasks { get; init; }
}
