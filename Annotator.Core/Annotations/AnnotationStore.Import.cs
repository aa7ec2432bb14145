using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Annotations;

/// <summary>The road of imports.</summary>
public sealed partial class AnnotationStore
{
    /// <summary>
    /// Adds any number of objects by COPY, in one transaction: the road of imports. With <paramref name="replace"/> the job
    /// is emptied first. Returns the new revision. Memory is a few thousand objects, whatever their number. The stream is read
    /// once and must not use the store's context.
    /// </summary>
    /// <exception cref="InvalidAnnotationsException">
    /// Something is wrong with an object; nothing was added. The pointer counts objects: <c>/objects/17</c>.
    /// </exception>
    public async Task<int> AppendAsync(int jobId, int userId, IAsyncEnumerable<AnnotationObject> objects, bool replace, CancellationToken cancel)
    {
        if (db.Database.CurrentTransaction is not null)
        {
            return await AppendWithinAsync(jobId, userId, objects, replace, cancel);
        }

        // Of the connection and not of the context: a stream cannot be read a second time, so nothing here may be tried again.
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await using var own = await Connection.BeginTransactionAsync(cancel);
            await using var transaction = (await db.Database.UseTransactionAsync(own, cancel))!;
            var revision = await AppendWithinAsync(jobId, userId, objects, replace, cancel);
            await transaction.CommitAsync(cancel);
            return revision;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private async Task<int> AppendWithinAsync(int jobId, int userId, IAsyncEnumerable<AnnotationObject> objects, bool replace, CancellationToken cancel)
    {
        var job = await LockedJob.LockAsync(Connection, jobId, cancel);
        using var change = new PendingChange(db, job, userId, await LabelSchema.LoadAsync(Connection, jobId, cancel), time.GetUtcNow()) { IsBulk = true };
        if (replace)
        {
            await EmptyAsync(change, cancel);
        }

        var errors = new AnnotationErrors();
        var validator = new AnnotationValidator(change.Schema, job.TaskFrames, errors);
        var count = 0;
        var part = new List<AnnotationObject>(AnnotationLimits.Batch);
        await foreach (var annotation in objects.WithCancellation(cancel))
        {
            part.Add(validator.Check(annotation with { Id = 0 }, null, "/objects/" + count.ToString(CultureInfo.InvariantCulture)));
            count++;
            if (part.Count == AnnotationLimits.Batch)
            {
                errors.ThrowIfAny();
                await CopyAsync(change, part, cancel);
                part.Clear();
            }
        }

        errors.ThrowIfAny();
        await CopyAsync(change, part, cancel);
        await change.SaveAsync([], cancel);
        return change.Revision;
    }

    private async Task CopyAsync(PendingChange change, List<AnnotationObject> part, CancellationToken cancel)
    {
        var objects = await GiveIdsAsync(part, cancel);
        foreach (var table in objects.GroupBy(AnnotationFields.TableOf))
        {
            var rows = AnnotationRows.Of(table.Key);
            await using var copy = await change.Connection.BeginBinaryImportAsync(rows.Copy, cancel);
            foreach (var annotation in table)
            {
                rows.Write(copy, annotation, change.Job.Id, change.Revision, change.Schema);
                change.Counts.Add(annotation, 1);
            }

            await copy.CompleteAsync(cancel);
        }
    }
}
