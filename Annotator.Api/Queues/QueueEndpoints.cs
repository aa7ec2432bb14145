using System.Text.Json;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Core.Queues;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Queues;

/// <param name="ModelId">An embedder; null compares perceptual hashes, which need no model.</param>
internal sealed record QueueRequest(int? ModelId);

/// <summary>What to label next.</summary>
/// <param name="By">uncertainty or diversity.</param>
/// <param name="Date">When it was worked out; null when it never was.</param>
/// <param name="Waiting">Frames in the whole queue.</param>
internal sealed record QueueRead(string By, int? ModelId, DateTimeOffset? Date, int Waiting, IReadOnlyList<QueuedFrameRead> Frames);

/// <param name="JobId">The job that the frame is in; null when it is in none that the asker may see.</param>
/// <param name="Value">0 to 1: how unsure the model was, or how little the frame looks like what is labelled.</param>
internal sealed record QueuedFrameRead(int Frame, int? JobId, double Value);

/// <param name="Date">When it was worked out; null when it never was.</param>
/// <param name="Groups">Frames that look alike; <c>frame</c> is the one to keep.</param>
internal sealed record DuplicatesRead(DateTimeOffset? Date, IReadOnlyList<DuplicateGroup> Groups);

/// <summary>Which frames to label next, and which look alike.</summary>
internal static class QueueEndpoints
{
    private const int DefaultFrames = 50;
    private const int MaxFrames = 1000;

    public static void MapQueues(this IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapGroup("/tasks/{id:int}").WithTags("Queues");
        tasks.MapPost("/queue", StartAsync).RequireTask("update:annotations").WithName("tasks_create_queue");
        tasks.MapGet("/queue", OfTaskAsync).RequireTask("view").WithName("tasks_retrieve_queue");
        tasks.MapGet("/duplicates", DuplicatesAsync).RequireTask("view").WithName("tasks_retrieve_duplicates");
        routes.MapGet("/jobs/{id:int}/queue", OfJobAsync).RequireJob("view").WithName("jobs_retrieve_queue").WithTags("Queues");
    }

    /// <summary>Looks at all frames that were not looked at before: 202 with the request's id.</summary>
    private static async Task<IResult> StartAsync(int id, QueueRequest body, AnnotatorDbContext db, OperationService operations, CurrentUser user, CancellationToken cancel)
    {
        if (body.ModelId is { } modelId)
        {
            var model = await db.Models.VisibleTo(user).Where(model => model.Id == modelId).Select(model => new { model.Kind, model.State, model.Name }).SingleOrDefaultAsync(cancel);
            if (model is null)
            {
                return Problems.NotFound($"There is no model {modelId}.");
            }

            if (model.Kind != "embedder" || model.State != ModelState.Ready)
            {
                return Problems.Invalid("model_id", $"The model '{model.Name}' makes no vectors of pictures; name an embedder that is ready, or none.");
            }
        }

        var key = RequestKeys.Queue(id);
        var operation = await operations.StartAsync(
            new OperationRequest
            {
                Key = key,
                Type = "queue:task",
                Target = "task",
                ProjectId = await db.Tasks.Where(task => task.Id == id).Select(task => task.ProjectId).SingleAsync(cancel),
                TaskId = id,
                OwnerId = user.Id,
                Arguments = new QueueArguments(body.ModelId),
            },
            cancel);
        return operation is null ? RequestAnswers.Running(key) : RequestAnswers.Accepted(operation.Key);
    }

    private static Task<Results<Ok<QueueRead>, ProblemHttpResult>> OfTaskAsync(
        int id, [FromQuery] string? by, [FromQuery] int? limit, AnnotatorDbContext db, CurrentUser user, CancellationToken cancel) => ReadAsync(id, null, by, limit, db, user, cancel);

    /// <summary>The same for one job: what its worker should open next.</summary>
    private static async Task<Results<Ok<QueueRead>, ProblemHttpResult>> OfJobAsync(
        int id, [FromQuery] string? by, [FromQuery] int? limit, AnnotatorDbContext db, CurrentUser user, CancellationToken cancel) =>
        await ReadAsync(await db.Jobs.Where(job => job.Id == id).Select(job => job.TaskId).SingleAsync(cancel), id, by, limit, db, user, cancel);

