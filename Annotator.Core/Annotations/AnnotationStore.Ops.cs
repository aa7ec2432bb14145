using Npgsql;

namespace Annotator.Core.Annotations;

/// <summary>The editor's ops: docs/annotations-protocol.md.</summary>
public sealed partial class AnnotationStore
{
    /// <summary>Applies the editor's batch: see docs/annotations-protocol.md for the rules of merging.</summary>
    /// <exception cref="InvalidAnnotationsException">An op is not valid; nothing was applied.</exception>
    /// <exception cref="BatchOutOfOrderException">A batch before this one is missing.</exception>
    /// <exception cref="JobGoneException">There is no such job.</exception>
    public Task<OpsAnswer> ApplyAsync(int jobId, int userId, OpsBatch batch, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Ops.Count, MaxBatch);
        return InTransactionAsync(repeatable: true, () => ApplyLockedAsync(jobId, userId, batch, cancel), cancel);
    }

    private async Task<OpsAnswer> ApplyLockedAsync(int jobId, int userId, OpsBatch batch, CancellationToken cancel)
    {
        // The lock comes first: of two copies of one batch the second waits here and then finds the first one's answer.
        var job = await LockedJob.LockAsync(Connection, jobId, cancel);
        if (await FindAnswerAsync(jobId, batch, cancel) is { } answer)
        {
            return answer;
        }

        using var change = new PendingChange(db, job, userId, await LabelSchema.LoadAsync(Connection, jobId, cancel), time.GetUtcNow())
        {
            ClientId = batch.ClientId,
        };
        var merge = new OpsMerge(change, await LoadAsync(change, batch, cancel));
        var results = merge.Apply(batch);
        await change.SaveAsync([AnswerCommand(change, batch, results)], cancel);
        return new OpsAnswer(change.Revision, results, Replayed: false);
    }

    /// <summary>The answer that the batch got when it came first; null when it is the one to apply now.</summary>
    private async Task<OpsAnswer?> FindAnswerAsync(int jobId, OpsBatch batch, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT sequence, revision, CASE WHEN sequence = $3 THEN results END FROM ops_batch
            WHERE job_id = $1 AND client_id = $2
              AND (sequence = $3 OR sequence = (SELECT max(sequence) FROM ops_batch WHERE job_id = $1 AND client_id = $2))
            ORDER BY sequence
            """,
            Connection);
        command.Parameters.Add(new() { Value = jobId });
        command.Parameters.Add(new() { Value = batch.ClientId });
        command.Parameters.Add(new() { Value = batch.Sequence });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var last = 0;
        while (await reader.ReadAsync(cancel))
        {
            last = reader.GetInt32(0);
            if (last == batch.Sequence)
            {
                var results = StoredJson.Decompress(await reader.GetFieldValueAsync<byte[]>(2, cancel));
                return new OpsAnswer(reader.GetInt32(1), OpsJson.ReadResults(results), Replayed: true);
            }
        }

        return batch.Sequence == last + 1 ? null : throw new BatchOutOfOrderException(last + 1);
    }

    private static async Task<OpsContext> LoadAsync(PendingChange change, OpsBatch batch, CancellationToken cancel)
    {
        var context = new OpsContext();
        foreach (var table in batch.Ops.GroupBy(op => op.Table))
        {
            var ids = table.Select(op => op.Id).Distinct().ToArray();
            foreach (var stored in await SelectAsync(change, AnnotationRows.Of(table.Key), "id = ANY ($2)", ids, cancel))
            {
                context.Stored.Add((table.Key, stored.Object.Id), stored);
            }
        }

        await LoadRemovedAsync(change, batch, context, cancel);
        await LoadBlocksAsync(change, batch, context, cancel);

        // Only what somebody changed after the client saw it needs a look into the log.
        var late = batch.Ops
            .Where(op => op.Kind != OpKind.Add && context.Stored.TryGetValue((op.Table, op.Id), out var stored) && stored.Revision > op.Revision)
            .Select(op => op.Revision)
            .ToList();
        if (late.Count > 0)
        {
            context.Others = await ChangeLog.ReadOthersAsync(change.Connection, change.Job, batch.ClientId, late.Min(), cancel);
        }

        return context;
    }

    private static async Task LoadRemovedAsync(PendingChange change, OpsBatch batch, OpsContext context, CancellationToken cancel)
    {
        var missing = batch.Ops.Where(op => !context.Stored.ContainsKey((op.Table, op.Id))).Select(op => op.Id).Distinct().ToArray();
        if (missing.Length == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand("SELECT id, kind, value FROM removed_object WHERE job_id = $1 AND id = ANY ($2)", change.Connection);
        command.Parameters.Add(new() { Value = change.Job.Id });
        command.Parameters.Add(new() { Value = missing });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var table = (AnnotationTable)reader.GetInt16(1);
            var value = StoredJson.Decompress(await reader.GetFieldValueAsync<byte[]>(2, cancel));
            context.Removed.Add((table, reader.GetInt64(0)), AnnotationJson.Read(table, value, "", new AnnotationErrors()));
        }
    }

    private static async Task LoadBlocksAsync(PendingChange change, OpsBatch batch, OpsContext context, CancellationToken cancel)
    {
        var added = batch.Ops.Where(op => op.Kind == OpKind.Add).Select(op => op.Id).ToList();
        if (added.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            "SELECT first, count FROM id_block WHERE job_id = $1 AND user_id = $2 AND first <= $3 AND first + count > $4", change.Connection);
        command.Parameters.Add(new() { Value = change.Job.Id });
        command.Parameters.Add(new() { Value = change.UserId });
        command.Parameters.Add(new() { Value = added.Max() });
        command.Parameters.Add(new() { Value = added.Min() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            context.Blocks.Add(new IdBlock(reader.GetInt64(0), reader.GetInt32(1)));
        }
    }

    private static NpgsqlBatchCommand AnswerCommand(PendingChange change, OpsBatch batch, IReadOnlyList<OpResult> results) =>
        new("INSERT INTO ops_batch (job_id, client_id, sequence, revision, at, results) VALUES ($1, $2, $3, $4, $5, $6)")
        {
            Parameters =
            {
                new() { Value = change.Job.Id },
                new() { Value = batch.ClientId },
                new() { Value = batch.Sequence },
                new() { Value = change.Revision },
                new() { Value = change.At },
                new() { Value = StoredJson.Compress(OpsJson.ToBytes(writer => OpsJson.Write(writer, results))) },
            },
        };
}
