using System.Text.Json.Nodes;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Media;
using Annotator.Core;
using Annotator.Core.Jobs;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Tasks;

/// <summary>
/// Ours: cuts a task into jobs anew. A job that somebody has begun or was given stays as it is, with its annotations; the frames
/// of all others are cut by the new size.
/// </summary>
internal static class TaskSplit
{
    public static void MapTaskSplit(this IEndpointRouteBuilder api) =>
        api.MapPut("/tasks/{id:int}/jobs", SplitAsync).WithName("tasks_update_jobs").WithTags("Tasks").RequireTask("update:desc");

    private static async Task<IResult> SplitAsync(int id, JsonObject body, AnnotatorDbContext db, TimeProvider time, CancellationToken cancel)
    {
        var checks = new Checks();
        var fields = new SentFields(body, checks);
        var size = fields.Int("segment_size", 0) ?? 0;
        var overlap = fields.Int("overlap", 0) ?? 0;
        checks.That(overlap == 0 || overlap < size, "overlap", "Must be less than segment_size.");
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var strategy = db.Database.CreateExecutionStrategy();
        return await strategy.ExecuteAsync(async token =>
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(token);

            // Who saves into a job locks its row: nobody begins one between our look and its end.
            var jobs = await db.Jobs.FromSql($"SELECT jobs.* FROM jobs WHERE task_id = {id} ORDER BY id FOR UPDATE").ToListAsync(token);
            var task = await db.Tasks.Include(row => row.Data).SingleAsync(row => row.Id == id, token);
            if (task.Data is not { Size: > 0 } data)
            {
                return Problems.Conflict("urn:annotator:no-data", "The task has no frames to cut into jobs yet.");
            }

            if (await db.Operations.AnyAsync(row => row.TaskId == id && row.Type == "create:task" && (row.State == OperationState.Queued || row.State == OperationState.Started), token))
            {
                return Problems.Conflict("urn:annotator:data-changing", "The task's frames are still being made; it can be cut anew when that is done.");
            }

            var free = jobs.Where(job => job is { Type: JobType.Annotation, Revision: 0, Stage: JobStage.Annotation, State: JobState.New, AssigneeId: null }).ToList();
            var kept = jobs.Where(job => job.Type == JobType.Annotation).Except(free).ToList();
            if (free.Count == 0)
            {
                return Problems.Conflict("urn:annotator:jobs-begun", $"All {kept.Count} jobs are begun or assigned, so that none can be cut anew. Nothing was changed.");
            }

            var now = time.GetUtcNow();
            db.Jobs.RemoveRange(free);
            var made = Uncovered(data.Size, kept)
                .SelectMany(run => run.Split(size, size > 0 ? Math.Min(overlap, size - 1) : 0))
                .Select(range => new AnnotationJob { TaskId = id, StartFrame = range.First, StopFrame = range.Last, CreatedDate = now, UpdatedDate = now })
                .ToList();
            db.Jobs.AddRange(made);
            (task.SegmentSize, task.Overlap, task.UpdatedDate) = (size, overlap, now);
            await db.SaveChangesAsync(token);
            await transaction.CommitAsync(token);
            return Results.Ok(new Outcome(made.Count, free.Count, [.. kept.Select(job => job.Id)]));
        }, cancel);
    }

    /// <summary>Runs of frames that no job holds.</summary>
    private static IEnumerable<FrameRange> Uncovered(int frames, IReadOnlyList<AnnotationJob> kept)
    {
        var next = 0;
        foreach (var job in kept.OrderBy(job => job.StartFrame))
        {
            if (job.StartFrame > next)
            {
                yield return new FrameRange(next, job.StartFrame - 1);
            }

            next = Math.Max(next, job.StopFrame + 1);
        }

        if (next < frames)
        {
            yield return new FrameRange(next, frames - 1);
        }
    }

    /// <param name="Made">New jobs.</param>
    /// <param name="Removed">Jobs that they take the place of.</param>
    /// <param name="Kept">Ids of jobs that stay as they are.</param>
    private sealed record Outcome(int Made, int Removed, IReadOnlyList<int> Kept);
}
