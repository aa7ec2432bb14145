using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Annotator.Api.CloudStorages;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Annotator.Core.Media.Sources;
using Annotator.Core.Operations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Annotator.Api.Media;

/// <summary>Turns the files that were uploaded to a task into the task's data: the operation <c>create:task</c>.</summary>
internal sealed class TaskDataCreation(AnnotatorDbContext db, UploadStore uploads, OperationService operations, CurrentUser user, Access access, NamedStorages storages, MountedShare share, TimeProvider time)
{
    private const string DataExists = "urn:annotator:data-exists";
    private readonly AnnotatorDbContext _db = db;
    private readonly UploadStore _uploads = uploads;
    private readonly OperationService _operations = operations;
    private readonly CurrentUser _user = user;
    private readonly TimeProvider _time = time;

    /// <summary>Why no more files can be added to the task; null when they can.</summary>
    /// <param name="append">The files are to be added to those that the task has.</param>
    public async Task<IResult?> RefuseFilesAsync(int taskId, bool append, CancellationToken cancel)
    {
        if (append)
        {
            // Uploads wait beside what is being prepared; only their own finish makes frames of them.
            return null;
        }

        if (await SizeAsync(taskId, cancel) > 0)
        {
            return Problems.Conflict(DataExists, "The task has its data already; to add files to it, send them with append=true in the address.");
        }

        return await FindActiveAsync(taskId, cancel) is { } active ? BeingPrepared(active) : null;
    }

    /// <summary>
    /// Starts the preparation: 202 with the request's id. The same user who sends it again, because the answer was lost,
    /// gets the same answer.
    /// </summary>
    public async Task<IResult> StartAsync(int taskId, JsonObject body, bool append, CancellationToken cancel)
    {
        if (await FindActiveAsync(taskId, cancel) is { } active)
        {
            return active.OwnerId == _user.Id && IsAppending(active) == append ? RequestAnswers.Accepted(active.Key) : BeingPrepared(active);
        }

        if (await RefuseFilesAsync(taskId, append, cancel) is { } refused)
        {
            return refused;
        }

        var checks = new Checks();
        var arguments = DataRequest.Read(body, checks);
        var data = append ? await _db.TaskData.AsNoTracking().SingleOrDefaultAsync(row => row.TaskId == taskId, cancel) : null;
        var size = data?.Size ?? 0;
        if (size > 0)
        {
            checks.That(arguments is { StartFrame: 0, StopFrame: null, Step: 1 }, "append", "Frames that are added are taken one by one: leave start_frame, stop_frame and frame_filter out.");

            // A task's frames refer to one cloud storage at most; files of another one become ours.
            arguments = arguments with { AppendAt = size, CopyData = arguments.CopyData || (arguments.CloudStorageId is { } storage && storage != data!.CloudStorageId) };
        }

        await CheckFilesAsync(taskId, arguments, checks, cancel);
        if (await RefuseSourceAsync(arguments, cancel) is { } foreign)
        {
            return foreign;
        }

        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var projectId = await _db.Tasks.Where(task => task.Id == taskId).Select(task => task.ProjectId).SingleAsync(cancel);
        if (size == 0)
        {
            await PutSettingsAsync(taskId, arguments, cancel);
        }

        var request = new OperationRequest
        {
            Key = RequestKeys.CreateTask(taskId),
            Type = "create:task",
            Target = "task",
            TaskId = taskId,
            ProjectId = projectId,
            OwnerId = _user.Id,
            Arguments = arguments,
        };
        try
        {
            return await _operations.StartAsync(request, cancel) is { } operation ? RequestAnswers.Accepted(operation.Key) : RequestAnswers.Accepted(request.Key);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Two requests made the data's row at the same moment; the other one's operation does the work of both.
            return RequestAnswers.Accepted(request.Key);
        }
    }

