using System.Globalization;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Media;

/// <summary>Reading the pictures of tasks and jobs.</summary>
internal static class MediaEndpoints
{
    public static void MapMedia(this IEndpointRouteBuilder api)
    {
        api.MapGet("/tasks/{id:int}/data", TaskAsync).WithName("tasks_retrieve_data").RequireTask("view:data");
        api.MapGet("/jobs/{id:int}/data", JobAsync).WithName("jobs_retrieve_data").RequireJob("view:data");
        api.MapGet("/jobs/{id:int}/data/tiles/{number:int}/{level:int}/{column:int}/{row:int}", TileAsync).WithName("jobs_retrieve_data_tile").RequireJob("view:data");
        api.MapGet("/tasks/{id:int}/preview", TaskPreviewAsync).WithName("tasks_retrieve_preview").RequireTask("view");
        api.MapGet("/jobs/{id:int}/preview", JobPreviewAsync).WithName("jobs_retrieve_preview").RequireJob("view");
        api.MapGet("/projects/{id:int}/preview", ProjectPreviewAsync).WithName("projects_retrieve_preview").RequireProject("view");
    }

    private static async Task<IResult> TaskAsync(
        int id, HttpRequest request, FrameMedia media, CancellationToken cancel)
    {
        return await media.FindDataAsync(id, cancel) is { } data
            ? await ReadAsync(request.Query, data, new FrameRange(0, data.Size - 1), isJob: false, media, cancel)
            : NoData(id);
    }

    private static async Task<IResult> JobAsync(
        int id, HttpRequest request, AnnotatorDbContext db, FrameMedia media, CancellationToken cancel)
    {
        var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == id, cancel);
        return await media.FindDataAsync(job.TaskId, cancel) is { } data
            ? await ReadAsync(request.Query, data, job.Frames, isJob: true, media, cancel)
            : NoData(job.TaskId);
    }

    /// <summary>One tile of a frame's pyramid (ours): <paramref name="level"/> 0 is the full size, each next one half of it.</summary>
    private static async Task<IResult> TileAsync(
        int id, int number, int level, int column, int row, AnnotatorDbContext db, FrameMedia media, CancellationToken cancel)
    {
        var job = await db.Jobs.AsNoTracking().SingleAsync(one => one.Id == id, cancel);
        if (!job.Frames.Contains(number))
        {
            return Problems.Invalid("number", $"There are frames {job.StartFrame} to {job.StopFrame} here, and no frame {number}.");
        }

        return await media.FindDataAsync(job.TaskId, cancel) is { } data
            ? await media.ReadTileAsync(data, number, level, column, row, cancel)
            : NoData(job.TaskId);
    }

    private static async Task<IResult> ReadAsync(
        IQueryCollection query, TaskData data, FrameRange frames, bool isJob, FrameMedia media, CancellationToken cancel)
    {
        var checks = new Checks();
        var quality = query["quality"].ToString() switch
        {
            "" or "compressed" => MediaQuality.Compressed,
            "original" => MediaQuality.Original,
            _ => Failed("quality", "Must be compressed or original.", MediaQuality.Compressed),
        };
        var number = Number("number");
        var index = Number("index");
        var width = Number("width");
        checks.That(width is null || FrameMedia.Widths.Contains(width.Value), "width", $"Must be one of {string.Join(", ", FrameMedia.Widths)}.");
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        switch (query["type"].ToString())
        {
            case "frame" when number is { } frame:
                return frames.Contains(frame)
                    ? await media.ReadFrameAsync(data, frame, quality, width, cancel)
                    : Problems.Invalid("number", $"There are frames {frames.First} to {frames.Last} here, and no frame {frame}.");
            case "chunk" when isJob && index is { } ofJob:
                return await ChunkAsync("index", frames.First + ((long)ofJob * data.ChunkSize));
            case "chunk" when number is { } ofTask:
                return await ChunkAsync("number", (long)ofTask * data.ChunkSize);
            case "context_image" when number is { } frame:
                return frames.Contains(frame)
                    ? await media.ReadRelatedAsync(data, frame, cancel)
                    : Problems.Invalid("number", $"There are frames {frames.First} to {frames.Last} here, and no frame {frame}.");
            case "frame" or "context_image":
                return Problems.Invalid("number", "This parameter is required.");
            case "chunk":
                return Problems.Invalid(isJob ? "index" : "number", "This parameter is required.");
            default:
                return Problems.Invalid("type", "Must be frame, chunk or context_image.");
        }

        async Task<IResult> ChunkAsync(string parameter, long first)
        {
            // In the task's grid a job's chunk may begin before the job; it holds only what is the job's.
            var last = Math.Min(first + data.ChunkSize - 1, frames.Last);
            first = Math.Max(first, frames.First);
            return first <= last
                ? await media.ReadChunkAsync(data, new FrameRange((int)first, (int)last), quality, cancel)
                : Problems.Invalid(parameter, $"There is no such chunk: there are frames {frames.First} to {frames.Last} here, {data.ChunkSize} in a chunk.");
        }

        int? Number(string name)
        {
            var text = query[name].ToString();
            return text.Length == 0 ? null
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
                : Failed<int?>(name, "A whole number from 0 is expected.", null);
        }

        T Failed<T>(string name, string message, T value)
        {
            checks.Fail(name, message);
            return value;
        }
    }

    private static Task<IResult> TaskPreviewAsync(
        int id, HttpRequest request, FrameMedia media, CancellationToken cancel) =>
        PreviewAsync(request, media, id, 0, cancel);

    private static async Task<IResult> JobPreviewAsync(
        int id, HttpRequest request, AnnotatorDbContext db, FrameMedia media, CancellationToken cancel)
    {
        var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == id, cancel);
        return await PreviewAsync(request, media, job.TaskId, job.StartFrame, cancel);
    }

    private static async Task<IResult> ProjectPreviewAsync(
        int id, HttpRequest request, AnnotatorDbContext db, FrameMedia media, CancellationToken cancel)
    {
        var first = await db.Tasks.Where(task => task.ProjectId == id && task.Data!.Size > 0).OrderBy(task => task.Id).Select(task => task.Id).FirstOrDefaultAsync(cancel);
        return await PreviewAsync(request, media, first, 0, cancel);
    }

    private static async Task<IResult> PreviewAsync(HttpRequest request, FrameMedia media, int taskId, int frame, CancellationToken cancel)
    {
        if (await media.FindDataAsync(taskId, cancel) is { } data)
        {
            return await media.ReadPreviewAsync(data, frame, cancel);
        }

        // Newer clients ask for "nothing" in place of an error.
        return request.Headers["Prefer"].ToString().Contains("handling=empty", StringComparison.OrdinalIgnoreCase)
            ? Results.NoContent()
            : Problems.NotFound("There are no pictures yet.");
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult NoData(int taskId) =>
        Problems.NotFound($"Task {taskId} has no data yet.");
}
