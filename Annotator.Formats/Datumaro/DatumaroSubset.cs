using System.Text.Encodings.Web;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Datumaro;

/// <summary>One Datumaro file in the making: frames of several subsets may come mixed, so that each waits in a temporary file.</summary>
internal sealed class DatumaroSubset : IAsyncDisposable
{
    private const int FlushAt = 64 << 10;
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly DatumaroLabels _labels;
    private readonly FileStream _file = Spool.Create();
    private readonly Utf8JsonWriter _items;
    private readonly DatumaroObjects _objects;

    public DatumaroSubset(DatumaroLabels labels, DatasetReport report)
    {
        _labels = labels;
        _items = new Utf8JsonWriter(_file, _options);
        _objects = new DatumaroObjects(_items, labels, report);
        _items.WriteStartArray();
    }

    /// <param name="path">The image's name in the archive, with folders and extension.</param>
    /// <param name="frame">In the numbering of the source media.</param>
    public void Add(DatasetItem item, string path, int frame)
    {
        var extension = Path.GetExtension(path);
        _items.WriteStartObject();
        _items.WriteString("id", extension.Length < path.Length ? path[..^extension.Length] : path);
        _items.WriteStartArray("annotations");
        _objects.Write(item);
        _items.WriteEndArray();
        _items.WriteStartObject("attr");
        _items.WriteNumber("frame", frame);
        _items.WriteEndObject();
        _items.WriteStartObject("image");
        _items.WriteString("path", path);
        if (item is { Width: > 0, Height: > 0 })
        {
            _items.WriteStartArray("size");
            _items.WriteNumberValue(item.Height);
            _items.WriteNumberValue(item.Width);
            _items.WriteEndArray();
        }

        _items.WriteEndObject();
        _items.WriteEndObject();
        if (_items.BytesPending > FlushAt)
        {
            _items.Flush();
        }
    }

    /// <summary>Writes the whole file.</summary>
    public async Task CopyToAsync(Stream output, CancellationToken cancel)
    {
        await using (var header = new Utf8JsonWriter(output, _options))
        {
            header.WriteStartObject();
            header.WriteStartObject("info");
            header.WriteEndObject();
            _labels.Write(header);
            await header.FlushAsync(cancel);
        }

        _items.WriteEndArray();
        await _items.FlushAsync(cancel);
        _file.Position = 0;
        await output.WriteAsync(",\"items\":"u8.ToArray(), cancel);
        await _file.CopyToAsync(output, cancel);
        await output.WriteAsync("}"u8.ToArray(), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        await _file.DisposeAsync();
    }
}
