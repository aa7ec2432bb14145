using Annotator.Core.Identity;
using Annotator.Core.Tasks;

namespace Annotator.Core.Jobs;

/// <summary>Where a job stands on its way from a blank frame to accepted work.</summary>
public enum JobStage : short
{
    Annotation = 0,
    Validation = 1,
    Acceptance = 2,
}

/// <summary>How far the work of the current stage is.</summary>
public enum JobState : short
{
    New = 0,
    InProgress = 1,
    Completed = 2,
    Rejected = 3,
}

/// <summary>What a job's annotations are for.</summary>
public enum JobType : short
{
    Annotation = 0,
    GroundTruth = 1,
}

/// <summary>A run of a task's frames that one person works on. Annotations belong to jobs.</summary>
public sealed class AnnotationJob
{
    public int Id { get; set; }
    public int TaskId { get; set; }
    public AnnotationTask Task { get; set; } = null!;
    public int? AssigneeId { get; set; }
    public User? Assignee { get; set; }
    public DateTimeOffset? AssigneeUpdatedDate { get; set; }
    public JobType Type { get; set; }
    public JobStage Stage { get; set; }
    public JobState State { get; set; }

    /// <summary>First and last frame, both included, in the task's numbering.</summary>
    public int StartFrame { get; set; }
    public int StopFrame { get; set; }

    /// <summary>
    /// Counts committed changes of the job's annotations. It is advanced by <c>AnnotationStore</c> only, in the same
    /// transaction as the change; it is the job's ETag.
    /// </summary>
    public int Revision { get; set; }
    public DateTimeOffset CreatedDate { get; set; }
    public DateTimeOffset UpdatedDate { get; set; }

    public FrameRange Frames => new(StartFrame, StopFrame);
}
