using System.Data;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Annotator.Core.Datasets;
using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Annotator.Core.Annotations;

/// <summary>
/// The only reader and writer of the annotation tables. Every method that writes runs in one transaction that locks the job
/// against other writers of annotations, advances <c>revision</c>, adjusts <c>label_count</c> and appends to <c>annotation_change</c>. When the context is in a
/// transaction already, that one is used, so that changes of several jobs stand or fall together; lock jobs in order of id then.
/// </summary>
public sealed partial class AnnotationStore(AnnotatorDbContext db, TimeProvider time)
{
    /// <summary>The most ids of one reservation, and the most ops of one batch.</summary>
    public const int MaxBatch = AnnotationLimits.Batch;

    private NpgsqlConnection Connection => (NpgsqlConnection)db.Database.GetDbConnection();

    /// <summary>Reserves ids for new objects of a job. Unused ids are lost, which is harmless: there are 2^63.</summary>
    /// <param name="count">1 to <see cref="MaxBatch"/>.</param>
    public Task<IdBlock> ReserveIdsAsync(int jobId, int userId, int count, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxBatch);
        return InTransactionAsync(
            repeatable: true,
            async () =>
            {
                await using var command = new NpgsqlCommand(
                    """
                    INSERT INTO id_block (first, job_id, user_id, count, at)
                    SELECT reserve_annotation_ids($3), id, $2, $3, $4 FROM jobs WHERE id = $1
                    RETURNING first
                    """,
                    Connection);
                command.Parameters.Add(new() { Value = jobId });
                command.Parameters.Add(new() { Value = userId });
                command.Parameters.Add(new() { Value = count });
                command.Parameters.Add(new() { Value = time.GetUtcNow() });
                return await command.ExecuteScalarAsync(cancel) is long first ? new IdBlock(first, count) : throw new JobGoneException(jobId);
            },
            cancel);
    }

    /// <summary>
    /// Reads a job, or the given frames of it: tags and shapes on these frames, and every track that reaches into them.
    /// Elements are in order of frame, then id.
    /// </summary>
    /// <exception cref="JobGoneException">There is no such job.</exception>
    public async Task<JobAnnotations> ReadAsync(int jobId, FrameRange? frames, CancellationToken cancel)
    {
        await using var snapshot = await ReadSnapshot.OpenAsync(db, jobId, cancel);
        var tags = new List<Tag>();
        var shapes = new List<Shape>();
        var tracks = new List<Track>();
        await foreach (var annotation in snapshot.ReadAsync(AnnotationRows.Tags, frames, cancel))
        {
            tags.Add((Tag)annotation);
        }

        await foreach (var annotation in snapshot.ReadAsync(AnnotationRows.Shapes, frames, cancel))
        {
            shapes.Add((Shape)annotation);
        }

        await foreach (var annotation in snapshot.ReadAsync(AnnotationRows.Tracks, frames, cancel))
        {
            tracks.Add((Track)annotation);
        }

        return new JobAnnotations(snapshot.Revision, tags, shapes, tracks);
    }

    /// <summary>
    /// Writes what <see cref="ReadAsync"/> reads as the contract's JSON straight from the rows: memory is one object.
    /// </summary>
    /// <param name="begin">Called with the revision before the first byte: the moment to set an ETag, or to answer 304 by returning false.</param>
    /// <returns>The revision.</returns>
    public async Task<int> WriteJsonAsync(int jobId, FrameRange? frames, Stream output, Func<int, bool> begin, CancellationToken cancel)
    {
        await using var snapshot = await ReadSnapshot.OpenAsync(db, jobId, cancel);
        if (!begin(snapshot.Revision))
        {
            return snapshot.Revision;
        }

        await using var writer = new Utf8JsonWriter(output);
        await WriteJsonAsync(snapshot, frames, writer, null, cancel);
        await writer.FlushAsync(cancel);
        return snapshot.Revision;
    }

    /// <summary>Writes a job as backups have it: labels and attributes by their names, and no ids. Memory is one object.</summary>
    /// <param name="labels">The labels of the job's task.</param>
    /// <exception cref="JobGoneException">There is no such job.</exception>
    public async Task WriteNamedJsonAsync(int jobId, Utf8JsonWriter writer, DatasetLabels labels, CancellationToken cancel)
    {
        await using var snapshot = await ReadSnapshot.OpenAsync(db, jobId, cancel);
        await WriteJsonAsync(snapshot, null, writer, labels, cancel);
    }

    private static async Task WriteJsonAsync(ReadSnapshot snapshot, FrameRange? frames, Utf8JsonWriter writer, DatasetLabels? labels, CancellationToken cancel)
    {
        const int flushAt = 64 * 1024;
        writer.WriteStartObject();
        writer.WriteNumber("version", snapshot.Revision);
        foreach (var rows in AnnotationRows.All)
        {
            writer.WriteStartArray(rows.Table + "s");
            await foreach (var annotation in snapshot.ReadAsync(rows, frames, cancel))
            {
                AnnotationJsonWriter.Write(writer, annotation, labels);
                if (writer.BytesPending > flushAt)
                {
                    await writer.FlushAsync(cancel);
                }
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// Tags and shapes of a job in order of frame, then id, one frame at a time from an unbuffered reader: the road of
    /// exports. Tracks come separately (<see cref="ReadTracksAsync"/>). The context can do nothing else until the end.
    /// </summary>
    public async IAsyncEnumerable<FrameObjects> ReadFramesAsync(int jobId, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var snapshot = await ReadSnapshot.OpenAsync(db, jobId, cancel);
        var tags = new List<Tag>();
        await foreach (var annotation in snapshot.ReadAsync(AnnotationRows.Tags, null, cancel))
        {
            tags.Add((Tag)annotation);
        }

        // One connection reads one thing at a time. Tags are small and few: they wait in memory for their frame.
        var tagged = new Queue<IGrouping<int, Tag>>(tags.GroupBy(tag => tag.Frame));
        var frame = -1;
        var shapes = new List<Shape>();
        await foreach (var annotation in snapshot.ReadAsync(AnnotationRows.Shapes, null, cancel))
        {
            if (annotation.Frame != frame)
            {
                foreach (var whole in Before(annotation.Frame))
                {
                    yield return whole;
                }

                (frame, shapes) = (annotation.Frame, []);
            }

            shapes.Add((Shape)annotation);
        }

        foreach (var whole in Before(int.MaxValue))
        {
            yield return whole;
        }

        IEnumerable<FrameObjects> Before(int next)
        {
            while (tagged.TryPeek(out var first) && first.Key < Math.Min(next, shapes.Count > 0 ? frame : int.MaxValue))
            {
                yield return new FrameObjects(first.Key, [.. tagged.Dequeue()], []);
            }

            if (shapes.Count > 0)
            {
                var same = tagged.TryPeek(out var first) && first.Key == frame;
                yield return new FrameObjects(frame, same ? [.. tagged.Dequeue()] : [], shapes);
            }

            while (tagged.TryPeek(out var first) && first.Key < next)
            {
                yield return new FrameObjects(first.Key, [.. tagged.Dequeue()], []);
            }
        }
    }

    /// <summary>Every track of a job in order of first frame, then id. The context can do nothing else until the end.</summary>
    public async IAsyncEnumerable<Track> ReadTracksAsync(int jobId, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var snapshot = await ReadSnapshot.OpenAsync(db, jobId, cancel);
        await foreach (var annotation in snapshot.ReadAsync(AnnotationRows.Tracks, null, cancel))
        {
            yield return (Track)annotation;
        }
    }

    /// <summary>Changes after <paramref name="since"/>, oldest first; null when the log no longer reaches back so far.</summary>
    public async Task<IReadOnlyList<JobChange>?> ReadChangesAsync(int jobId, int since, CancellationToken cancel)
    {
        await using var snapshot = await ReadSnapshot.OpenAsync(db, jobId, cancel);
        var changes = await ChangeLog.ReadAsync(Connection, jobId, since, cancel);

        // Every revision has its row: a smaller number of rows means that the oldest are gone.
        return changes.Count >= snapshot.Revision - since ? changes : null;
    }

    /// <summary>
    /// Runs work that changes a job in one transaction: its own, tried again when the connection breaks, or the context's.
    /// </summary>
    /// <param name="repeatable">
    /// Whether doing it twice does no harm. Else a connection that breaks while committing is an <see cref="UncertainCommitException"/>.
    /// </param>
    private async Task<T> InTransactionAsync<T>(bool repeatable, Func<Task<T>> work, CancellationToken cancel)
    {
        if (db.Database.CurrentTransaction is not null)
        {
            return await work();
        }

        return await db.Database.CreateExecutionStrategy().ExecuteAsync(
            async () =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
                var result = await work();
                try
                {
                    await transaction.CommitAsync(cancel);
                }
                catch (NpgsqlException exception) when (!repeatable && exception is not PostgresException)
                {
                    throw new UncertainCommitException(exception);
                }

                return result;
            });
    }
}

/// <summary>What stands on one frame, tracks apart.</summary>
public sealed record FrameObjects(int Frame, IReadOnlyList<Tag> Tags, IReadOnlyList<Shape> Shapes);
