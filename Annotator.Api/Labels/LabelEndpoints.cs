using System.Globalization;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Lists;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Labels;

/// <summary>Labels one by one. Lists of them are made and changed with their project or task.</summary>
internal static class LabelEndpoints
{
    private static readonly ListFields<Label> Fields = new ListFields<Label>()
        .Number("id", label => label.Id, parameter: false)
        .Text("name", label => label.Name, searched: true)
        .Text("parent", label => label.Parent!.Name, searched: true)
        .Number("parent_id", label => label.ParentId)
        .Word("type", label => label.Type)
        .Word("color", label => label.Color);

    private static readonly (string Parameter, string Resource)[] Owners = [("job_id", "jobs"), ("task_id", "tasks"), ("project_id", "projects")];

    public static void MapLabels(this IEndpointRouteBuilder routes)
    {
        var labels = routes.MapGroup("/labels").WithTags("Labels");
        labels.MapGet("/", ListAsync).WithName("labels_list");
        labels.MapGet("/{id:int}", ReadAsync).WithName("labels_retrieve");
        labels.MapPatch("/{id:int}", PatchAsync).WithName("labels_partial_update");
        labels.MapDelete("/{id:int}", DeleteAsync).WithName("labels_destroy");
    }

    private static async Task<Results<Ok<Page<LabelRead>>, ProblemHttpResult>> ListAsync(
        [AsParameters] ListQuery query, Listing listing, AnnotatorDbContext db, CurrentUser user, Access access, HttpRequest request, CancellationToken cancel)
    {
        var labels = db.Labels.AsSplitQuery().Where(label => label.ParentId == null);
        if (Owners.Count(owner => request.Query[owner.Parameter].ToString().Length > 0) > 1)
        {
            return Problems.Invalid("non_field_errors", "job_id, task_id and project_id cannot be used together.");
        }

        foreach (var (name, resource) in Owners)
        {
            if (request.Query[name].ToString() is not { Length: > 0 } text)
            {
                continue;
            }

            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                return Problems.Invalid(name, "A valid integer is required.");
            }

            return await access.ObjectAsync(resource, id, "view", cancel) is { } refusal
                ? refusal
                : await AnswerAsync(Of(db, labels, resource, id));
        }

        var projects = db.Projects.VisibleTo(user).Select(project => (int?)project.Id);
        var tasks = db.Tasks.VisibleTo(user).Select(task => (int?)task.Id);
        return await AnswerAsync(user.IsAdmin ? labels : labels.Where(label => projects.Contains(label.ProjectId) || tasks.Contains(label.TaskId)));

