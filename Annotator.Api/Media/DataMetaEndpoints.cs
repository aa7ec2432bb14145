using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Media;

/// <summary>The list of a task's or a job's frames, and removing frames from it.</summary>
internal static class DataMetaEndpoints
{
    public static void MapDataMeta(this IEndpointRouteBuilder api)
    {
        api.MapGet("/tasks/{id:int}/data/meta", ReadTaskAsync).WithName("tasks_retrieve_data_meta").RequireTask("view:metadata");
        api.MapPatch("/tasks/{id:int}/data/meta", ChangeTaskAsync).WithName("tasks_partial_update_data_meta").RequireTask("update:metadata");
        api.MapGet("/jobs/{id:int}/data/meta", ReadJobAsync).WithName("jobs_retrieve_data_meta").RequireJob("view:metadata");
        api.MapPatch("/jobs/{id:int}/data/meta", ChangeJobAsync).WithName("jobs_partial_update_data_meta").RequireJob("update:metadata");
    }

    /// <summary>
    /// <paramref name="frame_from"/> and <paramref name="frame_to"/> (ours, both included) list only some of the frames: of
    /// 100,000, an editor needs those that it shows.
    /// </summary>
    private static Task<IResult> ReadTaskAsync(int id, int? frame_from, int? frame_to, AnnotatorDbContext db, CancellationToken cancel) =>
        MetaAsync(db, id, null, null, (frame_from, frame_to), cancel);

    private static async Task<IResult> ReadJobAsync(int id, int? frame_from, int? frame_to, AnnotatorDbContext db, CancellationToken cancel)
    {
        var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == id, cancel);
        return await MetaAsync(db, job.TaskId, job.Frames, null, (frame_from, frame_to), cancel);
    }

    private static async Task<IResult> ChangeTaskAsync(
        int id, DataMetaChange change, AnnotatorDbContext db, DataMove move, TimeProvider time, CancellationToken cancel) =>
        change.CloudStorageId is { } storage && await move.MoveAsync(id, storage, cancel) is { } refused
            ? refused
            : await MetaAsync(db, id, null, (change, time.GetUtcNow()), default, cancel);

    private static async Task<IResult> ChangeJobAsync(
        int id, DataMetaChange change, AnnotatorDbContext db, TimeProvider time, CancellationToken cancel)
    {
        var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == id, cancel);
        return await MetaAsync(db, job.TaskId, job.Frames, (change, time.GetUtcNow()), default, cancel);
    }

    private static async Task<IResult> MetaAsync(
        AnnotatorDbContext db, int taskId, FrameRange? job, (DataMetaChange Body, DateTimeOffset At)? change, (int? From, int? To) listed, CancellationToken cancel)
    {
        var data = await DataAsync(db, taskId, cancel);
        if (data is null)
        {
            return Problems.NotFound($"Task {taskId} has no data yet.");
        }

        var range = job ?? new FrameRange(0, data.Size - 1);
        if (job is not null && change?.Body.CloudStorageId is not null)
        {
            return Problems.Invalid("cloud_storage_id", "A job's files are its task's: move the task's data.");
        }

        if (change is { Body.DeletedFrames: { } deleted, At: var at })
        {
            var outside = deleted.Where(frame => !range.Contains(frame)).Take(1).ToList();
            if (outside.Count > 0)
            {
                return Problems.Invalid("deleted_frames", $"There are frames {range.First} to {range.Last} here, and no frame {outside[0]}.");
            }

            await DeleteFramesAsync(db, data, range, [.. deleted], at, cancel);
            data = await DataAsync(db, taskId, cancel);
        }

        if (data is null)
        {
            return Problems.NotFound($"Task {taskId} was deleted.");
        }

        var (first, last) = (Math.Max(listed.From ?? range.First, range.First), Math.Min(listed.To ?? range.Last, range.Last));
        return first > last
            ? Problems.Invalid("frame_from", $"There are frames {range.First} to {range.Last} here, and none from {first} to {last}.")
            : Results.Ok(await DataMeta.ReadAsync(db, data, range, new FrameRange(first, last), cancel));
    }

    private static Task<TaskData?> DataAsync(AnnotatorDbContext db, int taskId, CancellationToken cancel) =>
        db.TaskData.AsNoTracking().SingleOrDefaultAsync(row => row.TaskId == taskId && row.Size > 0, cancel);

    /// <summary>
    /// Says which frames of a range are deleted. A job speaks for its own frames only, and in one statement: what others say of
    /// theirs at the same moment stays. The jobs that have such frames have changed: exports of them are made anew, and clients
    /// that keep what they have read read again.
    /// </summary>
    private static Task<int> DeleteFramesAsync(AnnotatorDbContext db, TaskData data, FrameRange range, int[] deleted, DateTimeOffset now, CancellationToken cancel) =>
        db.Database.ExecuteSqlAsync(
            $"""
            WITH changed AS (
                UPDATE jobs SET updated_date = {now} WHERE id IN (
                    SELECT id FROM jobs WHERE task_id = {data.TaskId} AND start_frame <= {range.Last} AND stop_frame >= {range.First}
                    ORDER BY id FOR NO KEY UPDATE))
            UPDATE task_data SET deleted_frames = ARRAY(
                SELECT DISTINCT frame FROM unnest(deleted_frames || {deleted}) AS frame
                WHERE frame NOT BETWEEN {range.First} AND {range.Last} OR frame = ANY ({deleted})
                ORDER BY frame)
            WHERE id = {data.Id}
            """,
            cancel);

    /// <param name="DeletedFrames">All frames that are to be removed, in the task's numbering; the others come back.</param>
    private sealed record DataMetaChange(IReadOnlyList<int>? DeletedFrames, int? CloudStorageId);
}
