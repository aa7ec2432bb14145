using System.Globalization;
using System.Linq.Expressions;
using Annotator.Api.CloudStorages;
using Annotator.Api.Json;
using Annotator.Api.Lists;
using Annotator.Api.Media;
using Annotator.Api.Projects;
using Annotator.Api.Users;
using Annotator.Core;
using Annotator.Core.CloudStorages;
using Annotator.Core.Jobs;

namespace Annotator.Api.Jobs;

/// <param name="Status">The older word for stage and state together.</param>
internal sealed record JobRead(
    string Url,
    int Id,
    int TaskId,
    string TaskName,
    int? ProjectId,
    string? ProjectName,
    BasicUser? Assignee,
    DateTimeOffset? AssigneeUpdatedDate,
    int? GuideId,
    string Dimension,
    string? BugTracker,
    string Status,
    string Stage,
    string State,
    string Mode,
    int FrameCount,
    int StartFrame,
    int StopFrame,
    int? DataChunkSize,
    string DataCompressedChunkType,
    string DataOriginalChunkType,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate,
    CountSummary Issues,
    LabelsSummary Labels,
    string Type,
    int? Organization,
    Storage? TargetStorage,
    Storage? SourceStorage,
    int? ParentJobId,
    int ConsensusReplicas,
    int ReplicasCount);

/// <param name="Assignee">A user's id; null to take the job from everybody.</param>
internal sealed record PatchedJobWriteRequest(Sent<int?> Assignee, Sent<string> Stage, Sent<string> State);

/// <summary>The columns behind <see cref="JobRead"/>.</summary>
internal sealed record JobRow(
    int Id,
    int TaskId,
    string TaskName,
    int? ProjectId,
    string? ProjectName,
    UserRow? Assignee,
    DateTimeOffset? AssigneeUpdatedDate,
    string TaskBugTracker,
    string? ProjectBugTracker,
    JobStage Stage,
    JobState State,
    JobType Type,
    string Mode,
    int StartFrame,
    int StopFrame,
    int? ChunkSize,
    bool IsOneVideo,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate,
    StorageLocation? TargetLocation,
    int? TargetCloudStorageId,
    StorageLocation? SourceLocation,
    int? SourceCloudStorageId)
{
    public static Expression<Func<AnnotationJob, string?>> StageOf { get; } = job =>
        job.Stage == JobStage.Annotation ? "annotation" : job.Stage == JobStage.Validation ? "validation" : "acceptance";

    public static Expression<Func<AnnotationJob, string?>> StateOf { get; } = job =>
        job.State == JobState.New ? "new" : job.State == JobState.InProgress ? "in progress" : job.State == JobState.Completed ? "completed" : "rejected";

    public static Expression<Func<AnnotationJob, string?>> TypeOf { get; } = job =>
        job.Type == JobType.Annotation ? "annotation" : "ground_truth";

    public static Expression<Func<AnnotationJob, JobRow>> SelectFrom(AnnotatorDbContext db) => job => new JobRow(
        job.Id,
        job.TaskId,
        job.Task.Name,
        job.Task.ProjectId,
        job.Task.Project!.Name,
        job.Assignee == null ? null : new UserRow(job.Assignee.Id, job.Assignee.UserName!, job.Assignee.FirstName, job.Assignee.LastName),
        job.AssigneeUpdatedDate,
        job.Task.BugTracker,
        job.Task.Project!.BugTracker,
        job.Stage,
        job.State,
        job.Type,
        job.Task.Mode,
        job.StartFrame,
        job.StopFrame,
        (int?)job.Task.Data!.ChunkSize,
        OneVideo.DataIds(db).Contains(job.Task.Data!.Id),
        job.CreatedDate,
        job.UpdatedDate,
        job.Task.TargetLocation,
        job.Task.TargetCloudStorageId,
        job.Task.SourceLocation,
        job.Task.SourceCloudStorageId);

    /// <summary>
    /// The job's ETag covers what a PATCH can change, and not the row: annotators save all the time, and that must not refuse a
    /// reviewer's decision.
    /// </summary>
    public string Tag => TagOf(Stage, State, Assignee?.Id);

    public static string TagOf(JobStage stage, JobState state, int? assigneeId) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{(int)stage}.{(int)state}.{assigneeId ?? 0}\"");

    public JobNews News() =>
        new(Id, Stage.Word(), State.Word(), Assignee is { } assignee ? new JobNewsAssignee(assignee.Id, assignee.Username) : null);

    public JobRead Write(Links links)
    {
        var id = Id.ToString(CultureInfo.InvariantCulture);
        var tracker = ProjectBugTracker ?? TaskBugTracker;
        return new JobRead(
            links.To($"/api/jobs/{id}"),
            Id,
            TaskId,
            TaskName,
            ProjectId,
            ProjectName,
            BasicUser.Of(Assignee, links),
            AssigneeUpdatedDate,
            GuideId: null,
            Dimension: "2d",
            tracker.Length == 0 ? null : tracker,
            JobWords.Status(Stage, State),
            Stage.Word(),
            State.Word(),
            Mode,
            StopFrame - StartFrame + 1,
            StartFrame,
            StopFrame,
            ChunkSize,
            "imageset",
            OneVideo.ChunkType(IsOneVideo),
            CreatedDate,
            UpdatedDate,
            new CountSummary(0, links.To($"/api/issues?job_id={id}")),
            new LabelsSummary(links.To($"/api/labels?job_id={id}")),
            Type.Word(),
            Organization: null,
            Storage.Of(TaskId, target: true, TargetLocation, TargetCloudStorageId),
            Storage.Of(TaskId, target: false, SourceLocation, SourceCloudStorageId),
            ParentJobId: null,
            ConsensusReplicas: 0,
            ReplicasCount: 0);
    }
}
