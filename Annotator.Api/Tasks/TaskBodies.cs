using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json.Serialization;
using Annotator.Api.CloudStorages;
using Annotator.Api.Json;
using Annotator.Api.Labels;
using Annotator.Api.Lists;
using Annotator.Api.Media;
using Annotator.Api.Projects;
using Annotator.Api.Users;
using Annotator.Core;
using Annotator.Core.CloudStorages;
using Annotator.Core.Jobs;
using Annotator.Core.Tasks;

namespace Annotator.Api.Tasks;

/// <param name="Completed">Accepted and complete.</param>
/// <param name="Validation">In the stage of validation.</param>
internal sealed record JobsSummary(int Count, int Completed, int Validation, string Url);

/// <param name="Size">Frames; 0 until data is there. What else describes data is absent until then.</param>
internal sealed record TaskRead(
    string Url,
    int Id,
    string Name,
    int? ProjectId,
    string? ProjectName,
    string Mode,
    BasicUser? Owner,
    BasicUser? Assignee,
    DateTimeOffset? AssigneeUpdatedDate,
    string BugTracker,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate,
    int? Overlap,
    int SegmentSize,
    string Status,
    int? DataChunkSize,
    string DataCompressedChunkType,
    string DataOriginalChunkType,
    int? GuideId,
    int Size,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ImageQuality,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Data,
    string Dimension,
    string Subset,
    int? Organization,
    int? OrganizationId,
    Storage? TargetStorage,
    Storage? SourceStorage,
    string? ValidationMode,
    bool ConsensusEnabled,
    int? DataCloudStorageId,
    JobsSummary Jobs,
    LabelsSummary Labels);

/// <param name="Overlap">Frames that neighbouring jobs share; at most half a segment, and more is taken for that.</param>
internal sealed record TaskWriteRequest(
    string? Name,
    int? ProjectId,
    int? OwnerId,
    int? AssigneeId,
    string? BugTracker,
    int? Overlap,
    int? SegmentSize,
    LabelRequest[]? Labels,
    string? Subset,
    StorageRequest? TargetStorage,
    StorageRequest? SourceStorage,
    int? ConsensusReplicas);

/// <param name="OrganizationId">The contract's transfer to an organization; null, as there are none.</param>
internal sealed record PatchedTaskWriteRequest(
    Sent<string> Name,
    Sent<int?> ProjectId,
    Sent<int?> OwnerId,
    Sent<int?> AssigneeId,
    Sent<string> BugTracker,
    Sent<LabelRequest[]> Labels,
    Sent<string> Subset,
    Sent<StorageRequest> TargetStorage,
    Sent<StorageRequest> SourceStorage,
    Sent<int?> OrganizationId)
{
    /// <summary>Whether it changes what the matrix calls the description.</summary>
    [JsonIgnore]
    public bool Describes => Name.IsSent || Labels.IsSent || BugTracker.IsSent || Subset.IsSent || TargetStorage.IsSent || SourceStorage.IsSent;
}

