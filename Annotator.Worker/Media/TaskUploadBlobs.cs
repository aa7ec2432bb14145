using Annotator.Core;
using Annotator.Core.Media;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Media;

/// <summary>The blobs that were uploaded as a task's data. Uploads refer to them until there are frames, and frames from then on.</summary>
internal sealed class TaskUploadBlobs(AnnotatorDbContext db, IBlobStore blobs)
{
    /// <summary>
    /// Deletes those of the blobs that neither an upload nor a frame of the task refers to, and returns how many. List the blobs
    /// before calling: an upload that begins meanwhile has its row before its blob.
    /// </summary>
    public async Task<int> RemoveUnusedAsync(int taskId, IReadOnlyCollection<string> keys, CancellationToken cancel)
    {
        if (keys.Count == 0)
        {
            return 0;
        }

        var used = await db.Frames.Where(frame => db.TaskData.Any(data => data.Id == frame.DataId && data.TaskId == taskId)).Select(frame => frame.BlobKey).Distinct()
            .Concat(db.RelatedImages.Where(image => db.TaskData.Any(data => data.Id == image.DataId && data.TaskId == taskId)).Select(image => image.BlobKey).Distinct())
            .Concat(db.Uploads.Where(upload => upload.Purpose == UploadPurpose.TaskData && upload.TargetId == taskId).Select(upload => upload.BlobKey))
            .ToHashSetAsync(StringComparer.Ordinal, cancel);
        var removed = 0;
        foreach (var key in keys.Where(key => !used.Contains(key)))
        {
            await blobs.DeleteAsync(key, cancel);
            removed++;
        }

        return removed;
    }
}
