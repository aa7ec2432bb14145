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

    /// <summary>
    /// The same for several jobs, in the caller's transaction, to be named in order of id. Their rows are touched when everything
    /// is written, and not before: people who change a job's state or assignee meanwhile do not wait for the whole.
    /// </summary>
    /// <param name="jobs">Each job with its objects; the streams are read one after the other, each once.</param>
    /// <inheritdoc cref="AppendAsync" path="/exception"/>
    public async Task AppendAllAsync(
        int userId, IEnumerable<(int JobId, IAsyncEnumerable<AnnotationObject> Objects)> jobs, bool replace, CancellationToken cancel)
    {
        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("Several jobs change together, or not at all: begin a transaction.");
        }

        var changes = new List<PendingChange>();
        try
        {
            foreach (var (jobId, objects) in jobs)
            {
                changes.Add(await CopyAsync(jobId, userId, objects, replace, cancel));
            }

            foreach (var change in changes)
            {
                await change.SaveAsync([], cancel);
            }
        }
        finally
        {
            changes.ForEach(change => change.Dispose());
        }
    }

    private async Task<int> AppendWithinAsync(int jobId, int userId, IAsyncEnumerable<AnnotationObject> objects, bool replace, CancellationToken cancel)
    {
        using var change = await CopyAsync(jobId, userId, objects, replace, cancel);
        await change.SaveAsync([], cancel);
        return change.Revision;
    }

    /// <summary>Locks the job and writes the objects; the change is still to be saved.</summary>
    private async Task<PendingChange> CopyAsync(int jobId, int userId, IAsyncEnumerable<AnnotationObject> objects, bool replace, CancellationToken cancel)
    {
        var job = await LockedJob.LockAsync(Connection, jobId, cancel);
        var change = new PendingChange(db, job, userId, await LabelSchema.LoadAsync(Connection, jobId, cancel), time.GetUtcNow()) { IsBulk = true };
        try
        {
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
            return change;
        }
        catch
        {
            change.Dispose();
            throw;
        }
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
