using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Annotations;

/// <summary>Which of what surrounds annotations is too old to be kept; see docs/annotations-protocol.md.</summary>
/// <param name="Changes">The change log, and removed objects with it, before this moment.</param>
/// <param name="Answers">Answers to batches before this moment, but for the newest of each journal.</param>
/// <param name="Journals">Also the newest answer of a journal, when it is older than this.</param>
public sealed record PruningLimits(DateTimeOffset Changes, DateTimeOffset Answers, DateTimeOffset Journals);

/// <summary>How many rows were deleted.</summary>
public sealed record PruningResult(long Changes, long RemovedObjects, long Answers)
{
    public static PruningResult operator +(PruningResult one, PruningResult other) =>
        new(one.Changes + other.Changes, one.RemovedObjects + other.RemovedObjects, one.Answers + other.Answers);
}

/// <summary>What would otherwise grow for ever.</summary>
public sealed partial class AnnotationStore
{
    /// <summary>
    /// Deletes what is too old, a few hundred jobs at a time, each time in a transaction of its own; stopped half way, it goes on
    /// the next time. The log stays without gaps: what goes is its beginning. Annotations themselves are not touched.
    /// </summary>
    public async Task<PruningResult> PruneAsync(PruningLimits before, CancellationToken cancel)
    {
        const int atOnce = 500;
        var total = new PruningResult(0, 0, 0);
        int[] jobs;
        for (var last = 0; ; last = jobs[^1])
        {
            var after = last;
            jobs = await db.Jobs.Where(job => job.Id > after).OrderBy(job => job.Id).Select(job => job.Id).Take(atOnce).ToArrayAsync(cancel);
            if (jobs.Length == 0)
            {
                return total;
            }

            total += await PruneAsync(jobs, before, cancel);
        }
    }

    private Task<PruningResult> PruneAsync(int[] jobs, PruningLimits before, CancellationToken cancel) =>
        db.Database.SqlQuery<PruningResult>(
            $"""
            WITH kept AS MATERIALIZED (
                SELECT job.id, coalesce(
                    (SELECT change.revision FROM annotation_change AS change
                     WHERE change.job_id = job.id AND change.at >= {before.Changes}
                     ORDER BY change.revision LIMIT 1),
                    {int.MaxValue}) AS revision
                FROM unnest({jobs}) AS job (id)),
            changes AS (
                DELETE FROM annotation_change AS change USING kept
                WHERE change.job_id = kept.id AND change.revision < kept.revision RETURNING 1),
            removed AS (
                DELETE FROM removed_object AS removed USING kept
                WHERE removed.job_id = kept.id AND removed.revision < kept.revision RETURNING 1),
            answers AS (
                DELETE FROM ops_batch AS batch
                WHERE batch.job_id = ANY ({jobs}) AND batch.at < {before.Answers}
                  AND (batch.at < {before.Journals} OR EXISTS (
                      SELECT 1 FROM ops_batch AS later
                      WHERE later.job_id = batch.job_id AND later.client_id = batch.client_id AND later.sequence > batch.sequence))
                RETURNING 1)
            SELECT (SELECT count(*) FROM changes) AS "Changes", (SELECT count(*) FROM removed) AS "RemovedObjects", (SELECT count(*) FROM answers) AS "Answers"
            """)
            .AsAsyncEnumerable().SingleAsync(cancel).AsTask();
}
