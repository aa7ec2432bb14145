using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Annotator.Api.Errors;
using Annotator.Api.Media;
using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Datasets;

/// <summary>Receives backups and starts to make projects and tasks of them.</summary>
internal sealed class Restores(AnnotatorDbContext db, OperationService operations, RequestLookup requests, UploadStore uploads, SentBody body, ExportPlaces places, CloudImports clouds, CurrentUser user)
{
    private const string RequestId = "rq_id";

    /// <summary>
    /// One address for every step of an upload, for the whole in one multipart request, and for the question of older clients, with
    /// <c>rq_id</c>, how far it is. With <c>location=cloud_storage</c> the file is one of a cloud storage.
    /// </summary>
    /// <param name="kind">project or task.</param>
    public async Task<IResult> PostAsync(string kind, UploadTarget target, HttpContext http, CancellationToken cancel)
    {
        var request = http.Request;
        if (TusProtocol.Begins(request))
        {
            return await TusProtocol.CreateAsync(http, target, user.Id, cancel);
        }

        var (storage, invalid) = await places.ReadRestoreAsync(request.Query, cancel);
        if (invalid is not null)
        {
            return invalid;
        }

        if (UploadStep.Of(request) == UploadStep.Start)
        {
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }

        var sent = await body.ReadAsync(request, target, user.Id, cancel);
        if (sent.Refused is not null)
        {
            return sent.Refused;
        }

        if ((Text(sent.Fields, RequestId) ?? request.Query[RequestId].ToString()) is { Length: > 0 } id)
        {
            await ForgetAsync(sent.Uploads, cancel);
            return await FollowAsync(kind, id, cancel);
        }

        if (storage is { } cloud)
        {
            await ForgetAsync(sent.Uploads, cancel);
            var (stored, refused) = await clouds.FindAsync(target, cloud, Text(sent.Fields, "filename") ?? request.Query["filename"].ToString(), cancel);
            return stored is null ? refused! : await StartAsync(kind, stored, cloud, IdOf(cloud, stored.FileName), cancel);
        }

        switch (sent.Uploads)
        {
            case [var upload]:
                return await BeginAsync(kind, upload, cancel);
            case [] when UploadStep.Of(request) == UploadStep.Finish:
                return await FinishAsync(kind, target, Text(sent.Fields, "filename") ?? request.Query["filename"].ToString(), cancel);
            default:
                await ForgetAsync(sent.Uploads, cancel);
                return Problems.Invalid($"{kind}_file", $"One file is expected; the request has {sent.Uploads.Count}.");
        }
    }

    private async Task<IResult> FinishAsync(string kind, UploadTarget target, string name, CancellationToken cancel)
    {
        var own = db.Uploads.Where(row => row.Purpose == target.Purpose && row.OwnerId == user.Id);
        if (!Guid.TryParse(name, out var id))
        {
            // The oldest clients give the name that the file had at home.
            return await own.Where(row => row.FileName == name).OrderByDescending(row => row.CreatedDate).FirstOrDefaultAsync(cancel) is { } named
                ? await BeginAsync(kind, named, cancel)
                : NotUploaded();
        }

        if (await own.SingleOrDefaultAsync(row => row.Id == id, cancel) is { } upload)
        {
            return await BeginAsync(kind, upload, cancel);
        }

        // The file was used up: whoever asks a second time, because the answer was lost, is told of the same request.
        var key = RequestKeys.Restore(kind, id);
        return await requests.FindLatestAsync(key, cancel) is { State: not (OperationState.Failed or OperationState.Cancelled) } known && known.OwnerId == user.Id
            ? RequestAnswers.Accepted(key)
            : NotUploaded();

        IResult NotUploaded() => Problems.Invalid("filename", $"You have uploaded no file '{name}' here.");
    }

    private async Task<IResult> BeginAsync(string kind, Upload upload, CancellationToken cancel)
    {
        upload.Offset = await uploads.ReadOffsetAsync(upload, cancel);
        if (upload.Offset < upload.Length)
        {
            return Problems.Invalid("filename", $"'{upload.FileName}' is not complete: {upload.Offset} of {upload.Length} bytes have arrived.");
        }

        if (upload.Length == 0)
        {
            await uploads.DeleteAsync(upload, cancel);
            return Problems.Invalid("filename", $"'{upload.FileName}' is empty; there is nothing to restore.");
        }

        return await StartAsync(kind, upload, null, upload.Id, cancel);
    }

    /// <summary>The same file once: asked again while it is being restored, the answer names the same request.</summary>
    private async Task<IResult> StartAsync(string kind, Upload upload, int? cloudStorageId, Guid id, CancellationToken cancel)
    {
        var key = RequestKeys.Restore(kind, id);
        await operations.StartAsync(
            new OperationRequest
            {
                Key = key,
                Type = "import:backup",
                Target = kind,
                OwnerId = user.Id,
                Arguments = new ImportArguments(upload.Id, upload.FileName) { CloudStorageId = cloudStorageId },
            },
            cancel);
        return RequestAnswers.Accepted(key);
    }

    /// <summary>202 while it is being restored, 201 with the new object's id when it is there, 400 with the reason when it failed.</summary>
    private async Task<IResult> FollowAsync(string kind, string id, CancellationToken cancel)
    {
        var operation = await requests.FindLatestAsync(id, cancel);
        if (operation is null || operation.OwnerId != user.Id || operation.Type != "import:backup" || operation.Target != kind)
        {
            return Problems.Invalid(RequestId, $"You restore no {kind} under this id.");
        }

        return operation.State switch
        {
            OperationState.Queued or OperationState.Started => RequestAnswers.Accepted(operation.Key),
            OperationState.Finished => TypedResults.Json(new { id = operation.ResultId }, statusCode: StatusCodes.Status201Created),
            _ => Problems.Of(StatusCodes.Status400BadRequest, "urn:annotator:request-failed", operation.Message),
        };
    }

    /// <summary>Stands for the caller's restoring of one file of a cloud storage.</summary>
    private Guid IdOf(int cloudStorageId, string key) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{user.Id}/{cloudStorageId}/{key}"))).AsSpan(0, 16));

    private async Task ForgetAsync(IReadOnlyList<Upload> files, CancellationToken cancel)
    {
        foreach (var file in files)
        {
            await uploads.DeleteAsync(file, cancel);
        }
    }

    private static string? Text(JsonObject fields, string name) => fields[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;
}
