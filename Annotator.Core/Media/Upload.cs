namespace Annotator.Core.Media;

/// <summary>What an upload will become.</summary>
public enum UploadPurpose : short
{
    TaskData = 0,
    TaskAnnotations = 1,
    JobAnnotations = 2,
    ProjectDataset = 3,
    TaskBackup = 4,
    ProjectBackup = 5,
    ModelFile = 6,
}

/// <summary>
/// A file on its way to us, by TUS or multipart. The bytes are in the blob store under <see cref="BlobKey"/>; nobody looks
/// into them before the worker does.
/// </summary>
public sealed class Upload
{
    public Guid Id { get; set; }
    public int OwnerId { get; set; }
    public UploadPurpose Purpose { get; set; }

    /// <summary>The task, job, project or model it belongs to; 0 for a backup, which has no object yet.</summary>
    public int? TargetId { get; set; }

    /// <summary>As the user named it; at most 1024 characters; may hold folders, never <c>..</c>.</summary>
    public string FileName { get; set; } = "";
    public long Length { get; set; }

    /// <summary>Bytes that are safely stored.</summary>
    public long Offset { get; set; }
    public string BlobKey { get; set; } = "";
    public DateTimeOffset CreatedDate { get; set; }
    public DateTimeOffset UpdatedDate { get; set; }
}
