using Annotator.Api.CloudStorages;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Labels;
using Annotator.Api.Lists;
using Annotator.Api.Tasks;
using Annotator.Api.Users;
using Annotator.Core;
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
        ProjectWriteRequest body, AnnotatorDbContext db, CurrentUser user, People people, NamedStorages storages, TimeProvider time, Links links, HttpResponse response, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var project = new Project
        {
            Name = body.Name ?? "",
            OwnerId = body.OwnerId ?? user.Id,
            AssigneeId = body.AssigneeId,
            AssigneeUpdatedDate = body.AssigneeId is null ? null : now,
            BugTracker = body.BugTracker ?? "",
            TargetLocation = body.TargetStorage?.Parsed,
            TargetCloudStorageId = body.TargetStorage?.ParsedId,
            SourceLocation = body.SourceStorage?.Parsed,
            SourceCloudStorageId = body.SourceStorage?.ParsedId,
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

        var person = await people.RefusalAsync("owner_id", body.OwnerId, null, cancel)
            ?? await people.RefusalAsync("assignee_id", body.AssigneeId, null, cancel)
            ?? await storages.RefusalAsync("target_storage", body.TargetStorage, cancel)
            ?? await storages.RefusalAsync("source_storage", body.SourceStorage, cancel);
        if (person is not null)
        {
            return person;
        }

        LabelOwnership.Give(project.Labels, label => label.Project = project);
        db.Projects.Add(project);
        await db.SaveChangesAsync(cancel);
        var row = await RowAsync(db, project.Id, cancel);
        response.Headers.ETag = RowTag.Of(row.RowVersion);
        var answer = row.Write(links);
        return TypedResults.Created(answer.Url, answer);
    }

    private static Task<Results<Ok<ProjectRead>, ProblemHttpResult>> PatchAsync(
        int id, PatchedProjectWriteRequest body, ProjectChange change, AnnotatorDbContext db, Links links, HttpContext http, CancellationToken cancel) =>
        LabelOwnership.PatchAsync(db, () => change.TryAsync(id, body, http.Request, cancel), () => ReadAsync(id, db, links, http.Response, cancel));

    private static async Task<NoContent> DeleteAsync(int id, AnnotatorDbContext db, TaskRemoval removal, CancellationToken cancel)
    {
        var tasks = await db.Tasks.Where(task => task.ProjectId == id).Select(task => task.Id).ToListAsync(cancel);
        await removal.RemoveAsync(tasks, id, () => db.Projects.Where(project => project.Id == id).ExecuteDeleteAsync(cancel), cancel);
        return TypedResults.NoContent();
    }

    internal static Task<ProjectRow> RowAsync(AnnotatorDbContext db, int id, CancellationToken cancel) =>
        db.Projects.AsNoTracking().Where(project => project.Id == id).Select(ProjectRow.Select).SingleAsync(cancel);
}
