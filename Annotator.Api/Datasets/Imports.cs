using System.Text.Json;
using System.Text.Json.Nodes;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Media;
using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Datasets;

/// <summary>Receives annotation files and starts their import.</summary>
internal sealed class Imports(
    AnnotatorDbContext db, OperationService operations, RequestLookup requests, UploadStore uploads, SentBody body, ExportPlaces places, CloudImports clouds, CurrentUser user, Access access)
{
    /// <summary>One address for every step of an upload, and for the whole in one multipart request.</summary>
    public async Task<IResult> PostAsync(DatasetObject target, HttpContext http, CancellationToken cancel)
    {
        var request = http.Request;
        if (TusProtocol.Begins(request))
        {
            return await TusProtocol.CreateAsync(http, target.UploadTarget, user.Id, cancel);
        }

        var (asked, refused) = ImportQuery.Read(target.Kind, request.Query);
        if (asked is null)
        {
            return refused!;
        }

        var step = UploadStep.Of(request);
        if (step is not (UploadStep.Start or UploadStep.Finish) && (!request.HasFormContentType || request.Query["location"] == "cloud_storage"))
        {
            var (storage, invalid) = await places.ReadImportAsync(target, request.Query, cancel);
            if (invalid is not null)
            {
                return invalid;
            }

            if (storage is { } cloud)
            {
                return await BeginInCloudAsync(target, asked, cloud, request, cancel);
            }
        }

        switch (step)
        {
            case UploadStep.Start:
                return Results.StatusCode(StatusCodes.Status202Accepted);
            case UploadStep.Finish:
                return await FinishAsync(target, asked, request, cancel);
            default:
                var sent = await body.ReadAsync(request, target.UploadTarget, user.Id, cancel);
                return sent switch
                {
                    { Refused: { } failure } => failure,
                    { Uploads: [var upload] } => await BeginAsync(target, asked, upload, sent.Fields, cancel),
                    { Uploads: [] } when await FindNamedAsync(target, request.Query["filename"].ToString(), cancel) is { } known => FollowOf(known),
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
        return operation is null || operation.Key != target.ImportKey
            ? Problems.NotFound($"There is no import into {target} with this id.")
            : FollowOf(operation);
    }

    private static IResult FollowOf(Operation import) => import.State switch
    {
        OperationState.Queued or OperationState.Started => RequestAnswers.Accepted(import.Key),
        OperationState.Finished => TypedResults.Json(new RqId(import.Key), statusCode: StatusCodes.Status201Created),
        _ => Problems.Of(StatusCodes.Status400BadRequest, "urn:annotator:request-failed", import.Message),
    };

    /// <summary>
    /// The caller's latest import here, if it is of the file of this name. The oldest clients know no ids: they ask how far it is by
    /// sending the request that finished the upload once more, without its header.
    /// </summary>
    private async Task<Operation?> FindNamedAsync(DatasetObject target, string fileName, CancellationToken cancel) =>
        await requests.FindLatestAsync(target.ImportKey, cancel) is { } latest
        && latest.OwnerId == user.Id
        && JsonSerializer.Deserialize<ImportArguments>(latest.Arguments, JsonSerializerOptions.Web)!.FileName == fileName
            ? latest
            : null;

    private async Task<IResult> FinishAsync(DatasetObject target, ImportQuery asked, HttpRequest request, CancellationToken cancel)
    {
        var sent = await body.ReadAsync(request, target.UploadTarget, user.Id, cancel);
        if (sent.Refused is not null || sent.Uploads.Count > 0)
        {
            return sent.Refused ?? await RefuseFilesAsync(sent.Uploads, cancel);
        }

        var name = request.Query["filename"].ToString();
        var own = db.Uploads.Where(row =>
            row.Purpose == target.UploadTarget.Purpose && row.TargetId == target.Id && row.OwnerId == user.Id);

        // The id that the server gave, or, from the oldest clients, the name that the file had at home.
        var upload = Guid.TryParse(name, out var uploadId)
            ? await own.SingleOrDefaultAsync(row => row.Id == uploadId, cancel)
            : await own.Where(row => row.FileName == name).OrderByDescending(row => row.CreatedDate).FirstOrDefaultAsync(cancel);
        if (upload is not null)
        {
            return await BeginAsync(target, asked, upload, sent.Fields, cancel);
        }

        return await IsOwnImportRunningAsync(target, cancel)
            ? RequestAnswers.Accepted(target.ImportKey)
            : Problems.Invalid("filename", $"You have uploaded no file '{name}' here.");
    }

    private async Task<IResult> BeginInCloudAsync(DatasetObject target, ImportQuery asked, int storage, HttpRequest request, CancellationToken cancel)
    {
        if (await IsOwnImportRunningAsync(target, cancel) && !asked.DryRun)
        {
            return RequestAnswers.Running(target.ImportKey);
        }

        var sent = await body.ReadAsync(request, target.UploadTarget, user.Id, cancel);
        if (sent.Refused is not null || sent.Uploads.Count > 0)
        {
            return sent.Refused ?? await RefuseFilesAsync(sent.Uploads, cancel);
        }

        var (upload, refused) = await clouds.FindAsync(target.UploadTarget, storage, request.Query["filename"].ToString(), cancel);
        return upload is null ? refused! : await StartAsync(target, asked, upload, storage, sent.Fields, cancel);
    }

    private async Task<IResult> BeginAsync(DatasetObject target, ImportQuery asked, Upload upload, JsonObject fields, CancellationToken cancel)
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

        return await StartAsync(target, asked, upload, null, fields, cancel);
    }

    private async Task<IResult> StartAsync(DatasetObject target, ImportQuery asked, Upload upload, int? cloudStorageId, JsonObject fields, CancellationToken cancel)
    {
        var (map, invalid) = ImportQuery.ReadLabelMap(fields);
        if (map is null)
        {
            return invalid!;
        }

        var mayCreate = await MayCreateLabelsAsync(target, cancel);
        if (asked.CreateLabels && !mayCreate && !asked.DryRun)
        {
            return Problems.Forbidden("You may not add labels here. Map the file's labels to those that there are, or ask the owner to add them.");
        }

        var key = asked.DryRun ? target.CheckKey(user.Id) : target.ImportKey;
        var operation = await operations.StartAsync(
            new OperationRequest
            {
                Key = key,
                Type = $"import:{target.ImportSubresource}",
                Target = target.Kind,
                ProjectId = target.ProjectId,
                TaskId = target.TaskId,
                JobId = target.JobId,
                Format = asked.Format?.Name,
                OwnerId = user.Id,
                Arguments = new ImportArguments(upload.Id, upload.FileName)
                {
                    CloudStorageId = cloudStorageId,
                    ConvertMasksToPolygons = asked.ConvertMasksToPolygons,
                    Mode = asked.Mode,
                    Threshold = asked.Threshold,
                    Matching = asked.Matching,
                    DryRun = asked.DryRun,
                    CreateLabels = asked.CreateLabels,
                    MayCreateLabels = mayCreate,
                    LabelMap = map,
                    OneBased = asked.OneBased,
                    FramesBy = asked.FramesBy,
                    IntoTasks = asked.IntoTasks,
                },
            },
            cancel);
        if (operation is null)
        {
            return RequestAnswers.Running(key);
        }

        if (!asked.DryRun)
        {
            await ForgetCheckAsync(target.CheckKey(user.Id), operation.CreatedDate, cancel);
        }

        return RequestAnswers.Accepted(operation.Key);
    }

    /// <summary>What a look at the file said is over when the file is imported: the list shows the import.</summary>
    private Task<int> ForgetCheckAsync(string key, DateTimeOffset now, CancellationToken cancel) => db.Operations
        .Where(row => row.Key == key && (row.State == OperationState.Finished || row.State == OperationState.Failed || row.State == OperationState.Cancelled))
        .ExecuteUpdateAsync(row => row.SetProperty(operation => operation.ExpiryDate, now), cancel);

    /// <summary>Labels belong to the project, or to a task without one: who may change those may add labels.</summary>
    private async Task<bool> MayCreateLabelsAsync(DatasetObject target, CancellationToken cancel) => null == (target.ProjectId is { } projectId
        ? await access.ProjectAsync(projectId, "update:desc", cancel)
        : await access.TaskAsync(target.TaskId!.Value, "update:desc", cancel));

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
}
