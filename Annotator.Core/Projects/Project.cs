using Annotator.Core.CloudStorages;
using Annotator.Core.Identity;
using Annotator.Core.Tasks;

namespace Annotator.Core.Projects;

/// <summary>Tasks that share labels and people.</summary>
public sealed class Project
{
    public int Id { get; set; }

    /// <summary>1 to 256 characters.</summary>
    public string Name { get; set; } = "";
    public int? OwnerId { get; set; }
    public User? Owner { get; set; }
    public int? AssigneeId { get; set; }
    public User? Assignee { get; set; }
    public DateTimeOffset? AssigneeUpdatedDate { get; set; }
    public string BugTracker { get; set; } = "";
    /// <summary>Where exports go by themselves; null when nobody has said.</summary>
    public StorageLocation? TargetLocation { get; set; }
    public int? TargetCloudStorageId { get; set; }

    /// <summary>Where imports come from by themselves; null when nobody has said.</summary>
    public StorageLocation? SourceLocation { get; set; }
    public int? SourceCloudStorageId { get; set; }

    /// <summary>See <see cref="AnnotationTask.IsBeingMade"/>.</summary>
    public bool IsBeingMade { get; set; }
    public DateTimeOffset CreatedDate { get; set; }
    public DateTimeOffset UpdatedDate { get; set; }

    /// <summary>PostgreSQL's <c>xmin</c>: a stale write is refused, never lost silently.</summary>
    public uint RowVersion { get; set; }
    public List<AnnotationTask> Tasks { get; } = [];
    public List<Label> Labels { get; } = [];
}
