using System.Data;
using System.Runtime.CompilerServices;
using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Annotator.Core.Annotations;

/// <summary>One revision of a job for as long as it is read: rows, labels and revision belong together.</summary>
internal sealed class ReadSnapshot : IAsyncDisposable
{
    private readonly AnnotatorDbContext _db;
    private readonly NpgsqlTransaction? _transaction;
    private readonly int _jobId;
    private readonly LabelSchema _schema;

    private ReadSnapshot(AnnotatorDbContext db, NpgsqlTransaction? transaction, int jobId, int revision, LabelSchema schema)
    {
        (_db, _transaction, _jobId, Revision, _schema) = (db, transaction, jobId, revision, schema);
    }

    public int Revision { get; }

    public static async Task<ReadSnapshot> OpenAsync(AnnotatorDbContext db, int jobId, CancellationToken cancel)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await db.Database.OpenConnectionAsync(cancel);
        NpgsqlTransaction? transaction = null;
        try
        {
            // Of the connection and not of the context: reading needs no strategy of retries, and the context may have one.
            transaction = db.Database.CurrentTransaction is null
                ? await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel)
                : null;
            await using var command = new NpgsqlCommand("SELECT revision FROM jobs WHERE id = $1", connection);
            command.Parameters.Add(new() { Value = jobId });
            var revision = await command.ExecuteScalarAsync(cancel) as int? ?? throw new JobGoneException(jobId);
            return new ReadSnapshot(db, transaction, jobId, revision, await LabelSchema.LoadAsync(connection, jobId, cancel));
        }
        catch
        {
            await CloseAsync(db, transaction);
            throw;
        }
    }

    /// <summary>Objects of one table in order of frame, then id, as the reader delivers them.</summary>
    public async IAsyncEnumerable<AnnotationObject> ReadAsync(AnnotationRows rows, FrameRange? frames, [EnumeratorCancellation] CancellationToken cancel)
    {
        var where = frames is null ? "" : $" AND {rows.InFrames}";
        await using var command = new NpgsqlCommand($"{rows.Select}{where} ORDER BY {rows.OrderBy}", (NpgsqlConnection)_db.Database.GetDbConnection());
        command.Parameters.Add(new() { Value = _jobId });
        if (frames is { } range)
        {
            command.Parameters.Add(new() { Value = range.First });
            command.Parameters.Add(new() { Value = range.Last });
        }

        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            yield return rows.Read(reader, _schema);
        }
    }

    public ValueTask DisposeAsync() => CloseAsync(_db, _transaction);

    private static async ValueTask CloseAsync(AnnotatorDbContext db, NpgsqlTransaction? transaction)
    {
        if (transaction is not null)
        {
            await transaction.DisposeAsync();
        }

        await db.Database.CloseConnectionAsync();
    }
}
