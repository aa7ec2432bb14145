using Annotator.Api.CloudStorages;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Labels;
using Annotator.Api.Lists;
using Annotator.Api.Users;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Identity;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Tasks;

/// <summary>One attempt at a PATCH of a task, in one transaction: everything or nothing.</summary>
internal sealed class TaskChange(
    AnnotatorDbContext db, AnnotationStore store, TaskRelabelling relabelling, CurrentUser user, Access access, People people, NamedStorages storages, TimeProvider time, Links links)
{
    /// <summary>Null when it was saved.</summary>
    /// <exception cref="DbUpdateConcurrencyException">Somebody else saved meanwhile; nothing was changed.</exception>
    public async Task<ProblemHttpResult?> TryAsync(int id, PatchedTaskWriteRequest body, HttpRequest request, CancellationToken cancel)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var task = await db.Tasks.SingleOrDefaultAsync(task => task.Id == id, cancel);
        if (task is null)
        {
            return Problems.NotFound();
        }

        if (!RowTag.Matches(request, RowTag.Of(task.RowVersion)))
        {
            return Problems.Stale((await TaskEndpoints.RowAsync(db, id, cancel)).Write(links));
        }

        if (await RefusalAsync(task, body, cancel) is { } refusal)
        {
            return refusal;
        }

        LabelMatch? labels = null;
        if (body.ProjectId is { IsSent: true, Value: { } project } && project != task.ProjectId)
        {
            (labels, var missing) = await relabelling.MatchAsync(task.Id, task.ProjectId, project, cancel);
            if (missing.Count > 0)
            {
                return Problems.Invalid("project_id", $"The task has annotations of labels that the project has not in the same way: {string.Join(", ", missing)}. Nothing was changed.");
            }
        }

        var checks = Check(body, task);
        var removed = await ApplyLabelsAsync(task, body, checks, cancel);
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var now = time.GetUtcNow();
        if (body.AssigneeId.IsSent && body.AssigneeId.Value != task.AssigneeId)
        {
            (task.AssigneeId, task.AssigneeUpdatedDate) = (body.AssigneeId.Value, now);
        }

        task.OwnerId = body.OwnerId.Or(task.OwnerId);
        task.ProjectId = body.ProjectId.Or(task.ProjectId);
        task.Name = body.Name.Or(task.Name)!;
        task.BugTracker = body.BugTracker.Or(task.BugTracker) ?? "";
        task.Subset = body.Subset.Or(task.Subset) ?? "";
        if (body.TargetStorage.IsSent)
        {
            (task.TargetLocation, task.TargetCloudStorageId) = (body.TargetStorage.Value?.Parsed, body.TargetStorage.Value?.ParsedId);
        }

        if (body.SourceStorage.IsSent)
        {
            (task.SourceLocation, task.SourceCloudStorageId) = (body.SourceStorage.Value?.Parsed, body.SourceStorage.Value?.ParsedId);
        }

        task.UpdatedDate = now;
        await store.DeleteLabelsAsync(user.Id, [.. removed.Select(label => label.Id)], cancel);
        await db.SaveChangesAsync(cancel);
        if (labels is not null && await CarryAsync(task, labels, cancel) is { } uncarried)
        {
            return uncarried;
        }

        await transaction.CommitAsync(cancel);
        return null;
    }

    /// <summary>Gives the annotations of a task that has become a project's the project's labels, which take the place of the task's own.</summary>
    private async Task<ProblemHttpResult?> CarryAsync(AnnotationTask task, LabelMatch labels, CancellationToken cancel)
    {
        try
        {
            await relabelling.WriteAsync(task.Id, user.Id, labels, cancel);
        }
        catch (InvalidAnnotationsException failure)
        {
            return Problems.Invalid("project_id", $"The project's labels do not take all annotations: {failure.Message} Nothing was changed.");
        }

        await db.Labels.Where(label => label.TaskId == task.Id).ExecuteDeleteAsync(cancel);
        return null;
    }

    private async Task<ProblemHttpResult?> RefusalAsync(AnnotationTask task, PatchedTaskWriteRequest body, CancellationToken cancel)
    {
        if (body.Describes && await access.TaskAsync(task.Id, "update:desc", cancel) is { } description)
        {
            return description;
        }

        return await storages.RefusalAsync("target_storage", body.TargetStorage.Value, cancel)
            ?? await storages.RefusalAsync("source_storage", body.SourceStorage.Value, cancel)
            ?? await people.ChangeRefusalAsync("owner_id", body.OwnerId, task.OwnerId, () => access.TaskAsync(task.Id, "update:owner", cancel), cancel)
            ?? await people.ChangeRefusalAsync("assignee_id", body.AssigneeId, task.AssigneeId, () => access.TaskAsync(task.Id, "update:assignee", cancel), cancel)
            ?? (body.ProjectId.IsSent && body.ProjectId.Value != task.ProjectId ? await MoveRefusalAsync(task, body.ProjectId.Value, cancel) : null);
    }

    /// <summary>A task may move into a project that the caller sees.</summary>
    private async Task<ProblemHttpResult?> MoveRefusalAsync(AnnotationTask task, int? projectId, CancellationToken cancel)
    {
        if (await access.TaskAsync(task.Id, "update:project", cancel) is { } refusal)
        {
            return refusal;
        }

        if (projectId is not { } project)
        {
            return Problems.Invalid("project_id", "A task cannot leave its project: its labels are the project's.");
        }

        return await access.ProjectAsync(project, "view", cancel) is null ? null : Problems.Invalid("project_id", $"There is no project {project}.");
    }

    private static Checks Check(PatchedTaskWriteRequest body, AnnotationTask task)
    {
        var checks = new Checks();
        if (body.Name.IsSent)
        {
            checks.Required("name", body.Name.Value, 256);
        }

        checks.AtMost("bug_tracker", body.BugTracker.Value, 2000);
        checks.AtMost("subset", body.Subset.Value, 64);
        checks.That(body.OrganizationId.Value is null, "organization_id", "There is no such organization: tasks belong to people here.");
        checks.That(
            body.Labels.Value is null or { Length: 0 } || body.ProjectId.Or(task.ProjectId) is null,
            "labels",
            "A task of a project has the project's labels and none of its own.");
        return checks;
    }

    private async Task<IReadOnlyList<Label>> ApplyLabelsAsync(AnnotationTask task, PatchedTaskWriteRequest body, Checks checks, CancellationToken cancel)
    {
        // A task that becomes a project's has its own labels until its annotations have the project's.
        return checks.Passed && body.ProjectId.Or(task.ProjectId) == task.ProjectId && body.Labels.Value is { Length: > 0 } labels
            ? await LabelOwnership.ApplyAsync(db, label => label.TaskId == task.Id, labels, null, task.Id, checks, cancel)
            : [];
    }
}
