using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Lists;
using Annotator.Api.Users;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Jobs;

/// <summary>Jobs: list, read, and move through assignee, stage and state.</summary>
internal static class JobEndpoints
{
    private static readonly ListFields<AnnotationJob> Fields = new ListFields<AnnotationJob>()
        .Number("id", job => job.Id, parameter: false)
        .Number("task_id", job => job.TaskId)
        .Number("project_id", job => job.Task.ProjectId)
        .Text("task_name", job => job.Task.Name, searched: true)
        .Text("project_name", job => job.Task.Project!.Name, searched: true)
        .Text("assignee", job => job.Assignee!.UserName, searched: true)
        .Word("stage", JobRow.StageOf)
        .Word("state", JobRow.StateOf)
        .Word("type", JobRow.TypeOf)
        .Word("dimension", job => "2d")
        .Word("mode", job => job.Task.Mode)
        .Number("parent_job_id", job => null)
        .Date("updated_date", job => job.UpdatedDate)
        .Date("created_date", job => job.CreatedDate);

    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapGet("/", ListAsync).RequireScope("jobs", "list").WithName("jobs_list");
        jobs.MapGet("/{id:int}", ReadAsync).RequireJob("view").WithName("jobs_retrieve");
        jobs.MapPatch("/{id:int}", PatchAsync).RequireJob("view").WithName("jobs_partial_update");
    }

    private static Task<Results<Ok<Page<JobRead>>, ProblemHttpResult>> ListAsync(
        [AsParameters] ListQuery query, Listing listing, AnnotatorDbContext db, CurrentUser user, Links links, CancellationToken cancel) =>
        listing.AnswerAsync(db.Jobs.VisibleTo(user), Fields, query, JobRow.SelectFrom(db), row => row.Write(links), cancel);

    private static async Task<Ok<JobRead>> ReadAsync(int id, AnnotatorDbContext db, Links links, HttpResponse response, CancellationToken cancel)
    {
        var row = await RowAsync(db, id, cancel);
        response.Headers.ETag = row.Tag;
        return TypedResults.Ok(row.Write(links));
    }

    private static async Task<Results<Ok<JobRead>, ProblemHttpResult>> PatchAsync(
        int id,
        PatchedJobWriteRequest body,
        AnnotatorDbContext db,
        People people,
        Access access,
        IJobEvents events,
        TimeProvider time,
        Links links,
        HttpContext http,
        CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            db.ChangeTracker.Clear();
            var job = await db.Jobs.SingleOrDefaultAsync(job => job.Id == id, cancel);
            if (job is null)
            {
                return Problems.NotFound();
            }

            if (!RowTag.Matches(http.Request, JobRow.TagOf(job.Stage, job.State, job.AssigneeId)))
            {
                return Problems.Stale((await RowAsync(db, id, cancel)).Write(links));
            }

            var before = (job.Stage, job.State, job.AssigneeId);
            if (await ApplyAsync(job, body, people, access, time, cancel) is { } refusal)
            {
                return refusal;
            }

            var changed = before != (job.Stage, job.State, job.AssigneeId);
            try
            {
                await db.SaveChangesAsync(cancel);
            }
            catch (DbUpdateConcurrencyException) when (attempt < 5)
            {
                // Somebody changed stage, state or assignee between our read and our write: judge again by what stands now.
                continue;
            }

            var row = await RowAsync(db, id, cancel);
            if (changed)
            {
                events.Changed(row.News());
            }

            http.Response.Headers.ETag = row.Tag;
            return TypedResults.Ok(row.Write(links));
        }
    }

    private static async Task<ProblemHttpResult?> ApplyAsync(
        AnnotationJob job, PatchedJobWriteRequest body, People people, Access access, TimeProvider time, CancellationToken cancel)
    {
        var checks = new Checks();
        var stage = body.Stage is { IsSent: true, Value: { } stageWord } ? JobWords.Stage(stageWord) : job.Stage;
        var state = body.State is { IsSent: true, Value: { } stateWord } ? JobWords.State(stateWord) : job.State;
        checks.That(stage is not null, "stage", $"\"{body.Stage.Value}\" is not a valid choice: annotation, validation, acceptance.");
        checks.That(state is not null, "state", $"\"{body.State.Value}\" is not a valid choice: new, in progress, completed, rejected.");
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        if (await people.ChangeRefusalAsync("assignee", body.Assignee, job.AssigneeId, () => access.JobAsync(job.Id, "update:assignee", cancel), cancel) is { } notAssignee)
        {
            return notAssignee;
        }

        if (stage != job.Stage && await access.JobAsync(job.Id, "update:stage", cancel) is { } notStage)
        {
            return notStage;
        }

        if (state != job.State && await access.JobAsync(job.Id, "update:state", cancel) is { } notState)
        {
            return notState;
        }

        var now = time.GetUtcNow();
        if (stage != job.Stage && !body.State.IsSent)
        {
            // A new stage is new work.
            state = JobState.New;
        }

        if (body.Assignee.IsSent && body.Assignee.Value != job.AssigneeId)
        {
            (job.AssigneeId, job.AssigneeUpdatedDate) = (body.Assignee.Value, now);
        }

        (job.Stage, job.State, job.UpdatedDate) = (stage!.Value, state!.Value, now);
        return null;
    }

    private static Task<JobRow> RowAsync(AnnotatorDbContext db, int id, CancellationToken cancel) =>
        db.Jobs.AsNoTracking().Where(job => job.Id == id).Select(JobRow.SelectFrom(db)).SingleAsync(cancel);
}
