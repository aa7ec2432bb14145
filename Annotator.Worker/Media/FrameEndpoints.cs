using Annotator.Core.Media;
using Annotator.Media;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Worker.Media;

/// <summary>What Api asks of us: untrusted pixels are decoded in this process only. See <see cref="InternalCalls"/>.</summary>
internal static class FrameEndpoints
{
    private const string Jpeg = "image/jpeg";

    public static void MapFrameMedia(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/internal/tasks/{taskId:int}").AddEndpointFilter(async (context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<InternalCalls>().IsValid(context.HttpContext.Request.Headers[InternalCalls.Header])
                ? await next(context)
                : TypedResults.Unauthorized());
        group.MapGet("/frames/{number:int}", GetFrame);
        group.MapGet("/preview/{number:int}", GetPreview);
        group.MapGet("/tiles/{number:int}", GetTiles);
        group.MapGet("/chunks", GetChunk);
        group.MapGet("/videos/{video:int}/chunks/{chunk:int}", GetVideoChunk);
        group.MapGet("/videos/{video:int}/strip", GetStrip);
        group.MapGet("/encoder", GetEncoder);
    }

    private static Task<Results<FileStreamHttpResult, NotFound, ProblemHttpResult>> GetVideoChunk(
        int taskId, int video, int chunk, VideoChunks media, CancellationToken cancel) =>
        AnswerAsync(media.ReadAsync(taskId, video, chunk, cancel), "application/octet-stream");

    private static Task<Results<FileStreamHttpResult, NotFound, ProblemHttpResult>> GetStrip(
        int taskId, int video, int first, int step, int count, int width, FrameMedia media, CancellationToken cancel) =>
        AnswerAsync(media.StripAsync(taskId, video, first, step, count, width, cancel), Jpeg);

    /// <summary>Whether this machine makes chunks of videos: the name of its encoder, or nothing.</summary>
    private static async Task<Ok<string>> GetEncoder(VideoEncoders encoders, CancellationToken cancel) =>
        TypedResults.Ok((await encoders.FindAsync(cancel))?.Name ?? "");

    private static Task<Results<FileStreamHttpResult, NotFound, ProblemHttpResult>> GetFrame(
        int taskId, int number, FrameMedia media, CancellationToken cancel, int? width = null, string quality = "compressed") =>
        AnswerAsync(quality == "original" ? media.UprightAsync(taskId, number, cancel) : media.FrameAsync(taskId, number, width, cancel), Jpeg);

    private static Task<Results<FileStreamHttpResult, NotFound, ProblemHttpResult>> GetTiles(
        int taskId, int number, FrameMedia media, CancellationToken cancel) =>
        AnswerAsync(media.TilesAsync(taskId, number, cancel), "application/octet-stream");

    private static Task<Results<FileStreamHttpResult, NotFound, ProblemHttpResult>> GetPreview(
        int taskId, int number, FrameMedia media, CancellationToken cancel) =>
        AnswerAsync(media.PreviewAsync(taskId, number, cancel), Jpeg);

    private static Task<Results<FileStreamHttpResult, NotFound, ProblemHttpResult>> GetChunk(
        int taskId, int first, int last, FrameMedia media, CancellationToken cancel, string quality = "compressed") =>
        AnswerAsync(media.ChunkAsync(taskId, first, last, quality == "original", cancel), "application/zip");

    private static async Task<Results<FileStreamHttpResult, NotFound, ProblemHttpResult>> AnswerAsync(Task<Stream?> made, string contentType)
    {
        try
        {
            return await made is { } content ? TypedResults.Stream(content, contentType, enableRangeProcessing: content.CanSeek) : TypedResults.NotFound();
        }
        catch (UnreadableImageException error)
        {
            return TypedResults.Problem($"The frame {error.Message}.", statusCode: StatusCodes.Status422UnprocessableEntity, type: "urn:annotator:unreadable-frame");
        }
    }
}
