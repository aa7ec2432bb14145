using Annotator.Core.CloudStorages;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Projects;

namespace Annotator.Core.Tasks;

/// <summary>
/// One set of media to label, cut into jobs. Users see the word task; the type's name keeps clear of .NET's own.
/// </summary>
public sealed class AnnotationTask
{
    public int Id { get; set; }
    public int? ProjectId { get; set; }
    public Project? Project { get; set; }

    /// <summary>1 to 256 characters.</summary>
    public string Name { get; set; } = "";
    public int? OwnerId { get; set; }
    public User? Owner { get; set; }
    public int? AssigneeId { get; set; }
    public User? Assignee { get; set; }
    public DateTimeOffset? AssigneeUpdatedDate { get; set; }
    public string BugTracker { get; set; } = "";

    /// <summary>A part of the project's dataset, such as train; at most 64 characters.</summary>
    public string Subset { get; set; } = "";

    /// <summary>Frames that neighbouring jobs share.</summary>
    public int Overlap { get; set; }

    /// <summary>Frames of a job; 0 means one job for the whole task.</summary>
    public int SegmentSize { get; set; }

    /// <summary><c>annotation</c> for images, <c>interpolation</c> for video; empty while there is no data.</summary>
    public string Mode { get; set; } = "";
    /// <summary>Where exports go by themselves; null when nobody has said.</summary>
    public StorageLocation? TargetLocation { get; set; }
    public int? TargetCloudStorageId { get; set; }

    /// <summary>Where imports come from by themselves; null when nobody has said.</summary>
    public StorageLocation? SourceLocation { get; set; }
    public int? SourceCloudStorageId { get; set; }

    /// <summary>An import or a restore is still making it, or was killed while it did: it is nobody's yet, and not seen.</summary>
    public bool IsBeingMade { get; set; }
    public DateTimeOffset CreatedDate { get; set; }
    public DateTimeOffset UpdatedDate { get; set; }
    public uint RowVersion { get; set; }
    public TaskData? Data { get; set; }
    public List<AnnotationJob> Jobs { get; } = [];
    public List<Label> Labels { get; } = [];
}
