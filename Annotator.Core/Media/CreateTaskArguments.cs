using System.Text.Json.Serialization;

namespace Annotator.Core.Media;

/// <summary>
/// What the operation <c>create:task</c> is asked to do. The task is the operation's; its files are the task's uploads
/// (<see cref="UploadPurpose.TaskData"/>, complete ones only), or those that are named here. The task's <see cref="TaskData"/> row exists already, with a
/// size of 0; the handler fills it, the frame index and the jobs.
/// </summary>
public sealed record CreateTaskArguments
{
    /// <summary>File names in the order the user wants (sorting method <c>predefined</c>); empty where it does not matter.</summary>
    public IReadOnlyList<string> FileOrder { get; init; } = [];

    /// <summary>
    /// Files and folders of the share, or of <see cref="CloudStorageId"/>; there also manifests. A folder ends in a slash.
    /// </summary>
    public IReadOnlyList<string> ServerFiles { get; init; } = [];

    /// <summary>Files and folders that are left out of <see cref="ServerFiles"/>.</summary>
    public IReadOnlyList<string> ServerFilesExclude { get; init; } = [];

    /// <summary>Only files of this name, where <c>*</c> is any text, <c>?</c> any letter and <c>[ab]</c> one of some; null for all.</summary>
    public string? FilenamePattern { get; init; }
    public int? CloudStorageId { get; init; }

    /// <summary>Take the files into the blob store, rather than refer to them where they are.</summary>
    public bool CopyData { get; init; }

    /// <summary>Addresses to fetch files from.</summary>
    public IReadOnlyList<string> RemoteFiles { get; init; } = [];

    /// <summary>Whether there are files that nobody has uploaded.</summary>
    [JsonIgnore]
    public bool NamesFiles => ServerFiles.Count > 0 || RemoteFiles.Count > 0 || FilenamePattern is not null;

    /// <summary>Where the task's files will be.</summary>
    [JsonIgnore]
    public DataStorage Storage => CopyData || (ServerFiles.Count == 0 && FilenamePattern is null)
        ? DataStorage.Local
        : CloudStorageId is null ? DataStorage.Share : DataStorage.Cloud;

    /// <summary>First frame of the source to take, 0-based.</summary>
    public int StartFrame { get; init; }

    /// <summary>Last frame of the source to take; null for the last there is.</summary>
    public int? StopFrame { get; init; }

    /// <summary>Take every n-th frame; at least 1.</summary>
    public int Step { get; init; } = 1;

    /// <summary>One of lexicographical, natural, predefined, random.</summary>
    public string SortingMethod { get; init; } = "lexicographical";

    /// <summary>Frames of a chunk; null lets the handler choose by image size.</summary>
    public int? ChunkSize { get; init; }

    /// <summary>JPEG quality of compressed frames, 0 to 100.</summary>
    public int ImageQuality { get; init; } = 70;

    /// <summary>Names of files for each job, instead of segments of equal size; empty where it is not asked for.</summary>
    public IReadOnlyList<IReadOnlyList<string>> JobFiles { get; init; } = [];

    /// <summary>
    /// Frames that the task had when more files were added to it; null when its first files are prepared. Only the requester's
    /// own uploads are added, behind the frames that are there.
    /// </summary>
    public int? AppendAt { get; init; }
}
