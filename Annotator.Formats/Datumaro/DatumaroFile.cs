using System.Text;
using System.Text.Json;
using Annotator.Formats.Archives;

namespace Annotator.Formats.Datumaro;

/// <summary>A file of one subset: its labels are known, its frames wait to be read.</summary>
/// <param name="Version">As the file says it; empty where it does not.</param>
internal sealed record DatumaroFile(DatasetArchiveEntry Entry, DatumaroCategories Categories, string Version)
{
    /// <summary>What the file's name says; empty for the default one.</summary>
    public string Subset => Path.GetFileNameWithoutExtension(Entry.Path) is var name && name == "default" ? "" : name;

    public bool IsKnownVersion => Version is "" or "legacy" || Version.StartsWith("1.", StringComparison.Ordinal);

    /// <summary>Null when the file is none of the format.</summary>
    /// <exception cref="DatasetException">It is, or may be, but is damaged.</exception>
    public static async Task<DatumaroFile?> ReadAsync(DatasetArchive archive, DatasetArchiveEntry entry, CancellationToken cancel)
    {
        try
        {
            using var json = new JsonScanner(archive.Open(entry), entry.Path, archive.Limits);
            return Read(json, archive, entry);
        }
        catch (DatasetException error) when (error.Code == "json-damaged")
        {
            // Before it is given up, the copy without Python's words for numbers that are none.
            using var json = await CopyAsync(archive, entry, cancel);
            return Read(json, archive, entry);
        }
    }

    /// <summary>The file, standing before its first frame.</summary>
    public async Task<JsonScanner> ReopenAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var json = await CopyAsync(archive, Entry, cancel);
        try
        {
            json.ReadToken();
            while (json.ReadToken() == JsonTokenType.PropertyName)
            {
                if (json.PropertyName == "items")
                {
                    json.ReadToken();
                    return json;
                }

                json.SkipValue();
            }

            throw new DatasetException("json-damaged", $"{Entry.Path} has no list of items any more.");
        }
        catch
        {
            json.Dispose();
            throw;
        }
    }

    private static async Task<JsonScanner> CopyAsync(DatasetArchive archive, DatasetArchiveEntry entry, CancellationToken cancel)
    {
        await using var packed = archive.Open(entry);
        return new JsonScanner(await JsonSpool.CopyAsync(packed, entry.Path, archive.Limits.MaxDocumentBytes, cancel), entry.Path, archive.Limits);
    }

    private static DatumaroFile? Read(JsonScanner json, DatasetArchive archive, DatasetArchiveEntry entry)
    {
        if (json.ReadToken() != JsonTokenType.StartObject)
        {
            return null;
        }

        DatumaroCategories? categories = null;
        var version = "";
        var items = false;
        while (json.ReadToken() == JsonTokenType.PropertyName)
        {
            switch (json.PropertyName)
            {
                case "categories":
                    categories = ReadCategories(json, archive, entry);
                    if (categories is null)
                    {
                        return null;
                    }

                    break;
                case "items":
                    if (json.ReadToken() != JsonTokenType.StartArray)
                    {
                        return null;
                    }

                    items = true;
                    if (categories is not null)
                    {
                        return new DatumaroFile(entry, categories, version);
                    }

                    while (json.ReadValue(out _, out _))
                    {
                        // Some writers put the labels behind the frames.
                    }

                    break;
                case "dm_format_version":
                    json.ReadValue(out var value, out _);
                    version = Encoding.UTF8.GetString(value).Trim('"');
                    break;
                default:
                    json.SkipValue();
                    break;
            }
        }

        return items && categories is not null ? new DatumaroFile(entry, categories, version) : null;
    }

    private static DatumaroCategories? ReadCategories(JsonScanner json, DatasetArchive archive, DatasetArchiveEntry entry)
    {
        if (!json.ReadValue(out var value, out _))
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(value, JsonScanner.Options(archive.Limits));
            using var parsed = JsonDocument.ParseValue(ref reader);
            return DatumaroCategories.Read(parsed.RootElement, entry.Path, archive.Limits);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new DatasetException("json-damaged", $"{entry.Path}: the categories cannot be read: {error.Message}", error);
        }
    }
}
