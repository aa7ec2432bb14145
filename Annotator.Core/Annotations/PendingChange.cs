using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Annotator.Core.Annotations;

/// <summary>
/// One change of one job in the making, inside the transaction that holds the lock on the job's row. Objects are noted as they
/// are decided; <see cref="SaveAsync"/> writes rows, counts, log and the new revision in a few round trips.
/// </summary>
internal sealed class PendingChange(AnnotatorDbContext db, LockedJob job, int userId, LabelSchema schema, DateTimeOffset at)
    : IDisposable
{
    /// <summary>From here on new rows travel by COPY instead of arrays.</summary>
    private const int CopyFrom = 500;

    private readonly Dictionary<(AnnotationTable Table, long Id), (AnnotationObject? Before, AnnotationObject? After, AnnotationObject? Removed)> _objects = [];
    private readonly LabelCounts _counts = new();
    private readonly System.Buffers.ArrayBufferWriter<byte> _ops = new();
    private Utf8JsonWriter? _log;

    public NpgsqlConnection Connection { get; } = (NpgsqlConnection)db.Database.GetDbConnection();
    public LockedJob Job => job;
    public int UserId => userId;
    public LabelSchema Schema => schema;
    public DateTimeOffset At => at;
    public int Revision => job.Revision + 1;

    /// <summary>The journal the change comes from; null for changes that are no ops.</summary>
    public Guid? ClientId { get; init; }

    /// <summary>True for a change too large to be told op by op: readers of the log load the job again.</summary>
    public bool IsBulk { get; set; }

    public LabelCounts Counts => _counts;

    public void Add(AnnotationObject added)
    {
        Note(null, added);
        Log(OpKind.Add, added, null, writer =>
        {
            writer.WritePropertyName("value");
            AnnotationJsonWriter.Write(writer, added);
        });
    }

    public void Update(AnnotationObject before, AnnotationObject after, int revision, IReadOnlyList<string> fields)
    {
        Note(before, after);
        Log(OpKind.Update, after, revision, writer =>
        {
            var whole = AnnotationJsonWriter.ToElement(after);
            writer.WriteStartObject("set");
            foreach (var field in fields)
            {
                writer.WritePropertyName(field);
                if (whole.TryGetProperty(field, out var value))
                {
                    value.WriteTo(writer);
                }
                else
                {
                    // A track's interpolation is left out where it is what everybody takes for granted; a change to that is said.
                    writer.WriteStringValue("cvat");
                }
            }

            writer.WriteEndObject();
        });
    }

    public void Remove(AnnotationObject removed, int revision)
    {
        Note(removed, null);
        Log(OpKind.Remove, removed, revision, writer =>
        {
            writer.WritePropertyName("value");
            AnnotationJsonWriter.Write(writer, removed);
        });
    }

    /// <summary>Writes everything that was noted and advances the job's revision.</summary>
    /// <param name="more">Statements that belong to the same change.</param>
    public async Task SaveAsync(IEnumerable<NpgsqlBatchCommand> more, CancellationToken cancel)
    {
        foreach (var rows in AnnotationRows.All)
        {
            await SaveRowsAsync(rows, cancel);
        }

        await using var batch = new NpgsqlBatch(Connection);
        Append(batch, _counts.ToCommand(job.Id));
        foreach (var command in Tombstones().Concat(more))
        {
            batch.BatchCommands.Add(command);
        }

        Append(batch, new NpgsqlBatchCommand("INSERT INTO annotation_change (job_id, revision, user_id, at, client_id, ops) VALUES ($1, $2, $3, $4, $5, $6)")
        {
            Parameters =
            {
                new() { Value = job.Id },
                new() { Value = Revision },
                new() { Value = userId },
                new() { Value = at },
                new() { Value = (object?)ClientId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = (object?)CompressedOps() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea },
            },
        });
        Append(batch, new NpgsqlBatchCommand("UPDATE jobs SET revision = $2, updated_date = $3 WHERE id = $1")
        {
            Parameters = { new() { Value = job.Id }, new() { Value = Revision }, new() { Value = at } },
        });
        await batch.ExecuteNonQueryAsync(cancel);
        AdvancedJobs.Note(db, job.Id, Revision);
    }

    public void Dispose() => _log?.Dispose();

    private static void Append(NpgsqlBatch batch, NpgsqlBatchCommand? command)
    {
        if (command is not null)
        {
            batch.BatchCommands.Add(command);
        }
    }

    /// <summary>Several steps on one object in a batch become one: from what it was before the first to what it is after the last.</summary>
    private void Note(AnnotationObject? before, AnnotationObject? after)
    {
        var known = (before ?? after)!;
        var key = (AnnotationFields.TableOf(known), known.Id);
        _objects[key] = (_objects.TryGetValue(key, out var earlier) ? earlier.Before : before, after, after is null ? before : null);
        if (before is not null)
        {
            _counts.Add(before, -1);
        }

        if (after is not null)
        {
            _counts.Add(after, 1);
        }
    }

    private void Log(OpKind kind, AnnotationObject annotation, int? revision, Action<Utf8JsonWriter> writeContent)
    {
        if (IsBulk)
        {
            return;
        }

        if (_log is null)
        {
            _log = new Utf8JsonWriter(_ops);
            _log.WriteStartArray();
        }

        _log.WriteStartObject();
        _log.WriteString("op", kind.ToWire());
        _log.WriteString("type", AnnotationFields.TableOf(annotation).ToWire());
        _log.WriteNumber("id", annotation.Id);
        if (revision is { } seen)
        {
            _log.WriteNumber("rev", seen);
        }

        writeContent(_log);
        _log.WriteEndObject();
    }

    private byte[]? CompressedOps()
    {
        if (IsBulk)
        {
            return null;
        }

        if (_log is null)
        {
            return StoredJson.Compress("[]"u8.ToArray());
        }

        _log.WriteEndArray();
        _log.Flush();
        return StoredJson.Compress(_ops.WrittenMemory);
    }

    private async Task SaveRowsAsync(AnnotationRows rows, CancellationToken cancel)
    {
        var mine = _objects.Where(pair => AnnotationRows.Of(pair.Key.Table) == rows).ToList();
        var gone = mine.Where(pair => pair.Value is { Before: not null, After: null }).Select(pair => pair.Key.Id).ToArray();
        if (gone.Length > 0)
        {
            await using var delete = new NpgsqlCommand(rows.Delete, Connection);
            delete.Parameters.Add(new() { Value = job.Id });
            delete.Parameters.Add(new() { Value = gone });
            await delete.ExecuteNonQueryAsync(cancel);
        }

        var added = mine.Where(pair => pair.Value is { Before: null, After: not null }).Select(pair => pair.Value.After!).ToList();
        var changed = mine.Where(pair => pair.Value is { Before: not null, After: not null }).Select(pair => pair.Value.After!).ToList();
        if (added.Count >= CopyFrom)
        {
            await using var copy = await Connection.BeginBinaryImportAsync(rows.Copy, cancel);
            foreach (var annotation in added)
            {
                rows.Write(copy, annotation, job.Id, Revision, schema);
            }

            await copy.CompleteAsync(cancel);
        }
        else
        {
            changed.AddRange(added);
        }

        foreach (var part in changed.Chunk(AnnotationLimits.Batch))
        {
            await UpsertAsync(rows, part, cancel);
        }
    }

    private async Task UpsertAsync(AnnotationRows rows, AnnotationObject[] objects, CancellationToken cancel)
    {
        await using var upsert = new NpgsqlCommand(rows.Upsert, Connection);
        upsert.Parameters.Add(new() { Value = job.Id });
        upsert.Parameters.Add(new() { Value = Revision });
        var values = Array.ConvertAll(objects, annotation => rows.Values(annotation, schema));
        for (var column = 0; column < rows.Columns.Count; column++)
        {
            var index = column;
            upsert.Parameters.Add(new()
            {
                Value = ColumnOf(rows.Types[column], values.Select(row => row[index]), values.Length),
                NpgsqlDbType = NpgsqlDbType.Array | rows.Types[column],
            });
        }

        await upsert.ExecuteNonQueryAsync(cancel);
    }

    private static Array ColumnOf(NpgsqlDbType type, IEnumerable<object?> values, int count)
    {
        Array column = type switch
        {
            NpgsqlDbType.Bigint => new long[count],
            NpgsqlDbType.Integer => new int[count],
            NpgsqlDbType.Smallint => new short[count],
            NpgsqlDbType.Real => new float[count],
            NpgsqlDbType.Bytea => new byte[]?[count],
            NpgsqlDbType.Jsonb => new string?[count],
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No annotation column has this type."),
        };
        var row = 0;
        foreach (var value in values)
        {
            column.SetValue(value, row++);
        }

        return column;
    }

    /// <summary>Keeps what was removed for those who come too late with a change of it, and forgets it when it is back.</summary>
    private IEnumerable<NpgsqlBatchCommand> Tombstones()
    {
        if (IsBulk)
        {
            yield break;
        }

        var back = _objects.Where(pair => pair.Value is { Before: null, After: not null }).Select(pair => pair.Key).ToList();
        if (back.Count > 0)
        {
            yield return new NpgsqlBatchCommand("DELETE FROM removed_object WHERE job_id = $1 AND id = ANY ($2) AND (id, kind) IN (SELECT * FROM unnest($2, $3))")
            {
                Parameters =
                {
                    new() { Value = job.Id },
                    new() { Value = back.ConvertAll(key => key.Id).ToArray() },
                    new() { Value = back.ConvertAll(key => (short)key.Table).ToArray() },
                },
            };
        }

        var gone = _objects.Where(pair => pair.Value is { Before: not null, After: null }).ToList();
        if (gone.Count > 0)
        {
            yield return new NpgsqlBatchCommand(
                """
                INSERT INTO removed_object (id, job_id, revision, kind, value)
                SELECT id, $1, $2, kind, value FROM unnest($3, $4, $5) AS rows (id, kind, value)
                ON CONFLICT (job_id, id, kind) DO UPDATE SET revision = EXCLUDED.revision, value = EXCLUDED.value
                """)
            {
                Parameters =
                {
                    new() { Value = job.Id },
                    new() { Value = Revision },
                    new() { Value = gone.ConvertAll(pair => pair.Key.Id).ToArray() },
                    new() { Value = gone.ConvertAll(pair => (short)pair.Key.Table).ToArray() },
                    new() { Value = gone.ConvertAll(pair => StoredJson.Compress(OpsJson.ToBytes(writer => AnnotationJsonWriter.Write(writer, pair.Value.Removed!)))).ToArray() },
                },
            };
        }
    }
}
