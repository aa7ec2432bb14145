using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Tasks;

/// <summary>
/// Removes tasks with all that hangs on them: jobs, annotations, frames (the database does it), background work, uploads and
/// blobs. Rows go first: a blob without a row costs space, a row without its blob would be a broken task.
/// </summary>
internal sealed partial class TaskRemoval(AnnotatorDbContext db, IBlobStore blobs, OperationService operations, ILogger<TaskRemoval> logger)
{
    /// <param name="delete">Deletes the rows of the tasks, or of their project.</param>
    public async Task RemoveAsync(IReadOnlyList<int> taskIds, Func<Task> delete, CancellationToken cancel)
    {
        var running = await db.Operations
            .Where(operation => taskIds.Contains(operation.TaskId ?? 0) && (operation.State == OperationState.Queued || operation.State == OperationState.Started))
            .Select(operation => operation.Id)
            .ToListAsync(cancel);
        foreach (var operation in running)
        {
            await operations.CancelAsync(operation, cancel);
        }

        var data = await db.TaskData.Where(data => taskIds.Contains(data.TaskId)).Select(data => data.Id).ToListAsync(cancel);
        await delete();
        await db.Uploads
            .Where(upload => upload.Purpose == UploadPurpose.TaskData && taskIds.Contains(upload.TargetId ?? 0))
            .ExecuteDeleteAsync(cancel);

        // The rows are gone, and with them the way back: a client that hangs up now must not stop the cleaning.
        foreach (var prefix in data.Select(DataKeys.Prefix).Concat(taskIds.Select(DataKeys.TaskUploads)))
        {
            try
            {
                await blobs.DeletePrefixAsync(prefix, CancellationToken.None);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Left(logger, exception, prefix);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The blobs under {Prefix} belong to a deleted task and could not be removed.")]
    private static partial void Left(ILogger logger, Exception exception, string prefix);
}
