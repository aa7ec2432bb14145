using System.Text.Json;
using Annotator.Formats.Archives;

namespace Annotator.Formats.Vott;

/// <summary>Walks the assets of one file; only the current one is in memory.</summary>
internal sealed class VottFile : IDisposable
{
    private readonly JsonScanner _json;
    private readonly DatasetLimits _limits;
    private readonly string _path;
    private bool _started;
    private bool _inAssets;

    /// <summary>Whether assets are the first version's frames: lists of regions by the image's name.</summary>
    private bool _areFrames;
    private bool _ended;

    /// <summary>The two values of a file of one asset.</summary>
    private Dictionary<string, byte[]>? _asset;

    private VottFile(JsonScanner json, DatasetLimits limits, string path) => (_json, _limits, _path) = (json, limits, path);

    /// <summary>The file's list of tags with their colours, as far as it was passed.</summary>
    public List<(string Name, string Color)> Colors { get; } = [];

    /// <summary>There are assets, if none of them may be in them.</summary>
    public bool HasAssets { get; private set; }

    /// <exception cref="DatasetException">Too long, or cannot be unpacked.</exception>
    public static async Task<VottFile> OpenAsync(DatasetArchive archive, DatasetArchiveEntry entry, CancellationToken cancel)
    {
        // Images are opened while the file is read, and an archive gives one file at a time.
        await using var packed = archive.Open(entry);
        var copy = await JsonSpool.CopyAsync(packed, entry.Path, archive.Limits.MaxDocumentBytes, cancel);
        return new VottFile(new JsonScanner(copy, entry.Path, archive.Limits), archive.Limits, entry.Path);
    }

    /// <summary>Moves to the next asset, which is null when it cannot be read; false behind the last one.</summary>
    /// <exception cref="DatasetException">The file is damaged.</exception>
    public bool Next(out VottAsset? asset)
    {
        asset = null;
        if (!_started)
        {
            _started = true;
            _ended = _json.ReadToken() != JsonTokenType.StartObject;
        }

        while (!_ended)
        {
            var token = _json.ReadToken();
            if (token == JsonTokenType.PropertyName && _inAssets)
            {
                var name = _json.PropertyName;
                _json.ReadValue(out var value, out _);
                asset = Asset(value, _areFrames ? name : null);
                return true;
            }

            if (token == JsonTokenType.EndObject && _inAssets)
            {
                _inAssets = false;
                continue;
            }

            if (token != JsonTokenType.PropertyName)
            {
                if (token == JsonTokenType.None)
                {
                    throw new DatasetException("json-damaged", $"{_path} ends before its last bracket; it was probably cut off.");
                }

                _ended = true;
                return Single(out asset);
            }

            ReadProperty();
        }

        return false;
    }

    public void Dispose() => _json.Dispose();

    private void ReadProperty()
    {
        switch (_json.PropertyName)
        {
            case "assets" or "frames":
                _areFrames = _json.PropertyName == "frames";
                var token = _json.ReadToken();
                HasAssets |= token == JsonTokenType.StartObject;
                _inAssets = token == JsonTokenType.StartObject;
                if (token == JsonTokenType.StartArray)
                {
                    while (_json.ReadValue(out _, out _))
                    {
                        // A project's own list names its assets, without their regions.
                    }
                }

                break;
            case "tags":
                _json.ReadValue(out var tags, out _);
                ReadTags(tags);
                break;
            case "inputTags":
                _json.ReadValue(out var names, out _);
                Colors.AddRange(Names(names).Select(tag => (tag, "")));
                break;
            case "asset" or "regions":
                // A file of one asset: both stand in the outermost object.
                var name = _json.PropertyName;
                _json.ReadValue(out var value, out _);
                _asset ??= [];
                _asset[name] = value.ToArray();
                break;
            default:
                _json.SkipValue();
                break;
        }
    }

    private bool Single(out VottAsset? asset)
    {
        asset = null;
        if (_asset is null || !_asset.TryGetValue("asset", out var described))
        {
            return false;
        }

        byte[] regions = _asset.TryGetValue("regions", out var found) ? found : "[]"u8.ToArray();
        asset = Asset((byte[])[.. "{\"asset\":"u8, .. described, .. ",\"regions\":"u8, .. regions, .. "}"u8], null);
        _asset = null;
        return true;
    }

    /// <param name="frame">The image's name, where the value is the list of its regions.</param>
    private VottAsset? Asset(ReadOnlySpan<byte> value, string? frame)
    {
        try
        {
            var reader = new Utf8JsonReader(value, JsonScanner.Options(_limits));
            using var parsed = JsonDocument.ParseValue(ref reader);
            return frame is null ? VottAsset.Read(parsed.RootElement) : VottAsset.ReadFrame(frame, parsed.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Tags of the first version: names with commas between them.</summary>
    private string[] Names(ReadOnlySpan<byte> value)
    {
        try
        {
            var reader = new Utf8JsonReader(value, JsonScanner.Options(_limits));
            using var parsed = JsonDocument.ParseValue(ref reader);
            return JsonElements.Text(parsed.RootElement)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private void ReadTags(ReadOnlySpan<byte> value)
    {
        try
        {
            var reader = new Utf8JsonReader(value, JsonScanner.Options(_limits));
            using var parsed = JsonDocument.ParseValue(ref reader);
            if (parsed.RootElement.ValueKind == JsonValueKind.Array)
            {
                foreach (var tag in parsed.RootElement.EnumerateArray())
                {
                    if (JsonElements.Text(tag, "name") is { Length: > 0 } name)
                    {
                        Colors.Add((name, JsonElements.Text(tag, "color") is { Length: 7 } color && color[0] == '#' ? color : ""));
                    }
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Then the tags are those that regions have.
        }
    }
}
