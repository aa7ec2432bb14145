using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Tasks;

/// <summary>
/// Removes tasks with all that hangs on them: jobs, annotations, frames (the database does it), background work, uploads, exports and
/// blobs. Rows go first: a blob without a row costs space, a row without its blob would be a broken task.
/// </summary>
internal sealed partial class TaskRemoval(AnnotatorDbContext db, IBlobStore blobs, OperationService operations, ILogger<TaskRemoval> logger)
{
    /// <param name="projectId">The project that goes with them; null where it stays, or there is none.</param>
    /// <param name="delete">Deletes the rows of the tasks, or of their project.</param>
    public async Task RemoveAsync(IReadOnlyList<int> taskIds, int? projectId, Func<Task> delete, CancellationToken cancel)
    {
        var work = db.Operations.Where(operation => taskIds.Contains(operation.TaskId ?? 0) || (projectId != null && operation.ProjectId == projectId));
        var running = await work
            .Where(operation => operation.State == OperationState.Queued || operation.State == OperationState.Started)
            .Select(operation => operation.Id)
            .ToListAsync(cancel);
        foreach (var operation in running)
        {
            await operations.CancelAsync(operation, cancel);
        }

        var data = await db.TaskData.Where(data => taskIds.Contains(data.TaskId)).Select(data => data.Id).ToListAsync(cancel);
        var jobs = await db.Jobs.Where(job => taskIds.Contains(job.TaskId)).Select(job => job.Id).ToListAsync(cancel);
        var uploads = db.Uploads.Where(upload =>
            ((upload.Purpose == UploadPurpose.TaskData || upload.Purpose == UploadPurpose.TaskAnnotations) && taskIds.Contains(upload.TargetId ?? 0))
            || (upload.Purpose == UploadPurpose.JobAnnotations && jobs.Contains(upload.TargetId ?? 0))
            || (upload.Purpose == UploadPurpose.ProjectDataset && projectId != null && upload.TargetId == projectId));
        var single = await work.Where(operation => operation.ResultKey != null).Select(operation => operation.ResultKey!)
            .Concat(uploads.Where(upload => upload.Purpose != UploadPurpose.TaskData).Select(upload => upload.BlobKey))
            .ToListAsync(cancel);
        await delete();
        await uploads.ExecuteDeleteAsync(cancel);
        await work.Where(operation => operation.ResultKey != null).ExecuteUpdateAsync(operation => operation.SetProperty(row => row.ResultKey, (string?)null), cancel);

        // The rows are gone, and with them the way back: a client that hangs up now must not stop the cleaning.
        foreach (var prefix in data.Select(DataKeys.Prefix).Concat(taskIds.Select(DataKeys.TaskUploads)))
        {
            await TryAsync(prefix, () => blobs.DeletePrefixAsync(prefix, CancellationToken.None));
        }

        foreach (var key in single)
        {
            await TryAsync(key, () => blobs.DeleteAsync(key, CancellationToken.None));
        }
    }

    private async Task TryAsync(string what, Func<Task> delete)
    {
        try
        {
            await delete();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Left(logger, exception, what);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is stored under {Prefix} belongs to a deleted task and could not be removed.")]
    private static partial void Left(ILogger logger, Exception exception, string prefix);
}
