using System.Text.Json;

namespace Annotator.Formats.Archives;

/// <summary>
/// Looks at the first bytes of a few files, to tell what format an archive is of. A damaged file gives what stands before
/// the damage.
/// </summary>
internal static class ArchiveProbe
{
    /// <summary>How many files of a kind are looked into.</summary>
    public const int Files = 8;

    private const int HeadBytes = 64 << 10;

    /// <summary>The first files of one of the extensions (lower case, with the dot); a bare file counts whatever its name.</summary>
    public static IEnumerable<DatasetArchiveEntry> OfKind(DatasetArchive archive, params string[] extensions) =>
        archive.Entries.Where(entry => entry.IsBare || Has(entry, extensions)).Take(Files);

    public static bool Has(DatasetArchiveEntry entry, params string[] extensions) =>
        extensions.Contains(Path.GetExtension(entry.Path), StringComparer.OrdinalIgnoreCase);

    public static bool IsImage(DatasetArchiveEntry entry) => FileEndings.IsImage(entry.Path);

    public static string FileName(DatasetArchiveEntry entry) => entry.Path[(entry.Path.LastIndexOf('/') + 1)..];

    /// <summary>At most 64 KB from the file's start; less where it is shorter or damaged.</summary>
    public static async ValueTask<byte[]> HeadAsync(DatasetArchive archive, DatasetArchiveEntry entry, CancellationToken cancel)
    {
        var head = new byte[(int)Math.Min(HeadBytes, entry.Length)];
        var filled = 0;
        try
        {
            await using var content = archive.Open(entry);
            int read;
            while (filled < head.Length && (read = await content.ReadAsync(head.AsMemory(filled), cancel)) > 0)
            {
                filled += read;
            }
        }
        catch (DatasetException)
        {
            // What could be unpacked is judged.
        }

        return filled == head.Length ? head : head[..filled];
    }

    /// <summary>The lines of a file's head; the last one may be cut.</summary>
    public static async ValueTask<string[]> LinesAsync(DatasetArchive archive, DatasetArchiveEntry entry, CancellationToken cancel) =>
        TextOf(await HeadAsync(archive, entry, cancel)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Text in UTF-8, or as its byte order mark says; the last letter may be cut.</summary>
    private static string TextOf(byte[] head)
    {
        using var reader = new StreamReader(new MemoryStream(head));
        return reader.ReadToEnd();
    }

    /// <summary>
    /// The keys that stand in a JSON file's head, as paths: <c>images</c>, <c>images[].id</c>, <c>[].image_id</c> for a bare
    /// list. Empty when it is no JSON.
    /// </summary>
    public static async ValueTask<IReadOnlySet<string>> JsonKeysAsync(DatasetArchive archive, DatasetArchiveEntry entry, CancellationToken cancel) =>
        JsonKeys(await HeadAsync(archive, entry, cancel));

    /// <summary>The names of an XML file's root and of the elements in it that stand in its head; empty when it is no XML.</summary>
    public static async ValueTask<(string Root, IReadOnlySet<string> Children)> XmlNamesAsync(DatasetArchive archive, DatasetArchiveEntry entry, CancellationToken cancel)
    {
        var head = await HeadAsync(archive, entry, cancel);
        var (root, children) = ("", new HashSet<string>(StringComparer.Ordinal));
        try
        {
            using var xml = new SafeXml(new MemoryStream(head), entry.Path, archive.Limits);
            while (xml.Read())
            {
                if (xml.IsStart && xml.Depth == 0)
                {
                    root = xml.Name;
                }
                else if (xml.IsStart && xml.Depth == 1)
                {
                    children.Add(xml.Name);
                }
            }
        }
        catch (DatasetException)
        {
            // The head ends within the document.
        }

        return (root, children);
    }

    private static HashSet<string> JsonKeys(ReadOnlySpan<byte> head)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        if (head.StartsWith("\uFEFF"u8))
        {
            head = head[3..];
        }

        var reader = new Utf8JsonReader(head, isFinalBlock: false, new JsonReaderState(JsonScanner.Options(DatasetLimits.Default)));
        var path = new Stack<string>([""]);
        var name = "";
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = (path.Peek().Length > 0 ? path.Peek() + "." : "") + reader.GetString();
                        keys.Add(name);
                        break;
                    case JsonTokenType.StartArray:
                        path.Push(name + "[]");
                        name = path.Peek();
                        break;
                    case JsonTokenType.StartObject:
                        path.Push(name);
                        break;
                    case JsonTokenType.EndArray or JsonTokenType.EndObject:
                        path.Pop();
                        name = path.Peek();
                        break;
                    default:
                        name = path.Peek();
                        break;
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // What stands before the damage is judged.
        }

        return keys;
    }
}
