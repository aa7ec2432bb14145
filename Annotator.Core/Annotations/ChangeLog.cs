using System.Text.Json;
using Npgsql;

namespace Annotator.Core.Annotations;

/// <summary>Reads <c>annotation_change</c>, and what it says of one object.</summary>
internal sealed class ChangeLog
{
    private readonly Dictionary<(string Type, long Id), List<(int Revision, HashSet<string>? Fields)>> _changes = [];
    private readonly int _from;

    private ChangeLog(int from)
    {
        _from = from;
    }

    public static async Task<List<JobChange>> ReadAsync(NpgsqlConnection connection, int jobId, int since, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "SELECT revision, at, user_id, client_id, ops FROM annotation_change WHERE job_id = $1 AND revision > $2 ORDER BY revision",
            connection);
        command.Parameters.Add(new() { Value = jobId });
        command.Parameters.Add(new() { Value = since });
        var changes = new List<JobChange>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            changes.Add(Read(reader));
        }

        return changes;
    }

    /// <summary>What others than <paramref name="clientId"/> did since a revision.</summary>
    public static async Task<ChangeLog> ReadOthersAsync(NpgsqlConnection connection, LockedJob job, Guid clientId, int since, CancellationToken cancel)
    {
        var changes = await ReadAsync(connection, job.Id, since, cancel);
        var log = new ChangeLog(job.Revision - changes.Count);
        foreach (var change in changes.Where(change => change.ClientId != clientId && change.Ops is not null))
        {
            foreach (var op in change.Ops!.Value.EnumerateArray())
            {
                var key = (op.GetProperty("type").GetString()!, op.GetProperty("id").GetInt64());
                HashSet<string>? fields = op.TryGetProperty("set", out var set) ? [.. set.EnumerateObject().Select(field => field.Name)] : null;
                if (!log._changes.TryGetValue(key, out var list))
                {
                    log._changes.Add(key, list = []);
                }

                list.Add((change.Revision, fields));
            }
        }

        return log;
    }

    /// <summary>Whether others changed the field of the object after a revision. What the log has forgotten counts as changed.</summary>
    public bool Touches(AnnotationTable table, long id, int since, string field) =>
        since < _from
        || (_changes.TryGetValue((table.ToWire(), id), out var list)
            && list.Any(change => change.Revision > since && (change.Fields is null || change.Fields.Contains(field))));

    public bool Touches(AnnotationTable table, long id, int since) =>
        since < _from || (_changes.TryGetValue((table.ToWire(), id), out var list) && list.Any(change => change.Revision > since));

    private static JobChange Read(NpgsqlDataReader reader)
    {
        JsonElement? ops = reader.IsDBNull(4) ? null : StoredJson.Decompress(reader.GetFieldValue<byte[]>(4));
        return new JobChange(
            reader.GetInt32(0),
            reader.GetFieldValue<DateTimeOffset>(1),
            reader.GetInt32(2),
            reader.IsDBNull(3) ? null : reader.GetGuid(3),
            ops);
    }
}