        Task<Results<Ok<Page<LabelRead>>, ProblemHttpResult>> AnswerAsync(IQueryable<Label> source) =>
            listing.AnswerAsync(source, Fields, query, LabelRow.Select, row => row.Write(), cancel, order: "id");
    }

    /// <summary>
    /// A task's labels are its own or its project's. "No project" on both sides is no bond between them: EF takes null to be
    /// equal to null, so the comparison must say that there is a project.
    /// </summary>
    private static IQueryable<Label> Of(AnnotatorDbContext db, IQueryable<Label> labels, string resource, int id) => resource switch
    {
        "projects" => labels.Where(label => label.ProjectId == id),
        "tasks" => labels.Where(label => label.TaskId == id
            || (label.ProjectId != null && db.Tasks.Any(task => task.Id == id && task.ProjectId == label.ProjectId))),
        _ => labels.Where(label => db.Jobs.Any(job => job.Id == id
            && (job.TaskId == label.TaskId || (label.ProjectId != null && job.Task.ProjectId == label.ProjectId)))),
    };

    private static async Task<Results<Ok<LabelRead>, ProblemHttpResult>> ReadAsync(int id, AnnotatorDbContext db, Access access, CancellationToken cancel)
    {
        var row = await db.Labels.AsSplitQuery().Where(label => label.Id == id).Select(LabelRow.Select).SingleOrDefaultAsync(cancel);
        if (row is null)
        {
            return Problems.NotFound();
        }

        return await AllowAsync(access, row.ProjectId, row.TaskId, "view", cancel) is { } refusal ? refusal : TypedResults.Ok(row.Write());
    }

    private static async Task<Results<Ok<LabelRead>, ProblemHttpResult>> PatchAsync(
        int id, LabelRequest body, AnnotatorDbContext db, Access access, TimeProvider time, CancellationToken cancel)
    {
        var label = await db.Labels
            .Include(label => label.Attributes)
            .Include(label => label.Sublabels).ThenInclude(sublabel => sublabel.Attributes)
            .AsSplitQuery()
            .SingleOrDefaultAsync(label => label.Id == id, cancel);
        if (label is null)
        {
            return Problems.NotFound();
        }

        if (await AllowAsync(access, label.ProjectId, label.TaskId, "update:desc", cancel) is { } refusal)
        {
            return refusal;
        }

        if (label.ParentId is not null)
        {
            return Problems.Invalid("non_field_errors", "A sublabel is changed through its skeleton.");
        }

        var checks = new Checks();
        checks.That(body.Deleted != true, "deleted", "Send DELETE to delete a label.");
        new LabelSet([label], label.ProjectId, label.TaskId, checks).Change(label, body);
        checks.That(
            !await db.Labels.AnyAsync(
                other => other.Id != id && other.Name == label.Name && other.ParentId == null && other.ProjectId == label.ProjectId && other.TaskId == label.TaskId,
                cancel),
            "name",
            $"There is another label named \"{label.Name}\".");
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        await db.SaveChangesAsync(cancel);
        await TouchOwnerAsync(db, label.ProjectId, label.TaskId, time, cancel);
        return TypedResults.Ok((await db.Labels.AsNoTracking().AsSplitQuery().Where(stored => stored.Id == id).Select(LabelRow.Select).SingleAsync(cancel)).Write());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        int id, AnnotatorDbContext db, AnnotationStore store, CurrentUser user, Access access, TimeProvider time, CancellationToken cancel)
    {
        var label = await db.Labels.Where(label => label.Id == id).Select(label => new { label.ProjectId, label.TaskId, label.ParentId }).SingleOrDefaultAsync(cancel);
        if (label is null)
        {
            return Problems.NotFound();
        }

        if (await AllowAsync(access, label.ProjectId, label.TaskId, "update:desc", cancel) is { } refusal)
        {
            return refusal;
        }

        if (label.ParentId is not null)
        {
            return Problems.Invalid("non_field_errors", "A sublabel cannot be deleted without its skeleton.");
        }

        await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await store.DeleteLabelsAsync(user.Id, [id], cancel);
            await db.Labels.Where(stored => stored.Id == id).ExecuteDeleteAsync(cancel);
            await TouchOwnerAsync(db, label.ProjectId, label.TaskId, time, cancel);
            await transaction.CommitAsync(cancel);
        });
        return TypedResults.NoContent();
    }

    /// <summary>A project or task with other labels has changed: what was exported of it with the old ones is out of date.</summary>
    private static Task<int> TouchOwnerAsync(AnnotatorDbContext db, int? projectId, int? taskId, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return projectId is not null
            ? db.Projects.Where(project => project.Id == projectId).ExecuteUpdateAsync(set => set.SetProperty(project => project.UpdatedDate, now), cancel)
            : db.Tasks.Where(task => task.Id == taskId).ExecuteUpdateAsync(set => set.SetProperty(task => task.UpdatedDate, now), cancel);
    }

    private static Task<ProblemHttpResult?> AllowAsync(Access access, int? projectId, int? taskId, string scope, CancellationToken cancel) =>
        projectId is { } project ? access.ProjectAsync(project, scope, cancel) : access.TaskAsync(taskId!.Value, scope, cancel);
}
