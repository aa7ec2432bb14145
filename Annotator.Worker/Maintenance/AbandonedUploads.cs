using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Maintenance;

/// <summary>Uploads that nobody goes on with: files that stopped half way, and whole ones that nothing was ever made of.</summary>
internal sealed class AbandonedUploads(AnnotatorDbContext db, IBlobStore blobs)
{
    private const int AtOnce = 200;

    /// <summary>
    /// Deletes uploads that were not touched since <paramref name="before"/>, their bytes included, and returns how many. Whole files
    /// of a task go only with all that their sender has sent to it; those that its frames were made of are uploads no longer. Whoever has work
    /// running is left alone.
    /// </summary>
    public async Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var removed = 0;
        var last = Guid.Empty;
        while (await Abandoned(before).Where(upload => upload.Id > last).OrderBy(upload => upload.Id).Take(AtOnce).ToListAsync(cancel) is { Count: > 0 } found)
        {
            foreach (var upload in found)
            {
                // Rows go first: a blob without a row costs space until it is found, a row without its blob would be a lie.
                if (await db.Uploads.Where(row => row.Id == upload.Id && row.UpdatedDate < before).ExecuteDeleteAsync(cancel) > 0)
                {
                    await blobs.DeleteAsync(upload.BlobKey, cancel);
                    removed++;
                }
            }

            last = found[^1].Id;
        }

        return removed;
    }

    private IQueryable<Upload> Abandoned(DateTimeOffset before) => db.Uploads.AsNoTracking()
        .Where(upload => upload.UpdatedDate < before)
        .Where(upload => !db.Operations.Any(operation =>
            operation.OwnerId == upload.OwnerId && (operation.State == OperationState.Queued || operation.State == OperationState.Started)))
        .Where(upload => upload.Purpose != UploadPurpose.TaskData
            || upload.Offset < upload.Length
            || !db.Uploads.Any(other => other.Purpose == UploadPurpose.TaskData && other.TargetId == upload.TargetId && other.OwnerId == upload.OwnerId && other.UpdatedDate >= before));
}
