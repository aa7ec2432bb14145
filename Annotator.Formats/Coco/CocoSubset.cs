using System.Text.Encodings.Web;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Skeletons;

namespace Annotator.Formats.Coco;

/// <summary>
/// One COCO file in the making. Images and annotations come together but stand apart in the file: both lists wait in
/// temporary files until the subset is whole.
/// </summary>
internal sealed class CocoSubset : IAsyncDisposable
{
    private const int FlushAt = 64 << 10;
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly CocoCategories _categories;
    private readonly FileStream _imageFile = Spool.Create();
    private readonly FileStream _annotationFile = Spool.Create();
    private readonly Utf8JsonWriter _images;
    private readonly Utf8JsonWriter _annotations;
    private readonly ICocoObjects _objects;
    private readonly bool _keypoints;
    private int _imageId;

    /// <param name="keypoints">Skeletons are written, and nothing else; otherwise all but skeletons.</param>
    public CocoSubset(CocoCategories categories, bool keypoints, DatasetWriteOptions options, DatasetReport report)
    {
        _categories = categories;
        _images = new Utf8JsonWriter(_imageFile, _options);
        _annotations = new Utf8JsonWriter(_annotationFile, _options);
        _keypoints = keypoints;
        _objects = keypoints ? new CocoKeypointObjects(_annotations, categories, report) : new CocoAnnotations(_annotations, categories, options, report);
        _images.WriteStartArray();
        _annotations.WriteStartArray();
    }

    public void Add(DatasetItem item, string fileName)
    {
        _imageId++;
        _images.WriteStartObject();
        _images.WriteNumber("id", _imageId);
        _images.WriteNumber("width", item.Width);
        _images.WriteNumber("height", item.Height);
        _images.WriteString("file_name", fileName);
        _images.WriteNumber("license", 0);
        _images.WriteString("flickr_url", "");
        _images.WriteString("coco_url", "");
        _images.WriteNumber("date_captured", 0);
        _images.WriteEndObject();
        _objects.Write(item, _imageId);
        FlushIfLong(_images);
        FlushIfLong(_annotations);
    }

    /// <summary>Writes the whole file.</summary>
    public async Task CopyToAsync(Stream output, CancellationToken cancel)
    {
        await using (var header = new Utf8JsonWriter(output, _options))
        {
            WriteHeader(header);
            await header.FlushAsync(cancel);
        }

        await CloseAsync(_images, _imageFile, cancel);
        await CloseAsync(_annotations, _annotationFile, cancel);
        await output.WriteAsync(",\"images\":"u8.ToArray(), cancel);
        await _imageFile.CopyToAsync(output, cancel);
        await output.WriteAsync(",\"annotations\":"u8.ToArray(), cancel);
        await _annotationFile.CopyToAsync(output, cancel);
        await output.WriteAsync("}"u8.ToArray(), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _images.DisposeAsync();
        await _annotations.DisposeAsync();
        await _imageFile.DisposeAsync();
        await _annotationFile.DisposeAsync();
    }

    /// <summary>Everything before the lists; the object stays open.</summary>
    private void WriteHeader(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("licenses");
        json.WriteStartObject();
        json.WriteString("name", "");
        json.WriteNumber("id", 0);
        json.WriteString("url", "");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("info");
        foreach (var name in new[] { "contributor", "date_created", "description", "url", "version", "year" })
        {
            json.WriteString(name, "");
        }

        json.WriteEndObject();
        json.WriteStartArray("categories");
        foreach (var (id, label, parent) in _categories.All)
        {
            if (_keypoints && parent.Length > 0)
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("name", label.Name);
            json.WriteString("supercategory", parent);
            if (_keypoints)
            {
                WriteLayout(json, SkeletonLayout.Of(label));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLayout(Utf8JsonWriter json, SkeletonLayout layout)
    {
        json.WriteStartArray("keypoints");
        foreach (var node in layout.Nodes)
        {
            json.WriteStringValue(node);
        }

        json.WriteEndArray();
        json.WriteStartArray("skeleton");
        foreach (var (from, to) in layout.Edges)
        {
            json.WriteStartArray();
            json.WriteNumberValue(from);
            json.WriteNumberValue(to);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static async Task CloseAsync(Utf8JsonWriter json, FileStream file, CancellationToken cancel)
    {
        json.WriteEndArray();
        await json.FlushAsync(cancel);
        file.Position = 0;
    }

    private static void FlushIfLong(Utf8JsonWriter json)
    {
        if (json.BytesPending > FlushAt)
        {
            json.Flush();
        }
    }
}
