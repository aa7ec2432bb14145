using System.Buffers;
using System.Text.Json;

namespace Annotator.Core.Annotations;

/// <summary>The wire form of ops, their answers and the changes they become: docs/annotations-protocol.md.</summary>
public static class OpsJson
{
    /// <summary>Reads the body of <c>POST /api/jobs/{id}/ops</c>. The stream must be bounded by the caller.</summary>
    /// <exception cref="InvalidAnnotationsException">The body is not a batch of ops.</exception>
    public static async Task<OpsBatch> ReadAsync(Stream body, CancellationToken cancel)
    {
        using var document = await AnnotationJson.ParseAsync(body, cancel);
        return Read(document.RootElement);
    }

    /// <inheritdoc cref="ReadAsync"/>
    public static OpsBatch Read(JsonElement root)
    {
        var errors = new AnnotationErrors();
        var values = new JsonValues(errors);
        if (root.ValueKind != JsonValueKind.Object)
        {
            errors.Add("", "type", "An object with client_id, seq, base and ops is expected.");
            errors.ThrowIfAny();
        }

        var clientId = Guid.Empty;
        if (!root.TryGetProperty("client_id", out var client) || client.ValueKind != JsonValueKind.String || !client.TryGetGuid(out clientId))
        {
            errors.Add("/client_id", "required", "client_id is a UUID.");
        }

        var sequence = Required(root, "seq", errors) is { } seq ? values.Integer(seq, "/seq", 1, int.MaxValue) : 0;
        var revision = Required(root, "base", errors) is { } given ? values.Integer(given, "/base", 0, int.MaxValue) : 0;
        var list = Required(root, "ops", errors);
        var ops = list is { } items ? values.List(items, "/ops", AnnotationLimits.Batch, (value, at) => ReadOp(value, at, values, errors)) : [];
        if (list is not null && errors.Count == 0 && ops.Count == 0)
        {
            errors.Add("/ops", "too-few", $"A batch has 1 to {AnnotationLimits.Batch} ops.");
        }

        errors.ThrowIfAny();
        return new OpsBatch(clientId, sequence, revision, ops);
    }

    public static void Write(Utf8JsonWriter writer, OpsAnswer answer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("revision", answer.Revision);
        writer.WritePropertyName("results");
        Write(writer, answer.Results);
        writer.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter writer, IReadOnlyList<OpResult> results)
    {
        writer.WriteStartArray();
        foreach (var result in results)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", result.Id);
            writer.WriteString("status", result.Status.ToWire());
            if (result.Status == OpStatus.Conflict)
            {
                writer.WriteStartArray("fields");
                foreach (var field in result.Fields)
                {
                    writer.WriteStringValue(field);
                }

                writer.WriteEndArray();
            }

            if (result.Status != OpStatus.Ok)
            {
                writer.WritePropertyName("current");
                if (result.Current is { } current)
                {
                    current.WriteTo(writer);
                }
                else
                {
                    writer.WriteNullValue();
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    internal static List<OpResult> ReadResults(JsonElement results) =>
        [.. results.EnumerateArray().Select(result => new OpResult(
            result.GetProperty("id").GetInt64(),
            result.GetProperty("status").GetString() switch
            {
                "resurrected" => OpStatus.Resurrected,
                "conflict" => OpStatus.Conflict,
                _ => OpStatus.Ok,
            },
            result.TryGetProperty("current", out var current) && current.ValueKind == JsonValueKind.Object ? current.Clone() : null,
            result.TryGetProperty("fields", out var fields) ? [.. fields.EnumerateArray().Select(field => field.GetString()!)] : []))];

    /// <summary>JSON made by <paramref name="write"/>, as bytes.</summary>
    internal static ReadOnlyMemory<byte> ToBytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return buffer.WrittenMemory;
    }

    private static Op ReadOp(JsonElement value, string at, JsonValues values, AnnotationErrors errors)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            errors.Add(at, "type", "An op is an object.");
            return new Op(default, default, 0, 0, null);
        }

        OpKind? kind = Word(value, "op") switch
        {
            "add" => OpKind.Add,
            "update" => OpKind.Update,
            "remove" => OpKind.Remove,
            _ => null,
        };
        AnnotationTable? table = Word(value, "type") switch
        {
            "tag" => AnnotationTable.Tag,
            "shape" => AnnotationTable.Shape,
            "track" => AnnotationTable.Track,
            _ => null,
        };
        if (kind is null)
        {
            errors.Add(at + "/op", "unknown-op", "An op is add, update or remove.");
        }

        if (table is null)
        {
            errors.Add(at + "/type", "unknown-type", "An op's type is tag, shape or track.");
        }

        var id = value.TryGetProperty("id", out var given) ? values.Id(given, at + "/id") : 0;
        if (id == 0)
        {
            errors.Add(at + "/id", "required", "id is a whole number above 0.");
        }

        var revision = 0;
        if (kind is OpKind.Update or OpKind.Remove)
        {
            revision = value.TryGetProperty("rev", out var rev) ? values.Integer(rev, at + "/rev", 0, int.MaxValue) : -1;
            if (revision < 0)
            {
                errors.Add(at + "/rev", "required", "rev is the revision at which the object was last seen.");
            }
        }

        var name = kind switch { OpKind.Add => "value", OpKind.Update => "set", _ => null };
        JsonElement? content = null;
        if (name is not null)
        {
            if (value.TryGetProperty(name, out var fields) && fields.ValueKind == JsonValueKind.Object)
            {
                content = fields.Clone();
            }
            else
            {
                errors.Add($"{at}/{name}", "required", $"{name} is an object.");
            }
        }

        return new Op(kind ?? default, table ?? default, id, revision, content);
    }

    private static JsonElement? Required(JsonElement root, string name, AnnotationErrors errors)
    {
        if (root.TryGetProperty(name, out var value))
        {
            return value;
        }

        errors.Add("/" + name, "required", $"{name} is required.");
        return null;
    }

    private static string? Word(JsonElement value, string name) =>
        value.TryGetProperty(name, out var word) && word.ValueKind == JsonValueKind.String && word.GetRawText() is { Length: < 16 } ? word.GetString() : null;
}
