using Annotator.Api.CloudStorages;
using Annotator.Api.Errors;
using Annotator.Core;
using Annotator.Core.CloudStorages;
using Annotator.Core.Media;
using Annotator.Core.Media.Sources;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Media;

/// <summary>Tells a task that its files are in another cloud storage from now on: their owner has moved the bucket.</summary>
internal sealed class DataMove(AnnotatorDbContext db, NamedStorages storages, CloudBuckets buckets)
{
    /// <summary>Null when it is done, or was so already.</summary>
    /// <exception cref="CloudStorageException">The new storage cannot be used.</exception>
    public async Task<IResult?> MoveAsync(int taskId, int storageId, CancellationToken cancel)
    {
        var data = await db.TaskData.AsNoTracking().SingleOrDefaultAsync(row => row.TaskId == taskId && row.Size > 0, cancel);
        if (data is null || data.CloudStorageId == storageId)
        {
            return null;
        }

        if (data.Storage != DataStorage.Cloud)
        {
            return Problems.Invalid("cloud_storage_id", "The task's files are not in a cloud storage: they were uploaded or copied, and need none.");
        }

        if (await storages.RefusalAsync("cloud_storage_id", storageId, cancel) is { } refused)
        {
            return refused;
        }

        var (storage, bucket) = await buckets.OpenAsync(storageId, cancel);
        foreach (var key in await SampleAsync(data.Id, cancel))
        {
            if (SourceKey.Cloud(key) is { } file && await bucket.FindAsync(file.ObjectKey, cancel) is null)
            {
                return Problems.Invalid("cloud_storage_id", $"{storage.DisplayName} has no file {file.ObjectKey}, which the task has frames of.");
            }
        }

        await db.TaskData.Where(row => row.Id == data.Id).ExecuteUpdateAsync(row => row.SetProperty(d => d.CloudStorageId, storageId), cancel);
        return null;
    }

    /// <summary>The first and the last file: a bucket that has both is hardly another one.</summary>
    private async Task<List<string>> SampleAsync(int dataId, CancellationToken cancel)
    {
        var frames = db.Frames.Where(frame => frame.DataId == dataId);
        return [
            .. await frames.OrderBy(frame => frame.Number).Select(frame => frame.BlobKey).Take(1)
                .Concat(frames.OrderByDescending(frame => frame.Number).Select(frame => frame.BlobKey).Take(1))
                .Distinct().ToListAsync(cancel)];
    }
}
