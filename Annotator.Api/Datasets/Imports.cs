using Annotator.Api.Errors;
using Annotator.Api.Media;
using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Formats;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Datasets;

/// <summary>Receives annotation files and starts their import.</summary>
internal sealed class Imports(
    AnnotatorDbContext db, OperationService operations, RequestLookup requests, UploadStore uploads, SentBody body, CurrentUser user)
{
    /// <summary>One address for every step of an upload, and for the whole in one multipart request.</summary>
    public async Task<IResult> PostAsync(DatasetObject target, HttpContext http, CancellationToken cancel)
    {
        var request = http.Request;
        if (TusProtocol.Begins(request))
        {
            return await TusProtocol.CreateAsync(http, target.UploadTarget, user.Id, cancel);
        }

        var (format, refused) = ReadQuery(request.Query);
        if (format is null)
        {
            return refused!;
        }

        switch (UploadStep.Of(request))
        {
            case UploadStep.Start:
                return Results.StatusCode(StatusCodes.Status202Accepted);
            case UploadStep.Finish:
                return await FinishAsync(target, format, request.Query, cancel);
            default:
                var sent = await body.ReadAsync(request, target.UploadTarget, user.Id, cancel);
                return sent switch
                {
                    { Refused: { } failure } => failure,
                    { Uploads: [var upload] } => await BeginAsync(target, format, upload, request.Query, cancel),
                    _ => await RefuseFilesAsync(sent.Uploads, cancel),
                };
        }
    }

    /// <summary>
    /// The older way to ask how far an import is: 202 while it runs, 201 when it is done, 400 with the reason when it failed.
    /// </summary>
    public async Task<IResult> FollowAsync(DatasetObject target, IQueryCollection query, CancellationToken cancel)
    {
        var id = query["rq_id"].ToString();
        var operation = await requests.FindLatestAsync(id.Length == 0 ? target.ImportKey : id, cancel);
        if (operation is null || operation.Key != target.ImportKey)
        {
            return Problems.NotFound($"There is no import into {target} with this id.");
        }

        return operation.State switch
        {
            OperationState.Queued or OperationState.Started => RequestAnswers.Accepted(operation.Key),
            OperationState.Finished => TypedResults.Json(new RqId(operation.Key), statusCode: StatusCodes.Status201Created),
            _ => Problems.Of(StatusCodes.Status400BadRequest, "urn:annotator:request-failed", operation.Message),
        };
    }

    private async Task<IResult> FinishAsync(DatasetObject target, DatasetFormat format, IQueryCollection query, CancellationToken cancel)
    {
        var name = query["filename"].ToString();
        var own = db.Uploads.Where(row =>
            row.Purpose == target.UploadTarget.Purpose && row.TargetId == target.Id && row.OwnerId == user.Id);

        // The id that the server gave, or, from the oldest clients, the name that the file had at home.
        var upload = Guid.TryParse(name, out var uploadId)
            ? await own.SingleOrDefaultAsync(row => row.Id == uploadId, cancel)
            : await own.Where(row => row.FileName == name).OrderByDescending(row => row.CreatedDate).FirstOrDefaultAsync(cancel);
        if (upload is not null)
        {
            return await BeginAsync(target, format, upload, query, cancel);
        }

        return await IsOwnImportRunningAsync(target, cancel)
            ? RequestAnswers.Accepted(target.ImportKey)
            : Problems.Invalid("filename", $"You have uploaded no file '{name}' here.");
    }

    private async Task<IResult> BeginAsync(
        DatasetObject target, DatasetFormat format, Upload upload, IQueryCollection query, CancellationToken cancel)
    {
        upload.Offset = await uploads.ReadOffsetAsync(upload, cancel);
        if (upload.Offset < upload.Length)
        {
            return Problems.Invalid("filename", $"'{upload.FileName}' is not complete: {upload.Offset} of {upload.Length} bytes have arrived.");
        }

        if (upload.Length == 0)
        {
            await uploads.DeleteAsync(upload, cancel);
            return Problems.Invalid("filename", $"'{upload.FileName}' is empty; there is nothing to import.");
        }

        var operation = await operations.StartAsync(
            new OperationRequest
            {
                Key = target.ImportKey,
                Type = $"import:{target.ImportSubresource}",
                Target = target.Kind,
                ProjectId = target.ProjectId,
                TaskId = target.TaskId,
                JobId = target.JobId,
                Format = format.Name,
                OwnerId = user.Id,
                Arguments = new ImportArguments(
                    upload.Id,
                    upload.FileName,
                    ConvertMasksToPolygons: !query["conv_mask_to_poly"].ToString().Equals("false", StringComparison.OrdinalIgnoreCase),
                    Append: query["import_mode"] == "append"),
            },
            cancel);
        return operation is null ? RequestAnswers.Running(target.ImportKey) : RequestAnswers.Accepted(operation.Key);
    }

    private async Task<bool> IsOwnImportRunningAsync(DatasetObject target, CancellationToken cancel) =>
        await requests.FindLatestAsync(target.ImportKey, cancel) is { State: OperationState.Queued or OperationState.Started } running
        && running.OwnerId == user.Id;

    private async Task<IResult> RefuseFilesAsync(IReadOnlyList<Upload> files, CancellationToken cancel)
    {
        foreach (var file in files)
        {
            await uploads.DeleteAsync(file, cancel);
        }

        return Problems.Invalid("annotation_file", $"One file is expected; the request has {files.Count}.");
    }

    private static (DatasetFormat? Format, IResult? Refused) ReadQuery(IQueryCollection query)
    {
        if (query["location"].ToString() is not ("" or "local" or "cloud_storage"))
        {
            return (null, Problems.Invalid("location", "Must be local or cloud_storage."));
        }

        if (query["location"] == "cloud_storage" || query["cloud_storage_id"].Count > 0)
        {
            return (null, Problems.Invalid("location", "This server has no cloud storages yet; upload the file."));
        }

        if (query["import_mode"].ToString() is not ("" or "replace" or "append"))
        {
            return (null, Problems.Invalid("import_mode", "Must be replace or append."));
        }

        var name = query["format"].ToString();
        if (name.Length == 0)
        {
            return (null, Problems.Invalid("format", "This parameter is required."));
        }

        return DatasetFormats.FindImporter(name) is { } importer
            ? (importer.Format, null)
            : (null, Problems.Invalid("format", $"\"{name}\" cannot be imported. Formats are {string.Join(", ", DatasetFormats.Importers.Select(known => known.Format.Name))}."));
    }
}
