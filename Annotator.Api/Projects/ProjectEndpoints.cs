using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Labels;
using Annotator.Api.Lists;
using Annotator.Api.Tasks;
using Annotator.Api.Users;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Identity;
using Annotator.Core.Projects;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Projects;

/// <summary>Projects: list, make, read, change, delete.</summary>
internal static class ProjectEndpoints
{
    private static readonly ListFields<Project> Fields = new ListFields<Project>()
        .Number("id", project => project.Id, parameter: false)
        .Text("name", project => project.Name, searched: true)
        .Text("owner", project => project.Owner!.UserName, searched: true)
        .Text("assignee", project => project.Assignee!.UserName, searched: true)
        .Word("status", ProjectRow.StatusOf)
        .Date("updated_date", project => project.UpdatedDate)
        .Date("created_date", project => project.CreatedDate);

    public static void MapProjects(this IEndpointRouteBuilder routes)
    {
        var projects = routes.MapGroup("/projects").WithTags("Projects");
        projects.MapGet("/", ListAsync).RequireScope("projects", "list").WithName("projects_list");
        projects.MapPost("/", CreateAsync).RequireScope("projects", "create").WithName("projects_create");
        projects.MapGet("/{id:int}", ReadAsync).RequireProject("view").WithName("projects_retrieve");
        projects.MapPatch("/{id:int}", PatchAsync).RequireProject("view").WithName("projects_partial_update");
        projects.MapDelete("/{id:int}", DeleteAsync).RequireProject("delete").WithName("projects_destroy");
    }

    private static Task<Results<Ok<Page<ProjectRead>>, ProblemHttpResult>> ListAsync(
        [AsParameters] ListQuery query, Listing listing, AnnotatorDbContext db, CurrentUser user, Links links, CancellationToken cancel) =>
        listing.AnswerAsync(db.Projects.VisibleTo(user), Fields, query, ProjectRow.Select, row => row.Write(links), cancel);

    private static async Task<Ok<ProjectRead>> ReadAsync(int id, AnnotatorDbContext db, Links links, HttpResponse response, CancellationToken cancel)
    {
        var row = await RowAsync(db, id, cancel);
        response.Headers.ETag = RowTag.Of(row.RowVersion);
        return TypedResults.Ok(row.Write(links));
    }

    private static async Task<Results<Created<ProjectRead>, ProblemHttpResult>> CreateAsync(
        ProjectWriteRequest body, AnnotatorDbContext db, CurrentUser user, TimeProvider time, Links links, HttpResponse response, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var project = new Project
        {
            Name = body.Name ?? "",
            OwnerId = body.OwnerId ?? user.Id,
            AssigneeId = body.AssigneeId,
            AssigneeUpdatedDate = body.AssigneeId is null ? null : now,
            BugTracker = body.BugTracker ?? "",
            CreatedDate = now,
            UpdatedDate = now,
        };
        var checks = new Checks();
        checks.Required("name", body.Name, 256);
        checks.AtMost("bug_tracker", body.BugTracker, 2000);
        new LabelSet(project.Labels, null, null, checks).Apply([.. (body.Labels ?? []).Select(label => label with { Id = null })]);
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        if (await People.RefusalAsync(db, user, "owner_id", body.OwnerId, null, cancel) is { } owner)
        {
            return owner;
        }

        if (await People.RefusalAsync(db, user, "assignee_id", body.AssigneeId, null, cancel) is { } assignee)
        {
            return assignee;
        }

        LabelOwnership.Give(project.Labels, label => label.Project = project);
        db.Projects.Add(project);
        await db.SaveChangesAsync(cancel);
        var row = await RowAsync(db, project.Id, cancel);
        response.Headers.ETag = RowTag.Of(row.RowVersion);
        var answer = row.Write(links);
        return TypedResults.Created(answer.Url, answer);
    }

    private static async Task<Results<Ok<ProjectRead>, ProblemHttpResult>> PatchAsync(
        int id,
        PatchedProjectWriteRequest body,
        AnnotatorDbContext db,
        CurrentUser user,
        Access access,
        TimeProvider time,
        Links links,
        HttpContext http,
        CancellationToken cancel)
    {
        var strategy = db.Database.CreateExecutionStrategy();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var refusal = await strategy.ExecuteAsync(() => ChangeAsync(id, body, db, user, access, time, links, http.Request, cancel));
                if (refusal is not null)
                {
                    return refusal;
                }

                var row = await RowAsync(db, id, cancel);
                http.Response.Headers.ETag = RowTag.Of(row.RowVersion);
                return TypedResults.Ok(row.Write(links));
            }
            catch (DbUpdateConcurrencyException) when (attempt < 5)
            {
                // Somebody saved between our read and our write: look again, and judge If-Match by what stands now.
            }
            catch (DbUpdateException exception) when (LabelOwnership.IsTaken(exception))
            {
                return Problems.Invalid("labels", "Somebody has just added a label of the same name.");
            }
        }
    }

    private static async Task<ProblemHttpResult?> ChangeAsync(
        int id, PatchedProjectWriteRequest body, AnnotatorDbContext db, CurrentUser user, Access access, TimeProvider time, Links links, HttpRequest request, CancellationToken cancel)
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
            return Problems.Stale((await RowAsync(db, id, cancel)).Write(links));
        }

        if (await RefusalAsync(project, body, db, user, access, cancel) is { } refusal)
        {
            return refusal;
        }

        var checks = new Checks();
        if (body.Name.IsSent)
        {
            checks.Required("name", body.Name.Value, 256);
        }

        checks.AtMost("bug_tracker", body.BugTracker.Value, 2000);
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
        project.UpdatedDate = now;
        await LabelObjects.RemoveAsync(db, [.. removed.Select(label => label.Id)], user.Id, now, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    private static async Task<ProblemHttpResult?> RefusalAsync(
        Project project, PatchedProjectWriteRequest body, AnnotatorDbContext db, CurrentUser user, Access access, CancellationToken cancel)
    {
        if ((body.Name.IsSent || body.Labels.IsSent || body.BugTracker.IsSent) && await access.ProjectAsync(project.Id, "update:desc", cancel) is { } description)
        {
            return description;
        }

        if (body.OwnerId.IsSent && body.OwnerId.Value != project.OwnerId)
        {
            return await access.ProjectAsync(project.Id, "update:owner", cancel)
                ?? await People.RefusalAsync(db, user, "owner_id", body.OwnerId.Value, project.OwnerId, cancel);
        }

        return body.AssigneeId.IsSent && body.AssigneeId.Value != project.AssigneeId
            ? await access.ProjectAsync(project.Id, "update:assignee", cancel)
                ?? await People.RefusalAsync(db, user, "assignee_id", body.AssigneeId.Value, project.AssigneeId, cancel)
            : null;
    }

    private static async Task<NoContent> DeleteAsync(int id, AnnotatorDbContext db, TaskRemoval removal, CancellationToken cancel)
    {
        var tasks = await db.Tasks.Where(task => task.ProjectId == id).Select(task => task.Id).ToListAsync(cancel);
        await removal.RemoveAsync(tasks, () => db.Projects.Where(project => project.Id == id).ExecuteDeleteAsync(cancel), cancel);
        return TypedResults.NoContent();
    }

    private static Task<ProjectRow> RowAsync(AnnotatorDbContext db, int id, CancellationToken cancel) =>
        db.Projects.AsNoTracking().Where(project => project.Id == id).Select(ProjectRow.Select).SingleAsync(cancel);
}
