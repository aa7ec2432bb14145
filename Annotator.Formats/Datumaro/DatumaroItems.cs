using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Datumaro;

/// <summary>Turns one element of a file's <c>items</c> into a frame.</summary>
internal sealed class DatumaroItems(DatumaroCategories categories, string subset, ArchiveImages images, DatasetLimits limits, DatasetReport report)
{
    private readonly DatumaroAnnotation _annotation = new();
    private readonly DatumaroShapes _shapes = new(categories, limits, report);
    private readonly JsonReaderOptions _options = JsonScanner.Options(limits);

    /// <summary>Null when the value is no frame, which is reported.</summary>
    public DatasetItem? Read(ReadOnlySpan<byte> value, string path)
    {
        try
        {
            return ReadItem(value);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            report.Loss("item-unreadable", "Frames that cannot be read were left out", $"{path}: {error.Message}");
            return null;
        }
    }

    private DatasetItem? ReadItem(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value, _options);
        reader.Read();
        var read = new ReadItemState();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadProperty(ref reader, read);
            }
        }

        if (read.Id.Length == 0 && read.Path.Length == 0)
        {
            report.Loss("item-unnamed", "Frames without an id were left out", "");
            return null;
        }

        var (name, open) = Image(read.Id, read.Path.Replace('\\', '/'));
        report.Images++;
        return new DatasetItem
        {
            Frame = read.Frame,
            Name = name,
            Subset = subset,
            Width = read.Width,
            Height = read.Height,
            Tags = read.Tags,
            Shapes = read.Shapes,
            OpenImage = open,
        };
    }

    private void ReadProperty(ref Utf8JsonReader reader, ReadItemState read)
    {
        if (reader.ValueTextEquals("id"u8))
        {
            reader.Read();
            read.Id = JsonRead.Text(ref reader) ?? "";
        }
        else if (reader.ValueTextEquals("annotations"u8))
        {
            reader.Read();
            ReadAnnotations(ref reader, read);
        }
        else if (reader.ValueTextEquals("image"u8))
        {
            reader.Read();
            ReadImage(ref reader, read);
        }
        else if (reader.ValueTextEquals("attr"u8))
        {
            reader.Read();
            ReadFrame(ref reader, read);
        }
        else if (reader.ValueTextEquals("point_cloud"u8))
        {
            reader.Read();
            ReadPointCloud(ref reader, read);
        }
        else if (reader.ValueTextEquals("related_images"u8))
        {
            reader.Read();
            ReadRelatedImages(ref reader, read);
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    private void ReadAnnotations(ref Utf8JsonReader reader, ReadItemState read)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            var start = reader;
            try
            {
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    _annotation.Read(ref reader);
                    _shapes.Add(_annotation, read.Id, index, read.Shapes, read.Tags);
                    continue;
                }

                report.Loss("annotation-invalid", "Annotations with values that are no finite numbers were left out", read.Id);
            }
            catch (Exception error) when (error is InvalidOperationException or FormatException or DatasetException)
            {
                report.Loss("annotation-unreadable", "Annotations that cannot be read were left out", $"{read.Id}: {error.Message}");
                reader = start;
            }

            reader.Skip();
        }
    }

    private static void ReadImage(ref Utf8JsonReader reader, ReadItemState read)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("path"u8))
            {
                reader.Read();
                read.Path = JsonRead.Text(ref reader) ?? "";
            }
            else if (reader.ValueTextEquals("size"u8))
            {
                reader.Read();
                var size = JsonRead.Runs(ref reader);
                (read.Height, read.Width) = size is { Length: 2 } ? (size[0], size[1]) : (0, 0);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private void ReadFrame(ref Utf8JsonReader reader, ReadItemState read)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFrame = reader.ValueTextEquals("frame"u8);
            var name = isFrame ? "" : reader.GetString()!;
            reader.Read();
            if (isFrame)
            {
                read.Frame = JsonRead.Whole(ref reader) is >= 0 and var frame ? frame : null;
            }
            else
            {
                reader.Skip();
                report.Loss("item-attribute-not-held", "Attributes of whole frames were left out", $"{read.Id}: {name}");
            }
        }
    }

    private void ReadRelatedImages(ref Utf8JsonReader reader, ReadItemState read)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            report.Loss("related-image-not-held", "Related images were left out", read.Id);
        }
    }

    /// <summary>Images have an empty one.</summary>
    private void ReadPointCloud(ref Utf8JsonReader reader, ReadItemState read)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPath = reader.ValueTextEquals("path"u8);
            reader.Read();
            if (isPath && JsonRead.Text(ref reader) is { Length: > 0 } path)
            {
                report.Loss("point-cloud-not-held", "Point clouds were left out", $"{read.Id}: {path}");
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>
    /// An id is a name without its extension; the path may be that of another machine, of which only the end counts.
    /// </summary>
    private (string Name, Func<CancellationToken, Task<Stream>>? Open) Image(string id, string path)
    {
        if (path.Length == 0)
        {
            return images.FindStem(id, subset);
        }

        var file = path[(path.LastIndexOf('/') + 1)..];
        var extension = Path.GetExtension(file);
        var name = id.Length == 0 ? file
            : extension.Length > 0 && file.Length - extension.Length > 0 && id.EndsWith(file[..^extension.Length], StringComparison.Ordinal) ? id + extension
            : id;
        return (name, images.Find(name, subset) ?? images.Find(file, subset));
    }

    private sealed class ReadItemState
    {
        public string Id { get; set; } = "";
        public string Path { get; set; } = "";
        public int? Frame { get; set; }
        public int Width { get; set; }
        public int Height { get; set; }
        public List<DatasetShape> Shapes { get; } = [];
        public List<DatasetTag> Tags { get; } = [];
    }
}
