using System.Text.Json;

namespace Annotator.Formats.Archives;

/// <summary>What the first bytes of a JSON file say of its form; enough to tell formats apart, whatever the file's size.</summary>
internal sealed class JsonHead
{
    private const int MostBytes = 64 << 10;

    private JsonHead(bool isArray) => IsArray = isArray;

    /// <summary>The file is a list; <see cref="Keys"/> are then those of the first object in it.</summary>
    public bool IsArray { get; }

    /// <summary>Keys of the outermost object in their order, each with the token its value begins with.</summary>
    public Dictionary<string, JsonTokenType> Keys { get; } = new(StringComparer.Ordinal);

    public bool Has(string key, JsonTokenType value) => Keys.GetValueOrDefault(key) == value;

    /// <summary>The JSON files of an archive that are worth a look: a bare file, or the first few of those named so.</summary>
    public static IEnumerable<DatasetArchiveEntry> Candidates(DatasetArchive archive, int most = 4) => archive.Entries.Where(IsJson).Take(most);

    /// <summary>Whether the entry is named so, or is all there is.</summary>
    public static bool IsJson(DatasetArchiveEntry entry) => entry.Packed is null || entry.Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Certain when <paramref name="isFormat"/> says yes to one of the first JSON files.</summary>
    public static FormatMatch Match(DatasetArchive archive, Func<JsonHead, DatasetArchiveEntry, bool> isFormat)
    {
        foreach (var entry in Candidates(archive))
        {
            if (Read(archive, entry) is { } head && isFormat(head, entry))
            {
                return FormatMatch.Certain;
            }
        }

        return FormatMatch.None;
    }

    /// <summary>Null when the file does not begin as JSON does, or is damaged.</summary>
    public static JsonHead? Read(DatasetArchive archive, DatasetArchiveEntry entry)
    {
        try
        {
            var buffer = new byte[(int)Math.Min(MostBytes, entry.Length)];
            int read;
            using (var content = archive.Open(entry))
            {
                read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            }

            var start = buffer.AsSpan(0, read).StartsWith("\uFEFF"u8) ? 3 : 0;
            return Read(buffer.AsSpan(start, read - start), archive.Limits);
        }
        catch (DatasetException)
        {
            return null;
        }
    }

    private static JsonHead? Read(ReadOnlySpan<byte> bytes, DatasetLimits limits)
    {
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new JsonReaderState(JsonScanner.Options(limits)));
        JsonHead? head = null;
        try
        {
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            {
                return null;
            }

            head = new JsonHead(reader.TokenType == JsonTokenType.StartArray);
            if (head.IsArray && (!reader.Read() || reader.TokenType != JsonTokenType.StartObject))
            {
                return head;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!reader.Read())
                {
                    break;
                }

                head.Keys.TryAdd(name, reader.TokenType);
                if (!reader.TrySkip())
                {
                    break;
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // What stood before the flaw may be enough.
        }

        return head;
    }
}
