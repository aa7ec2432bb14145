using Annotator.Client.Identity;
using Annotator.Client.Projects;

namespace Annotator.Client.Jobs;

/// <summary>Where a job stands on its way from a blank frame to accepted work; the API's words.</summary>
public static class JobStages
{
    public const string Annotation = "annotation";
    public const string Validation = "validation";
    public const string Acceptance = "acceptance";
    public static readonly IReadOnlyList<string> All = [Annotation, Validation, Acceptance];
}

/// <summary>How far the work of the current stage is; the API's words.</summary>
public static class JobStates
{
    public const string New = "new";
    public const string InProgress = "in progress";
    public const string Completed = "completed";
    public const string Rejected = "rejected";
    public static readonly IReadOnlyList<string> All = [New, InProgress, Completed, Rejected];
}

/// <summary>A run of a task's frames that one person works on.</summary>
public sealed record Job
{
    public int Id { get; init; }
    public int TaskId { get; init; }
    public int? ProjectId { get; init; }
    public BasicUser? Assignee { get; init; }
    public string Stage { get; init; } = JobStages.Annotation;
    public string State { get; init; } = JobStates.New;

    /// <summary>annotation or ground_truth.</summary>
    public string Type { get; init; } = "annotation";
    public int FrameCount { get; init; }

    /// <summary>First and last frame, both included, in the task's numbering.</summary>
    public int StartFrame { get; init; }
    public int StopFrame { get; init; }
    public DateTimeOffset CreatedDate { get; init; }
    public DateTimeOffset UpdatedDate { get; init; }
    public Summary Issues { get; init; } = new(0);
}
