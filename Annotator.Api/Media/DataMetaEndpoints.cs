using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core;
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

    private static Task<IResult> ReadTaskAsync(int id, AnnotatorDbContext db, CancellationToken cancel) =>
        MetaAsync(db, id, null, null, cancel);

    private static async Task<IResult> ReadJobAsync(int id, AnnotatorDbContext db, CancellationToken cancel)
    {
        var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == id, cancel);
        return await MetaAsync(db, job.TaskId, job.Frames, null, cancel);
    }

    private static Task<IResult> ChangeTaskAsync(
        int id, DataMetaChange change, AnnotatorDbContext db, CancellationToken cancel) =>
        MetaAsync(db, id, null, change, cancel);

    private static async Task<IResult> ChangeJobAsync(
        int id, DataMetaChange change, AnnotatorDbContext db, CancellationToken cancel)
    {
        var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == id, cancel);
        return await MetaAsync(db, job.TaskId, job.Frames, change, cancel);
    }

    private static async Task<IResult> MetaAsync(
        AnnotatorDbContext db, int taskId, FrameRange? job, DataMetaChange? change, CancellationToken cancel)
    {
        var data = await db.TaskData.SingleOrDefaultAsync(row => row.TaskId == taskId && row.Size > 0, cancel);
        if (data is null)
        {
            return Problems.NotFound($"Task {taskId} has no data yet.");
        }

        var range = job ?? new FrameRange(0, data.Size - 1);
        if (change?.CloudStorageId is not null)
        {
            return Problems.Invalid("cloud_storage_id", "This server has no cloud storages yet.");
        }

        if (change?.DeletedFrames is { } deleted)
        {
            var outside = deleted.Where(frame => !range.Contains(frame)).Take(1).ToList();
            if (outside.Count > 0)
            {
                return Problems.Invalid("deleted_frames", $"There are frames {range.First} to {range.Last} here, and no frame {outside[0]}.");
            }

            // A job speaks for its own frames only.
            data.DeletedFrames = [.. data.DeletedFrames.Where(frame => !range.Contains(frame)).Concat(deleted).Distinct().Order()];
            await db.SaveChangesAsync(cancel);
        }

        return Results.Ok(await DataMeta.ReadAsync(db, data, range, cancel));
    }

    /// <param name="DeletedFrames">All frames that are to be removed, in the task's numbering; the others come back.</param>
    private sealed record DataMetaChange(IReadOnlyList<int>? DeletedFrames, int? CloudStorageId);
}
