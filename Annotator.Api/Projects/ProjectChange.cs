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
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Projects;

/// <summary>One attempt at a PATCH of a project, in one transaction: everything or nothing.</summary>
internal sealed class ProjectChange(
    AnnotatorDbContext db, AnnotationStore store, CurrentUser user, Access access, People people, NamedStorages storages, TimeProvider time, Links links)
{
    /// <summary>Null when it was saved.</summary>
    /// <exception cref="DbUpdateConcurrencyException">Somebody else saved meanwhile; nothing was changed.</exception>
    public async Task<ProblemHttpResult?> TryAsync(int id, PatchedProjectWriteRequest body, HttpRequest request, CancellationToken cancel)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var project = await db.Projects.SingleOrDefaultAsync(project => project.Id == id, cancel);
        if (project is null)
        {
            return Problems.NotFound();
        }

        if (!RowTag.Matches(request, RowTag.Of(project.RowVersion)))
        {
            return Problems.Stale((await ProjectEndpoints.RowAsync(db, id, cancel)).Write(links));
        }

        if (await RefusalAsync(project, body, cancel) is { } refusal)
        {
            return refusal;
        }

        var checks = new Checks();
        if (body.Name.IsSent)
        {
            checks.Required("name", body.Name.Value, 256);
        }

        checks.AtMost("bug_tracker", body.BugTracker.Value, 2000);
        checks.That(body.OrganizationId.Value is null, "organization_id", "There is no such organization: projects belong to people here.");
        var removed = body.Labels is { Value: { } labels }
            ? await LabelOwnership.ApplyAsync(db, label => label.ProjectId == id, labels, id, null, checks, cancel)
            : [];
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var now = time.GetUtcNow();
        if (body.AssigneeId.IsSent && body.AssigneeId.Value != project.AssigneeId)
        {
            (project.AssigneeId, project.AssigneeUpdatedDate) = (body.AssigneeId.Value, now);
        }

        project.OwnerId = body.OwnerId.Or(project.OwnerId);
        project.Name = body.Name.Or(project.Name)!;
        project.BugTracker = body.BugTracker.Or(project.BugTracker) ?? "";
        if (body.TargetStorage.IsSent)
        {
            (project.TargetLocation, project.TargetCloudStorageId) = (body.TargetStorage.Value?.Parsed, body.TargetStorage.Value?.ParsedId);
        }

        if (body.SourceStorage.IsSent)
        {
            (project.SourceLocation, project.SourceCloudStorageId) = (body.SourceStorage.Value?.Parsed, body.SourceStorage.Value?.ParsedId);
        }

        project.UpdatedDate = now;
        await store.DeleteLabelsAsync(user.Id, [.. removed.Select(label => label.Id)], cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    private async Task<ProblemHttpResult?> RefusalAsync(Project project, PatchedProjectWriteRequest body, CancellationToken cancel)
    {
        if ((body.Name.IsSent || body.Labels.IsSent || body.BugTracker.IsSent || body.TargetStorage.IsSent || body.SourceStorage.IsSent) && await access.ProjectAsync(project.Id, "update:desc", cancel) is { } description)
        {
            return description;
        }

        return await storages.RefusalAsync("target_storage", body.TargetStorage.Value, cancel)
            ?? await storages.RefusalAsync("source_storage", body.SourceStorage.Value, cancel)
            ?? await people.ChangeRefusalAsync("owner_id", body.OwnerId, project.OwnerId, () => access.ProjectAsync(project.Id, "update:owner", cancel), cancel)
            ?? await people.ChangeRefusalAsync("assignee_id", body.AssigneeId, project.AssigneeId, () => access.ProjectAsync(project.Id, "update:assignee", cancel), cancel);
    }
}
