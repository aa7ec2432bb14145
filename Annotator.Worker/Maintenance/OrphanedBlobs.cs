using System.Globalization;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Worker.Media;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Maintenance;

/// <summary>
/// Blobs that no row knows of: what a process left behind that was killed between the two. Rows are committed before the blobs
/// of their media are written, and uploads and exports get time to be registered, so that nothing is taken that is in use.
/// </summary>
internal sealed class OrphanedBlobs(AnnotatorDbContext db, IBlobStore blobs, TaskUploadBlobs taskUploads)
{
    private const int AtOnce = 1000;

    /// <summary>Deletes the blobs of tasks that are no more, and uploads and exports without a row that are older than <paramref name="before"/>.</summary>
    /// <returns>How many single blobs went; whole tasks are not counted.</returns>
    public async Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancel)
    {
        await RemoveOfDeletedTasksAsync(cancel);
        return await RemoveUnusedTaskUploadsAsync(before, cancel)
            + await RemoveUnknownAsync("uploads/", before, db.Uploads.Select(upload => upload.Id), cancel)
            + await RemoveUnknownAsync("exports/", before, db.Operations.Select(operation => operation.Id), cancel);
    }

    private async Task RemoveOfDeletedTasksAsync(CancellationToken cancel)
    {
        var (dataIds, taskIds) = (await IdsAsync("data/", cancel), await IdsAsync("tasks/", cancel));
        var liveData = await db.TaskData.Where(data => dataIds.Contains(data.Id)).Select(data => data.Id).ToListAsync(cancel);
        var liveTasks = await db.Tasks.Where(task => taskIds.Contains(task.Id)).Select(task => task.Id).ToListAsync(cancel);
        foreach (var prefix in dataIds.Except(liveData).Select(DataKeys.Prefix).Concat(taskIds.Except(liveTasks).Select(DataKeys.TaskUploads)))
        {
            await blobs.DeletePrefixAsync(prefix, cancel);
        }
    }

    private async Task<HashSet<int>> IdsAsync(string prefix, CancellationToken cancel)
    {
        var ids = new HashSet<int>();
        await foreach (var blob in blobs.ListAsync(prefix, cancel))
        {
            if (NumberIn(blob.Key) is { } id)
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    /// <summary>Task by task, as the store lists them.</summary>
    private async Task<int> RemoveUnusedTaskUploadsAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var (removed, taskId, old) = (0, 0, new List<string>());
        await foreach (var blob in blobs.ListAsync("tasks/", cancel))
        {
            if (NumberIn(blob.Key) is not { } owner || blob.LastModified >= before)
            {
                continue;
            }

            if (owner != taskId)
            {
                removed += await taskUploads.RemoveUnusedAsync(taskId, old, cancel);
                (taskId, old) = (owner, []);
            }

            old.Add(blob.Key);
        }

        return removed + await taskUploads.RemoveUnusedAsync(taskId, old, cancel);
    }

    /// <summary>Blobs whose key ends in the id of a row: those without one are deleted.</summary>
    private async Task<int> RemoveUnknownAsync(string prefix, DateTimeOffset before, IQueryable<Guid> rows, CancellationToken cancel)
    {
        var old = new Dictionary<Guid, string>();
        await foreach (var blob in blobs.ListAsync(prefix, cancel))
        {
            if (blob.LastModified < before && Guid.TryParseExact(blob.Key.AsSpan(prefix.Length), "N", out var id))
            {
                old[id] = blob.Key;
            }
        }

        var removed = 0;
        foreach (var page in old.Chunk(AtOnce))
        {
            var ids = page.Select(one => one.Key).ToList();
            var known = await rows.Where(id => ids.Contains(id)).ToHashSetAsync(cancel);
            foreach (var (_, key) in page.Where(one => !known.Contains(one.Key)))
            {
                await blobs.DeleteAsync(key, cancel);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>The number in <c>tasks/12/uploads/…</c> and <c>data/12/…</c>.</summary>
    private static int? NumberIn(string key) => int.TryParse(key.Split('/')[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
