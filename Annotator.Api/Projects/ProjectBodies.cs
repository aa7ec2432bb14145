using System.Globalization;
using System.Linq.Expressions;
using Annotator.Api.CloudStorages;
using Annotator.Api.Json;
using Annotator.Api.Labels;
using Annotator.Api.Lists;
using Annotator.Api.Users;
using Annotator.Core.CloudStorages;
using Annotator.Core.Jobs;
using Annotator.Core.Projects;

namespace Annotator.Api.Projects;

/// <summary>How many there are, and where to read them.</summary>
internal sealed record CountSummary(int Count, string Url);

/// <summary>Where to read an object's labels.</summary>
internal sealed record LabelsSummary(string Url);

internal sealed record ProjectRead(
    string Url,
    int Id,
    string Name,
    BasicUser? Owner,
    BasicUser? Assignee,
    DateTimeOffset? AssigneeUpdatedDate,
    int? GuideId,
    string BugTracker,
    IReadOnlyList<string> TaskSubsets,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate,
    string Status,
    string? Dimension,
    int? Organization,
    int? OrganizationId,
    Storage? TargetStorage,
    Storage? SourceStorage,
    CountSummary Tasks,
    LabelsSummary Labels);

/// <param name="TaskSubsets">Accepted and ignored, as newer servers of the contract do.</param>
internal sealed record ProjectWriteRequest(
    string? Name,
    LabelRequest[]? Labels,
    int? OwnerId,
    int? AssigneeId,
    string? BugTracker,
    StorageRequest? TargetStorage,
    StorageRequest? SourceStorage,
    string[]? TaskSubsets);

/// <param name="OrganizationId">The contract's transfer to an organization; null, as there are none.</param>
internal sealed record PatchedProjectWriteRequest(
    Sent<string> Name, Sent<LabelRequest[]> Labels, Sent<int?> OwnerId, Sent<int?> AssigneeId, Sent<string> BugTracker, Sent<StorageRequest> TargetStorage, Sent<StorageRequest> SourceStorage,
    Sent<int?> OrganizationId);

/// <summary>The columns behind <see cref="ProjectRead"/>.</summary>
internal sealed record ProjectRow(
    int Id,
    string Name,
    UserRow? Owner,
    UserRow? Assignee,
    DateTimeOffset? AssigneeUpdatedDate,
    string BugTracker,
    List<string> Subsets,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate,
    string Status,
    int TaskCount,
    StorageLocation? TargetLocation,
    int? TargetCloudStorageId,
    StorageLocation? SourceLocation,
    int? SourceCloudStorageId,
    uint RowVersion)
{
    /// <summary>annotation while a job is, or while there is none; completed when every job is; validation in between.</summary>
    public static Expression<Func<Project, string?>> StatusOf { get; } = project =>
        project.Tasks.All(task => task.Jobs.Count == 0)
            || project.Tasks.Any(task => task.Jobs.Any(job => job.Type == JobType.Annotation && job.Stage == JobStage.Annotation))
            ? "annotation"
            : project.Tasks.Any(task => task.Jobs.Any(job => job.Type == JobType.Annotation && (job.Stage != JobStage.Acceptance || job.State != JobState.Completed)))
                ? "validation"
                : "completed";

    public static Expression<Func<Project, ProjectRow>> Select { get; } = project => new ProjectRow(
        project.Id,
        project.Name,
        project.Owner == null ? null : new UserRow(project.Owner.Id, project.Owner.UserName!, project.Owner.FirstName, project.Owner.LastName),
        project.Assignee == null ? null : new UserRow(project.Assignee.Id, project.Assignee.UserName!, project.Assignee.FirstName, project.Assignee.LastName),
        project.AssigneeUpdatedDate,
        project.BugTracker,
        project.Tasks.Where(task => task.Subset != "" && !task.IsBeingMade).Select(task => task.Subset).Distinct().ToList(),
        project.CreatedDate,
        project.UpdatedDate,
        project.Tasks.All(task => task.Jobs.Count == 0)
            || project.Tasks.Any(task => task.Jobs.Any(job => job.Type == JobType.Annotation && job.Stage == JobStage.Annotation))
            ? "annotation"
            : project.Tasks.Any(task => task.Jobs.Any(job => job.Type == JobType.Annotation && (job.Stage != JobStage.Acceptance || job.State != JobState.Completed)))
                ? "validation"
                : "completed",
        project.Tasks.Count(task => !task.IsBeingMade),
        project.TargetLocation,
        project.TargetCloudStorageId,
        project.SourceLocation,
        project.SourceCloudStorageId,
        project.RowVersion);

    public ProjectRead Write(Links links)
    {
        var id = Id.ToString(CultureInfo.InvariantCulture);
        return new ProjectRead(
            links.To($"/api/projects/{id}"),
            Id,
            Name,
            BasicUser.Of(Owner, links),
            BasicUser.Of(Assignee, links),
            AssigneeUpdatedDate,
            GuideId: null,
            BugTracker,
            [.. Subsets.Order(StringComparer.Ordinal)],
            CreatedDate,
            UpdatedDate,
            Status,
            TaskCount == 0 ? null : "2d",
            Organization: null,
            OrganizationId: null,
            Storage.Of(Id, target: true, TargetLocation, TargetCloudStorageId),
            Storage.Of(Id, target: false, SourceLocation, SourceCloudStorageId),
            new CountSummary(TaskCount, links.To($"/api/tasks?project_id={id}")),
            new LabelsSummary(links.To($"/api/labels?project_id={id}")));
    }
}
