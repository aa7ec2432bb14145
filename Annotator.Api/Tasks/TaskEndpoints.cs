using Annotator.Api.CloudStorages;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Labels;
using Annotator.Api.Lists;
using Annotator.Api.Users;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Tasks;

/// <summary>Tasks: list, make, read, change, delete. Their data, annotations and exports live in the folders of those features.</summary>
internal static class TaskEndpoints
{
    private static readonly ListFields<AnnotationTask> Fields = new ListFields<AnnotationTask>()
        .Number("id", task => task.Id, parameter: false)
        .Text("name", task => task.Name, searched: true)
        .Text("owner", task => task.Owner!.UserName, searched: true)
        .Text("assignee", task => task.Assignee!.UserName, searched: true)
        .Text("project_name", task => task.Project!.Name, searched: true)
        .Number("project_id", task => task.ProjectId)
        .Text("subset", task => task.Subset, searched: true)
        .Text("tracker_link", task => task.BugTracker)
        .Word("status", TaskRow.StatusOf)
        .Word("mode", task => task.Mode)
        .Word("dimension", task => "2d")
        .Word("validation_mode", task => null)
        .Date("updated_date", TaskRow.UpdatedOf)
        .Date("created_date", task => task.CreatedDate);

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        routes.MapTaskSplit();
        var tasks = routes.MapGroup("/tasks").WithTags("Tasks");
        tasks.MapGet("/", ListAsync).RequireScope("tasks", "list").WithName("tasks_list");
        tasks.MapPost("/", CreateAsync).WithName("tasks_create");
        tasks.MapGet("/{id:int}", ReadAsync).RequireTask("view").WithName("tasks_retrieve");
        tasks.MapPatch("/{id:int}", PatchAsync).RequireTask("view").WithName("tasks_partial_update");
        tasks.MapDelete("/{id:int}", DeleteAsync).RequireTask("delete").WithName("tasks_destroy");
    }

    private static Task<Results<Ok<Page<TaskRead>>, ProblemHttpResult>> ListAsync(
        [AsParameters] ListQuery query, Listing listing, AnnotatorDbContext db, CurrentUser user, Links links, CancellationToken cancel) =>
        listing.AnswerAsync(db.Tasks.VisibleTo(user), Fields, query, TaskRow.SelectFrom(db), row => row.Write(links), cancel);

    private static async Task<Ok<TaskRead>> ReadAsync(int id, AnnotatorDbContext db, Links links, HttpResponse response, CancellationToken cancel)
    {
        var row = await RowAsync(db, id, cancel);
        response.Headers.ETag = RowTag.Of(row.RowVersion);
        return TypedResults.Ok(row.Write(links));
    }

    private static async Task<Results<Created<TaskRead>, ProblemHttpResult>> CreateAsync(
        TaskWriteRequest body, AnnotatorDbContext db, CurrentUser user, Access access, People people, NamedStorages storages, TimeProvider time, Links links, HttpResponse response, CancellationToken cancel)
    {
        if (await MayCreateAsync(body.ProjectId, user, access, cancel) is { } refusal)
        {
            return refusal;
        }

        var now = time.GetUtcNow();
        var task = new AnnotationTask
        {
            Name = body.Name ?? "",
            ProjectId = body.ProjectId,
            OwnerId = body.OwnerId ?? user.Id,
            AssigneeId = body.AssigneeId,
            AssigneeUpdatedDate = body.AssigneeId is null ? null : now,
            BugTracker = body.BugTracker ?? "",
            Subset = body.Subset ?? "",
            Overlap = body.SegmentSize is > 0 and var size ? Math.Min(body.Overlap ?? 0, size / 2) : body.Overlap ?? 0,
            SegmentSize = body.SegmentSize ?? 0,
            TargetLocation = body.TargetStorage?.Parsed,
            TargetCloudStorageId = body.TargetStorage?.ParsedId,
            SourceLocation = body.SourceStorage?.Parsed,
            SourceCloudStorageId = body.SourceStorage?.ParsedId,
            CreatedDate = now,
            UpdatedDate = now,
        };
        var checks = Check(body);
        new LabelSet(task.Labels, null, null, checks).Apply([.. (body.Labels ?? []).Select(label => label with { Id = null })]);
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

        LabelOwnership.Give(task.Labels, label => label.Task = task);
        db.Tasks.Add(task);
        await db.SaveChangesAsync(cancel);
        var row = await RowAsync(db, task.Id, cancel);
        response.Headers.ETag = RowTag.Of(row.RowVersion);
        var answer = row.Write(links);
        return TypedResults.Created(answer.Url, answer);
    }

    private static Task<Results<Ok<TaskRead>, ProblemHttpResult>> PatchAsync(
        int id, PatchedTaskWriteRequest body, TaskChange change, AnnotatorDbContext db, Links links, HttpContext http, CancellationToken cancel) =>
        LabelOwnership.PatchAsync(db, () => change.TryAsync(id, body, http.Request, cancel), () => ReadAsync(id, db, links, http.Response, cancel));

    private static async Task<NoContent> DeleteAsync(int id, AnnotatorDbContext db, TaskRemoval removal, CancellationToken cancel)
    {
        await removal.RemoveAsync([id], null, () => db.Tasks.Where(task => task.Id == id).ExecuteDeleteAsync(cancel), cancel);
        return TypedResults.NoContent();
    }

    internal static Task<TaskRow> RowAsync(AnnotatorDbContext db, int id, CancellationToken cancel) =>
        db.Tasks.AsNoTracking().Where(task => task.Id == id).Select(TaskRow.SelectFrom(db)).SingleAsync(cancel);

    private static async Task<ProblemHttpResult?> MayCreateAsync(int? projectId, CurrentUser user, Access access, CancellationToken cancel)
    {
        if (projectId is not { } project)
        {
            return access.Scope("tasks", "create");
        }

        if (await access.ProjectAsync(project, "view", cancel) is not null)
        {
            return Problems.Invalid("project_id", $"There is no project {project}.");
        }

        // Who may see a project owns it or is assigned to it, so only the group is left to ask for.
        return Permissions.Allow("tasks", "create@project", user.Group, Relations.ProjectOwner) ? null : Problems.Forbidden();
    }

    private static Checks Check(TaskWriteRequest body)
    {
        var checks = new Checks();
        checks.Required("name", body.Name, 256);
        checks.AtMost("bug_tracker", body.BugTracker, 2000);
        checks.AtMost("subset", body.Subset, 64);
        checks.That(body.SegmentSize is null or >= 0, "segment_size", "Ensure this value is greater than or equal to 0.");
        checks.That(body.Overlap is null or >= 0, "overlap", "Ensure this value is greater than or equal to 0.");
        checks.That(
            body.ProjectId is null || body.Labels is null or { Length: 0 },
            "labels",
            "A task of a project has the project's labels and none of its own.");
        checks.That(body.ConsensusReplicas is null or 0, "consensus_replicas", "Consensus jobs are not available on this server.");
        return checks;
    }
}
