using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Media;

/// <summary>
/// Frees the blobs of deleted tasks. In two steps, because the rows say where the blobs are: <see cref="CollectAsync"/>
/// before the rows go, <see cref="FreeAsync"/> after the deletion is committed. Freeing again does no harm.
/// </summary>
public sealed class TaskDataDeletion(AnnotatorDbContext db, IBlobStore blobs)
{
    /// <summary>What the tasks' media occupy; also deletes their upload rows, in the caller's transaction if there is one.</summary>
    public async Task<IReadOnlyList<string>> CollectAsync(IReadOnlyCollection<int> taskIds, CancellationToken cancel)
    {
        var data = await db.TaskData.AsNoTracking()
            .Where(data => taskIds.Contains(data.TaskId))
            .Select(data => data.Id)
            .ToListAsync(cancel);
        await db.Uploads
            .Where(upload => upload.Purpose == UploadPurpose.TaskData && upload.TargetId != null && taskIds.Contains(upload.TargetId.Value))
            .ExecuteDeleteAsync(cancel);
        return [.. data.Select(DataKeys.Prefix), .. taskIds.Select(DataKeys.TaskUploads)];
    }

    /// <summary>Deletes everything under the prefixes that <see cref="CollectAsync"/> gave.</summary>
    public async Task FreeAsync(IReadOnlyList<string> prefixes, CancellationToken cancel)
    {
        foreach (var prefix in prefixes)
        {
            await blobs.DeletePrefixAsync(prefix, cancel);
        }
    }
}
