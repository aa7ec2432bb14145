using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Annotations;

/// <summary>What happens to annotations when their label goes.</summary>
public static class LabelObjects
{
    /// <summary>
    /// Removes every object of the labels, in every job, as one bulk change of each job: its revision advances, so that an
    /// editor that has the job open reads it again. The caller holds the transaction.
    /// </summary>
    public static async Task RemoveAsync(AnnotatorDbContext db, int[] labelIds, int userId, DateTimeOffset now, CancellationToken cancel)
    {
        // Always locked in the same order, so that two removals cannot wait for each other.
        var jobs = await db.Database
            .SqlQuery<int>($"""
                SELECT id AS "Value" FROM jobs
                WHERE id IN (SELECT job_id FROM label_count WHERE label_id = ANY ({labelIds}))
                ORDER BY id FOR UPDATE
                """)
            .ToArrayAsync(cancel);
        if (jobs.Length == 0)
        {
            return;
        }

        await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM tag WHERE job_id = ANY ({jobs}) AND label_id = ANY ({labelIds});
            DELETE FROM shape WHERE job_id = ANY ({jobs}) AND label_id = ANY ({labelIds});
            DELETE FROM track WHERE job_id = ANY ({jobs}) AND label_id = ANY ({labelIds});
            DELETE FROM label_count WHERE job_id = ANY ({jobs}) AND label_id = ANY ({labelIds});
            UPDATE jobs SET revision = revision + 1, updated_date = {now} WHERE id = ANY ({jobs});
            INSERT INTO annotation_change (job_id, revision, user_id, at, client_id, ops)
                SELECT id, revision, {userId}, {now}, NULL, NULL FROM jobs WHERE id = ANY ({jobs});
            """,
            cancel);
    }
}
