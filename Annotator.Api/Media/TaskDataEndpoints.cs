using Annotator.Api.Identity;
using Annotator.Api.Lists;
using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Media;

/// <summary>How files get into a task, and what became of them.</summary>
internal static class TaskDataEndpoints
{
    private const int MaxUnfinished = 1000;

    public static void MapTaskData(this IEndpointRouteBuilder api)
    {
        const string Base = "/tasks/{id:int}/data";
        api.MapPost(Base, PostAsync).WithName("tasks_create_data").RequireTask("upload:data").TakesFiles();
        api.MapGet(Base + "/uploads", ListUploadsAsync).WithName("tasks_list_uploads").RequireTask("upload:data");
        api.MapGet("/tasks/{id:int}/status", StatusAsync).WithName("tasks_retrieve_status").RequireTask("view");
        api.MapGet("/uploads", ListOwnUploadsAsync).WithName("uploads_list");
        api.MapTaskUploads(Base, UploadPurpose.TaskData, "upload:data");
    }

    /// <summary>
    /// One address, five uses: begin a TUS upload, announce uploads (<c>Upload-Start</c>), send a group of files
    /// (<c>Upload-Multiple</c>), finish (<c>Upload-Finish</c>), or all in one request. <paramref name="append"/> (ours) adds
    /// files to a task that has data; what is there stays as it is.
    /// </summary>
    private static async Task<IResult> PostAsync(
        int id, bool? append, HttpContext http, CurrentUser user, TaskDataCreation creation, SentBody body, CancellationToken cancel)
    {
        var target = new UploadTarget(UploadPurpose.TaskData, id);
        var step = UploadStep.Of(http.Request);
        if (step != UploadStep.Finish && await creation.RefuseFilesAsync(id, append == true, cancel) is { } full)
        {
            return full;
        }

        if (TusProtocol.Begins(http.Request))
        {
            return await TusProtocol.CreateAsync(http, target, user.Id, cancel);
        }

        if (step == UploadStep.Start)
        {
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }

        var sent = await body.ReadAsync(http.Request, target, user.Id, cancel);
        if (sent.Refused is not null)
        {
            return sent.Refused;
        }

        return step == UploadStep.Multiple
            ? Results.Ok(sent.Uploads.Select(UploadView.Of))
            : await creation.StartAsync(id, sent.Fields, append == true, cancel);
    }

    /// <summary>
    /// The caller's files of a task that have not arrived whole: what a page that was closed half way goes on with. With
    /// <paramref name="whole"/> also those that have, and need not be sent again.
    /// </summary>
    private static async Task<IResult> ListUploadsAsync(
        int id, bool? whole, CurrentUser user, AnnotatorDbContext db, UploadStore uploads, Links links, IOptions<UploadOptions> options, CancellationToken cancel)
    {
        var mine = db.Uploads.Where(upload =>
            upload.Purpose == UploadPurpose.TaskData && upload.TargetId == id && upload.OwnerId == user.Id);
        return Results.Ok(whole == true
            ? await ReadAsync(mine, options.Value.MaxFilesPerTask, uploads, links, cancel)
            : await ReadAsync(mine.Where(upload => upload.Offset < upload.Length), MaxUnfinished, uploads, links, cancel));
    }

    /// <summary>All of the caller's uploads that are on their way, whatever they belong to.</summary>
    private static async Task<IResult> ListOwnUploadsAsync(
        CurrentUser user, AnnotatorDbContext db, UploadStore uploads, Links links, CancellationToken cancel) =>
        Results.Ok(await ReadAsync(
            db.Uploads.Where(upload => upload.OwnerId == user.Id && upload.Offset < upload.Length), MaxUnfinished, uploads, links, cancel));

    private static async Task<List<UploadView>> ReadAsync(IQueryable<Upload> query, int most, UploadStore uploads, Links links, CancellationToken cancel)
    {
        var views = new List<UploadView>();
        foreach (var upload in await query.AsNoTracking().OrderBy(upload => upload.CreatedDate).ThenBy(upload => upload.Id).Take(most).ToListAsync(cancel))
        {
            // What the row calls whole is whole; a row may be behind its bytes, never ahead of them.
            var offset = upload.Offset == upload.Length ? upload.Length : await uploads.ReadOffsetAsync(upload, cancel);
            views.Add(UploadView.Of(upload) with
            {
                Offset = offset,
                Url = links.To($"{new UploadTarget(upload.Purpose, upload.TargetId ?? 0).BasePath}/{upload.Id}"),
            });
        }

        return views;
    }

    /// <summary>The older way to ask how far the creation is; newer clients ask <c>/api/requests</c>.</summary>
    private static async Task<IResult> StatusAsync(int id, AnnotatorDbContext db, OperationService operations, CancellationToken cancel)
    {
        var key = RequestKeys.CreateTask(id);
        var operation = await db.Operations.AsNoTracking().Where(row => row.Key == key).OrderByDescending(row => row.CreatedDate).FirstOrDefaultAsync(cancel);
        if (operation is null)
        {
            return Results.Ok(new RqStatus("Finished", "", 0));
        }

        var (progress, message) = await operations.ReadProgressAsync(operation, cancel);
        var state = operation.State switch
        {
            OperationState.Queued => "Queued",
            OperationState.Started => "Started",
            OperationState.Finished => "Finished",
            OperationState.Failed or OperationState.Cancelled => "Failed",
            _ => throw new InvalidOperationException($"Operation {operation.Id} has the unknown state {operation.State}."),
        };
        return Results.Ok(new RqStatus(state, message, operation.State == OperationState.Finished ? 1 : progress));
    }

    /// <summary>The contract's <c>RqStatus</c>; progress is 0 to 1.</summary>
    private sealed record RqStatus(string State, string Message, double Progress);
}