    private static async Task<Results<Ok<QueueRead>, ProblemHttpResult>> ReadAsync(
        int taskId, int? jobId, string? by, int? limit, AnnotatorDbContext db, CurrentUser user, CancellationToken cancel)
    {
        var checks = new Checks();
        checks.That(by is null or "uncertainty" or "diversity", "by", "Say uncertainty or diversity, or nothing for what there is.");
        checks.That(limit is null or (>= 1 and <= MaxFrames), "limit", $"From 1 to {MaxFrames} frames.");
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var labelled = await LabelledFrames.ReadAsync(db, taskId, cancel);
        var deleted = (await db.TaskData.Where(data => data.TaskId == taskId).Select(data => data.DeletedFrames).SingleOrDefaultAsync(cancel) ?? []).ToHashSet();
        var jobs = await db.Jobs.VisibleTo(user).Where(job => job.TaskId == taskId && job.Type == JobType.Annotation && (jobId == null || job.Id == jobId)).OrderBy(job => job.StartFrame)
            .Select(job => new { job.Id, job.StartFrame, job.StopFrame }).ToListAsync(cancel);
        var unsure = by == "diversity" ? [] : await db.FrameDoubts.Where(row => row.TaskId == taskId && row.Doubt > 0).OrderByDescending(row => row.Doubt).ThenBy(row => row.Frame).ToListAsync(cancel);

        // What a person has judged since then waits no more.
        unsure = unsure.FindAll(row => labelled.Open.Contains(row.Frame) || !labelled.Judged.Contains(row.Frame));
        var useUnsure = by == "uncertainty" || (by is null && unsure.Count > 0);
        var queue = useUnsure ? null : await db.LabelQueues.AsNoTracking().SingleOrDefaultAsync(row => row.TaskId == taskId, cancel);
        var frames = useUnsure
            ? unsure.ConvertAll(row => (row.Frame, Value: (double)row.Doubt))
            : [.. Content(queue).Frames.Where(row => !labelled.Judged.Contains(row.Frame)).Select(row => (row.Frame, Value: row.Difference))];
        var waiting = frames.Where(row => !deleted.Contains(row.Frame))
            .Select(row => new QueuedFrameRead(row.Frame, jobs.FirstOrDefault(job => row.Frame >= job.StartFrame && row.Frame <= job.StopFrame)?.Id, row.Value))
            .Where(row => jobId is null || row.JobId == jobId)
            .ToList();
        return TypedResults.Ok(new QueueRead(
            useUnsure ? "uncertainty" : "diversity",
            useUnsure ? unsure.FirstOrDefault()?.ModelId : queue?.ModelId,
            useUnsure ? unsure.Count > 0 ? unsure.Max(row => row.Date) : null : queue?.Date,
            waiting.Count,
            [.. waiting.Take(limit ?? DefaultFrames)]));
    }

    /// <summary>Groups whose frames are still all there.</summary>
    private static async Task<Ok<DuplicatesRead>> DuplicatesAsync(int id, AnnotatorDbContext db, CancellationToken cancel)
    {
        var queue = await db.LabelQueues.AsNoTracking().SingleOrDefaultAsync(row => row.TaskId == id, cancel);
        var deleted = (await db.TaskData.Where(data => data.TaskId == id).Select(data => data.DeletedFrames).SingleOrDefaultAsync(cancel) ?? []).ToHashSet();
        return TypedResults.Ok(new DuplicatesRead(
            queue?.Date,
            [
                .. Content(queue).Duplicates.Where(group => !deleted.Contains(group.Frame))
                    .Select(group => group with { Like = [.. group.Like.Where(frame => !deleted.Contains(frame))] })
                    .Where(group => group.Like.Count > 0),
            ]));
    }

    private static QueueContent Content(LabelQueue? queue) =>
        queue is null ? new QueueContent([], []) : JsonSerializer.Deserialize<QueueContent>(queue.Content, JsonSerializerOptions.Web)!;
}