    private async Task CheckFilesAsync(int taskId, CreateTaskArguments arguments, Checks checks, CancellationToken cancel)
    {
        await CopiedFiles.ForgetEndedAsync(_db, taskId, cancel);
        var files = _db.Uploads.Where(upload => upload.Purpose == UploadPurpose.TaskData && upload.TargetId == taskId);
        if (arguments.AppendAt is not null)
        {
            // Others may be sending files of their own at the same time.
            files = files.Where(upload => upload.OwnerId == _user.Id);
        }

        if (arguments.NamesFiles)
        {
            checks.That(!await files.AnyAsync(cancel), "client_files", "Files were uploaded to the task, too. Take files of one kind: uploads, server_files or remote_files.");
            return;
        }

        checks.That(await files.AnyAsync(cancel), "client_files", "The task has no files; upload at least one.");
        foreach (var file in await files.Where(upload => upload.Offset < upload.Length).OrderBy(upload => upload.Id).Take(100).ToListAsync(cancel))
        {
            // The row may lag behind the bytes when the process that took them was killed.
            file.Offset = await _uploads.ReadOffsetAsync(file, cancel);
            checks.That(
                file.Offset == file.Length,
                "client_files",
                $"'{file.FileName}' is not complete: {file.Offset.ToString(CultureInfo.InvariantCulture)} of {file.Length.ToString(CultureInfo.InvariantCulture)} bytes have arrived. Send the rest, or delete the upload.");
        }

        if (arguments.FileOrder.Count == 0)
        {
            return;
        }

        var names = (await files.Select(upload => upload.FileName).ToListAsync(cancel)).ToHashSet(StringComparer.Ordinal);
        var missing = arguments.FileOrder.FirstOrDefault(name => UploadFileName.Normalize(name, 4096, out _) is not { } known || !names.Contains(known));
        checks.That(missing is null, "upload_file_order", $"'{missing}' was not uploaded.");
        checks.That(arguments.SortingMethod == "predefined", "upload_file_order", "Needs the sorting method predefined.");
    }

    /// <summary>Why the caller may not take files from where he or she says; null when it is allowed.</summary>
    private async Task<IResult?> RefuseSourceAsync(CreateTaskArguments arguments, CancellationToken cancel)
    {
        if (arguments.CloudStorageId is { } storage)
        {
            return await storages.RefusalAsync("cloud_storage_id", storage, cancel);
        }

        if (arguments.ServerFiles.Count == 0)
        {
            return null;
        }

        // Who may not look around on the share must not find out by taking files from it.
        return access.Scope("server", "list:content") is { } refused
            ? refused
            : share.IsConnected ? null : Problems.Invalid("server_files", "No share is connected to this server. Name a cloud_storage_id, or upload the files.");
    }

    private async Task PutSettingsAsync(int taskId, CreateTaskArguments arguments, CancellationToken cancel)
    {
        var data = await _db.TaskData.SingleOrDefaultAsync(row => row.TaskId == taskId, cancel);
        if (data is null)
        {
            data = new TaskData { TaskId = taskId };
            _db.TaskData.Add(data);
        }

        data.ImageQuality = arguments.ImageQuality;
        data.ChunkSize = arguments.ChunkSize ?? 0;
        data.StartFrame = arguments.StartFrame;
        data.StopFrame = arguments.StopFrame ?? 0;
        data.FrameFilter = arguments.Step == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"step={arguments.Step}");
        data.SortingMethod = arguments.SortingMethod;
        data.Storage = arguments.Storage;
        data.CloudStorageId = arguments.Storage == DataStorage.Cloud ? arguments.CloudStorageId : null;
        data.ChunksUpdatedDate = _time.GetUtcNow();
    }

    private Task<Operation?> FindActiveAsync(int taskId, CancellationToken cancel)
    {
        var key = RequestKeys.CreateTask(taskId);
        return _db.Operations.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Key == key && (row.State == OperationState.Queued || row.State == OperationState.Started), cancel);
    }

    private Task<int> SizeAsync(int taskId, CancellationToken cancel) =>
        _db.TaskData.Where(data => data.TaskId == taskId).Select(data => data.Size).FirstOrDefaultAsync(cancel);

    private static bool IsAppending(Operation operation) =>
        JsonSerializer.Deserialize<CreateTaskArguments>(operation.Arguments, JsonSerializerOptions.Web)?.AppendAt is not null;

    private static ProblemHttpResult BeingPrepared(Operation active) => Problems.Conflict(
        DataExists,
        "The task's files are being prepared; more can be added when that is done.",
        new Dictionary<string, object?> { ["rq_id"] = active.Key });
}
