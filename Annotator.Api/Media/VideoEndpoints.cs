using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Media;

/// <summary>The videos of a job, for a browser that decodes them itself. Not part of the contract: its clients take chunks and frames.</summary>
internal static class VideoEndpoints
{
    public static void MapVideo(this IEndpointRouteBuilder api)
    {
        api.MapGet("/jobs/{id:int}/data/video", ListAsync).WithName("jobs_list_videos").Produces<VideoList>().RequireJob("view:data");
        api.MapGet("/jobs/{id:int}/data/video/{number:int}/index", IndexAsync).WithName("jobs_retrieve_video_index").RequireJob("view:data");
        api.MapGet("/jobs/{id:int}/data/video/{number:int}/file", FileAsync).WithName("jobs_retrieve_video_file").RequireJob("view:data");
        api.MapGet("/jobs/{id:int}/data/video/{number:int}/chunks/{chunk:int}", ChunkAsync).WithName("jobs_retrieve_video_chunk").RequireJob("view:data");
        api.MapGet("/jobs/{id:int}/data/video/{number:int}/strip", StripAsync).WithName("jobs_retrieve_video_strip").RequireJob("view:data");
    }

    private static async Task<IResult> ListAsync(int id, AnnotatorDbContext db, FrameMedia media, VideoMedia videos, CancellationToken cancel)
    {
        // Looked at first: who reads that there will be no more has read the last.
        var found = await videos.FindFoundAsync(id, cancel);
        var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == id, cancel);
        return await media.FindDataAsync(job.TaskId, cancel) is { } data
            ? Results.Ok(await videos.DescribeAsync(data, job.Frames, found, cancel))
            : Problems.NotFound($"Task {job.TaskId} has no data yet.");
    }

    private static Task<IResult> IndexAsync(int id, int number, AnnotatorDbContext db, FrameMedia media, VideoMedia videos, CancellationToken cancel) =>
        OfVideoAsync(id, number, db, media, videos, (data, run, _) => videos.ReadIndexAsync(data, run, cancel), cancel);

    private static Task<IResult> FileAsync(int id, int number, AnnotatorDbContext db, FrameMedia media, VideoMedia videos, CancellationToken cancel) =>
        OfVideoAsync(id, number, db, media, videos, (data, run, _) => videos.ReadFileAsync(data, run, cancel), cancel);

    private static Task<IResult> ChunkAsync(
        int id, int number, int chunk, AnnotatorDbContext db, FrameMedia media, VideoMedia videos, CancellationToken cancel) =>
        OfVideoAsync(id, number, db, media, videos, (data, run, frames) => videos.ReadChunkAsync(data, run, frames, chunk, cancel), cancel);

    private static Task<IResult> StripAsync(
        int id,
        int number,
        AnnotatorDbContext db,
        FrameMedia media,
        VideoMedia videos,
        CancellationToken cancel,
        int first = 0,
        int step = 1,
        int count = 1,
        int width = 160) =>
        OfVideoAsync(id, number, db, media, videos, (data, run, frames) => videos.ReadStripAsync(data, run, frames, first, step, count, width, cancel), cancel);

    private static async Task<IResult> OfVideoAsync(
        int id,
        int number,
        AnnotatorDbContext db,
        FrameMedia media,
        VideoMedia videos,
        Func<TaskData, VideoRun, FrameRange, Task<IResult>> read,
        CancellationToken cancel)
    {
        var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == id, cancel);
        if (await media.FindDataAsync(job.TaskId, cancel) is not { } data)
        {
            return Problems.NotFound($"Task {job.TaskId} has no data yet.");
        }

        return await videos.FindAsync(data, job.Frames, number, cancel) is { } run
            ? await read(data, run, job.Frames)
            : Problems.NotFound($"Job {id} has no video {number}.");
    }
}
