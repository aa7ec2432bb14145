using System.Globalization;
using Annotator.Core.Tasks;
using Npgsql;

namespace Annotator.Core.Annotations;

/// <summary>
/// A job whose annotations nobody else changes until the transaction ends. The lock is one of writers of annotations among
/// themselves: the job's row is only kept from being deleted or cut anew, so that its state, stage and assignee can be
/// changed while a long import goes on.
/// </summary>
/// <param name="Frames">The job's own frames.</param>
/// <param name="TaskFrames">All frames of its task; null when the task's size is not known.</param>
internal sealed record LockedJob(int Id, int Revision, FrameRange Frames, FrameRange? TaskFrames)
{
    /// <summary>The first half of the key of the advisory lock; the job's id is the second.</summary>
    private const int WritersLock = 1_463_901_005;

    /// <exception cref="JobGoneException">There is no such job (any more).</exception>
    public static async Task<LockedJob> LockAsync(NpgsqlConnection connection, int jobId, CancellationToken cancel)
    {
        // Two statements: the second one sees what was committed while the first one waited.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock($1, $2)") { Parameters = { new() { Value = WritersLock }, new() { Value = jobId } } },
                new NpgsqlBatchCommand(
                    """
                    SELECT jobs.revision, jobs.start_frame, jobs.stop_frame, coalesce(task_data.size, 0)
                    FROM jobs LEFT JOIN task_data ON task_data.task_id = jobs.task_id
                    WHERE jobs.id = $1
                    FOR KEY SHARE OF jobs
                    """)
                {
                    Parameters = { new() { Value = jobId } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        if (!await reader.ReadAsync(cancel))
        {
            throw new JobGoneException(jobId);
        }

        var size = reader.GetInt32(3);
        return new LockedJob(
            jobId,
            reader.GetInt32(0),
            new FrameRange(reader.GetInt32(1), reader.GetInt32(2)),
            size > 0 ? new FrameRange(0, Math.Max(size - 1, reader.GetInt32(2))) : null);
    }
}

/// <summary>Raised when a job was deleted meanwhile, or never was.</summary>
public sealed class JobGoneException(int jobId) : Exception(string.Create(CultureInfo.InvariantCulture, $"There is no job {jobId}."));

/// <summary>
/// Raised when the connection broke while a change was being committed, so that nobody knows whether it stands. It is not
/// tried again by itself: the caller reads the job and sees.
/// </summary>
public sealed class UncertainCommitException(Exception inner)
    : Exception("The connection to the database broke while the change was being saved. Read the job again to see whether it stands.", inner);