/// <summary>The columns behind <see cref="TaskRead"/>.</summary>
internal sealed record TaskRow(
    int Id,
    string Name,
    int? ProjectId,
    string? ProjectName,
    string Mode,
    UserRow? Owner,
    UserRow? Assignee,
    DateTimeOffset? AssigneeUpdatedDate,
    string BugTracker,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate,
    DateTimeOffset? LastJobDate,
    int Overlap,
    int SegmentSize,
    string Subset,
    int? DataId,
    int? Size,
    int? ChunkSize,
    int? ImageQuality,
    bool IsOneVideo,
    int JobCount,
    int CompletedCount,
    int ValidationCount,
    int AnnotationCount,
    int UncompletedCount,
    int? DataCloudStorageId,
    StorageLocation? TargetLocation,
    int? TargetCloudStorageId,
    StorageLocation? SourceLocation,
    int? SourceCloudStorageId,
    uint RowVersion)
{
    /// <summary>annotation while a job is, or while there is none; completed when every job is; validation in between.</summary>
    public static Expression<Func<AnnotationTask, string?>> StatusOf { get; } = task =>
        task.Jobs.Count == 0 || task.Jobs.Any(job => job.Type == JobType.Annotation && job.Stage == JobStage.Annotation)
            ? "annotation"
            : task.Jobs.Any(job => job.Type == JobType.Annotation && (job.Stage != JobStage.Acceptance || job.State != JobState.Completed))
                ? "validation"
                : "completed";

    /// <summary>
    /// The last change of the task or of a job of it, annotations too: existing clients keep what they have read of a task for as
    /// long as this stays the same.
    /// </summary>
    public static Expression<Func<AnnotationTask, DateTimeOffset?>> UpdatedOf { get; } = task =>
        task.Jobs.Max(job => (DateTimeOffset?)job.UpdatedDate) > task.UpdatedDate ? task.Jobs.Max(job => (DateTimeOffset?)job.UpdatedDate) : task.UpdatedDate;

    public static Expression<Func<AnnotationTask, TaskRow>> SelectFrom(AnnotatorDbContext db) => task => new TaskRow(
        task.Id,
        task.Name,
        task.ProjectId,
        task.Project!.Name,
        task.Mode,
        task.Owner == null ? null : new UserRow(task.Owner.Id, task.Owner.UserName!, task.Owner.FirstName, task.Owner.LastName),
        task.Assignee == null ? null : new UserRow(task.Assignee.Id, task.Assignee.UserName!, task.Assignee.FirstName, task.Assignee.LastName),
        task.AssigneeUpdatedDate,
        task.BugTracker,
        task.CreatedDate,
        task.UpdatedDate,
        task.Jobs.Max(job => (DateTimeOffset?)job.UpdatedDate),
        task.Overlap,
        task.SegmentSize,
        task.Subset,
        (int?)task.Data!.Id,
        (int?)task.Data!.Size,
        (int?)task.Data!.ChunkSize,
        (int?)task.Data!.ImageQuality,
        OneVideo.DataIds(db).Contains(task.Data!.Id),
        task.Jobs.Count(),
        task.Jobs.Count(job => job.Stage == JobStage.Acceptance && job.State == JobState.Completed),
        task.Jobs.Count(job => job.Stage == JobStage.Validation),
        task.Jobs.Count(job => job.Type == JobType.Annotation && job.Stage == JobStage.Annotation),
        task.Jobs.Count(job => job.Type == JobType.Annotation && (job.Stage != JobStage.Acceptance || job.State != JobState.Completed)),
        (int?)task.Data!.CloudStorageId,
        task.TargetLocation,
        task.TargetCloudStorageId,
        task.SourceLocation,
        task.SourceCloudStorageId,
        task.RowVersion);

    private string Status => JobCount == 0 || AnnotationCount > 0 ? "annotation" : UncompletedCount > 0 ? "validation" : "completed";

    public TaskRead Write(Links links)
    {
        var id = Id.ToString(CultureInfo.InvariantCulture);
        return new TaskRead(
            links.To($"/api/tasks/{id}"),
            Id,
            Name,
            ProjectId,
            ProjectName,
            Mode,
            BasicUser.Of(Owner, links),
            BasicUser.Of(Assignee, links),
            AssigneeUpdatedDate,
            BugTracker,
            CreatedDate,
            LastJobDate > UpdatedDate ? LastJobDate.Value : UpdatedDate,
            Overlap,
            SegmentSize,
            Status,
            ChunkSize,
            "imageset",
            OneVideo.ChunkType(IsOneVideo),
            GuideId: null,
            Size ?? 0,
            ImageQuality,
            DataId,
            Dimension: "2d",
            Subset,
            Organization: null,
            OrganizationId: null,
            Storage.Of(Id, target: true, TargetLocation, TargetCloudStorageId),
            Storage.Of(Id, target: false, SourceLocation, SourceCloudStorageId),
            ValidationMode: null,
            ConsensusEnabled: false,
            DataCloudStorageId,
            new JobsSummary(JobCount, CompletedCount, ValidationCount, links.To($"/api/jobs?task_id={id}")),
            new LabelsSummary(links.To($"/api/labels?task_id={id}")));
    }
}
