using System.Security.Cryptography;
using System.Text.Json;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Formats;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Datasets;

/// <summary>Starts exports and hands out what they made.</summary>
internal sealed class Exports(
    AnnotatorDbContext db, OperationService operations, RequestLookup requests, IBlobStore blobs, ExportPlaces places, CurrentUser user, Access access, TimeProvider time)
{
    private const int HashBytes = 12;
    private const string Backup = "export:backup";
    private static readonly byte[] s_noChoices = JsonSerializer.SerializeToUtf8Bytes(new ExportChoices(), JsonSerializerOptions.Web);

    /// <summary>How long the older way of asking is told of a failure before it starts anew.</summary>
    private static readonly TimeSpan FailureIsNews = TimeSpan.FromSeconds(30);

    /// <summary>202 with the request's id, 409 with it when the same export is on its way.</summary>
    /// <param name="choices">What of the object is wanted; null for everything as it is.</param>
    public async Task<IResult> StartAsync(DatasetObject source, IQueryCollection query, bool saveImages, ExportChoices? choices, CancellationToken cancel)
    {
        var (wanted, refused) = await ReadDatasetAsync(source, query, saveImages, choices, cancel);
        return wanted is null ? refused! : await StartAsync(source, wanted, cancel);
    }

    /// <summary>The same for a backup of a task or project.</summary>
    public async Task<IResult> StartBackupAsync(DatasetObject source, IQueryCollection query, CancellationToken cancel)
    {
        var (wanted, refused) = await ReadBackupAsync(source, query, cancel);
        return wanted is null ? refused! : await StartAsync(source, wanted, cancel);
    }

    /// <summary>
    /// The older way, one address for all: 202 while the export is made, 201 when it is there, and with
    /// <c>action=download</c> the file.
    /// </summary>
    public async Task<IResult> FollowAsync(DatasetObject source, HttpRequest request, bool saveImages, CancellationToken cancel)
    {
        var (wanted, refused) = await ReadDatasetAsync(source, request.Query, saveImages, null, cancel);
        return wanted is null ? refused! : await FollowAsync(source, wanted, request, cancel);
    }

    /// <summary>The same for a backup of a task or project.</summary>
    public async Task<IResult> FollowBackupAsync(DatasetObject source, HttpRequest request, CancellationToken cancel)
    {
        var (wanted, refused) = await ReadBackupAsync(source, request.Query, cancel);
        return wanted is null ? refused! : await FollowAsync(source, wanted, request, cancel);
    }

    private async Task<IResult> StartAsync(DatasetObject source, Wanted wanted, CancellationToken cancel) =>
        await BeginAsync(source, wanted, cancel) is { } operation ? RequestAnswers.Accepted(operation.Key) : RequestAnswers.Running(wanted.Key);

    private async Task<IResult> FollowAsync(DatasetObject source, Wanted wanted, HttpRequest request, CancellationToken cancel)
    {
        var operation = await requests.FindLatestAsync(wanted.Key, cancel);
        if (request.Query["action"] == "download")
        {
            return operation is { State: OperationState.Finished }
                ? await SendAsync(operation, cancel, request.Query["filename"])
                : Problems.Invalid("action", "The export is not finished; ask without action=download until the answer is 201.");
        }

        switch (operation?.State)
        {
            case OperationState.Queued or OperationState.Started:
                return RequestAnswers.Accepted(wanted.Key);
            case OperationState.Finished when operation.ResultKey is null && InCloud(operation):
                // It is where it was to go; who asks once more wants the next one, and gets it a moment later.
                return time.GetUtcNow() - operation.FinishedDate < FailureIsNews ? TypedResults.Ok(new RqId(wanted.Key)) : await StartAsync(source, wanted, cancel);
            case OperationState.Finished when operation.CreatedDate > await source.ReadLastChangeAsync(db, cancel) && await IsThereAsync(operation, cancel):
                return TypedResults.Json(new RqId(wanted.Key), statusCode: StatusCodes.Status201Created);
            case OperationState.Failed or OperationState.Cancelled when time.GetUtcNow() - operation.FinishedDate < FailureIsNews:
                return Problems.Of(StatusCodes.Status400BadRequest, "urn:annotator:request-failed", operation.Message);
            default:
                await BeginAsync(source, wanted, cancel);
                return RequestAnswers.Accepted(wanted.Key);
        }
    }

    /// <summary>The file of a finished export of <paramref name="source"/>, for the one who asked for it.</summary>
    /// <param name="backup">Whether the file is a backup: it has an address, and a right, of its own.</param>
    public async Task<IResult> DownloadAsync(DatasetObject source, string? requestId, CancellationToken cancel, bool backup = false)
    {
        if (string.IsNullOrEmpty(requestId))
        {
            return Problems.Invalid("rq_id", "This parameter is required.");
        }

        var operation = await requests.FindLatestAsync(requestId, cancel);
        if (operation is null
            || operation.OwnerId != user.Id
            || operation.Target != source.Kind
            || (operation.JobId, operation.TaskId, operation.ProjectId) != (source.JobId, source.TaskId, source.ProjectId)
            || !operation.Type.StartsWith("export:", StringComparison.Ordinal)
            || operation.Type == Backup != backup)
        {
            return Problems.Invalid("rq_id", $"You have no export of {source} with this id.");
        }

        if (operation.State != OperationState.Finished)
        {
            return Problems.Invalid("rq_id", "The export is not finished.");
        }

        if (InCloud(operation))
        {
            return Problems.Invalid("rq_id", "The file was written to a cloud storage; it is not here.");
        }

        // Of one object the route has asked; the objects of a selection may have been taken away from the caller since.
        return source.Kind == DatasetObject.Selection && await ExportRequest.RefuseAsync(ChoicesOf(operation), operation.Type, access, cancel) is { } refused
            ? refused
            : await SendAsync(operation, cancel);
    }

    private static bool InCloud(Operation operation) =>
        JsonSerializer.Deserialize<ExportArguments>(operation.Arguments, JsonSerializerOptions.Web)!.CloudStorageId is not null;

    private static ExportChoices ChoicesOf(Operation operation) =>
        JsonSerializer.Deserialize<ExportArguments>(operation.Arguments, JsonSerializerOptions.Web)!.Choices;

    private Task<Operation?> BeginAsync(DatasetObject source, Wanted wanted, CancellationToken cancel) =>
        operations.StartAsync(
            new OperationRequest
            {
                Key = wanted.Key,
                Type = wanted.Type,
                Target = source.Kind,
                ProjectId = source.ProjectId,
                TaskId = source.TaskId,
                JobId = source.JobId,
                Format = wanted.Format,
                OwnerId = user.Id,
                Arguments = wanted.Arguments,
            },
            cancel);

    /// <param name="fileName">What the one who downloads wants the file to be called; null for the name it was made with.</param>
    private async Task<IResult> SendAsync(Operation operation, CancellationToken cancel, string? fileName = null)
    {
        var content = operation.ResultKey is { } key ? await blobs.OpenReadAsync(key, cancel) : null;
        return content is null
            ? Problems.Of(StatusCodes.Status404NotFound, "urn:annotator:result-expired", "The file has expired. Export again.")
            : new DownloadResult(content, $"{operation.Id:N}-{operation.Attempt}", operation.FinishedDate, DownloadName.Of(string.IsNullOrWhiteSpace(fileName) ? operation.ResultName : fileName, operation.Target));
    }

    private async Task<bool> IsThereAsync(Operation operation, CancellationToken cancel) =>
        operation.ResultKey is { } key && await blobs.FindAsync(key, cancel) is not null;

    /// <summary>The contract's id; other choices than the contract's make another export.</summary>
    private string KeyOf(DatasetObject source, DatasetFormat format, bool saveImages, ExportChoices? choices = null)
    {
        var subresource = saveImages ? "dataset" : "annotations";
        var text = JsonSerializer.SerializeToUtf8Bytes(choices ?? new ExportChoices(), JsonSerializerOptions.Web);
        var hash = text.AsSpan().SequenceEqual(s_noChoices) ? "" : Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, HashBytes));
        return source.Kind == DatasetObject.Selection
            ? RequestKeys.ExportSelection(hash, user.Id, subresource, format.Name)
            : RequestKeys.Export(source.Kind, source.Id, user.Id, subresource, format.Name) + (hash.Length > 0 ? $"&choices={hash}" : "");
    }

    private async Task<(Wanted? Wanted, IResult? Refused)> ReadDatasetAsync(DatasetObject source, IQueryCollection query, bool saveImages, ExportChoices? choices, CancellationToken cancel)
    {
        var place = await places.ReadAsync(source, query, cancel);
        if (place.Refused is { } refused)
        {
            return (null, refused);
        }

        var name = query["format"].ToString();
        if (name.Length == 0)
        {
            return (null, Problems.Invalid("format", "This parameter is required."));
        }

        if (DatasetFormats.FindExporter(name) is not { Format: var format })
        {
            return (null, Problems.Invalid("format", $"Nothing can be exported as \"{name}\". Formats are {string.Join(", ", DatasetFormats.Exporters.Select(known => known.Format.Name))}."));
        }

        var arguments = new ExportArguments(saveImages, WishedName(query)) { Choices = choices ?? new ExportChoices(), CloudStorageId = place.CloudStorageId };
        return (new Wanted(KeyOf(source, format, saveImages, choices), saveImages ? "export:dataset" : "export:annotations", format.Name, arguments), null);
    }

    private async Task<(Wanted? Wanted, IResult? Refused)> ReadBackupAsync(DatasetObject source, IQueryCollection query, CancellationToken cancel)
    {
        var place = await places.ReadAsync(source, query, cancel);
        if (place.Refused is { } refused)
        {
            return (null, refused);
        }

        return source.TaskId is { } taskId && !await db.TaskData.AnyAsync(data => data.TaskId == taskId && data.Size > 0, cancel)
            ? (null, Problems.Invalid("non_field_errors", $"{source} has no data yet: there is nothing to back up."))
            : (new Wanted(RequestKeys.ExportBackup(source.Kind, source.Id, user.Id), Backup, null, new ExportArguments(true, WishedName(query)) { CloudStorageId = place.CloudStorageId }), null);
    }

    private static string? WishedName(IQueryCollection query) => string.IsNullOrWhiteSpace(query["filename"]) ? null : query["filename"].ToString();

    /// <summary>An export that was asked for and can be made.</summary>
    /// <param name="Key">The request's id.</param>
    /// <param name="Format">Null for a backup.</param>
    private sealed record Wanted(string Key, string Type, string? Format, ExportArguments Arguments);
}
