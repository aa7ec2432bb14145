using System.Text.Json;
using Annotator.Formats.Archives;

namespace Annotator.Formats.LabelmeJson;

/// <summary>A labelme file: what it says of one image.</summary>
internal sealed class LabelmeFile
{
    /// <summary>Shapes of one image, which are held in memory.</summary>
    private const int MostShapes = 500_000;

    public string ImagePath { get; private set; } = "";
    public int Width { get; private set; }
    public int Height { get; private set; }

    /// <summary>The image itself stands in the file, in base 64.</summary>
    public bool HasImage { get; private set; }

    /// <summary>Names of flags of the whole image that are set.</summary>
    public List<string> Flags { get; } = [];

    public List<LabelmeShape> Shapes { get; } = [];

    /// <summary>Shapes that cannot be read.</summary>
    public int Unreadable { get; private set; }

    /// <summary>Null when it is a JSON file of something else.</summary>
    /// <exception cref="DatasetException">Damaged, or over a limit.</exception>
    public static async Task<LabelmeFile?> ReadAsync(DatasetArchive archive, DatasetArchiveEntry entry, CancellationToken cancel)
    {
        try
        {
            using var json = new JsonScanner(archive.Open(entry), entry.Path, archive.Limits);
            return Read(json, entry, archive.Limits);
        }
        catch (DatasetException error) when (error.Code == "json-damaged")
        {
            // Before it is given up, the copy without Python's words for numbers that are none.
            FileStream copy;
            await using (var packed = archive.Open(entry))
            {
                copy = await JsonSpool.CopyAsync(packed, entry.Path, archive.Limits.MaxDocumentBytes, cancel);
            }

            using var json = new JsonScanner(copy, entry.Path, archive.Limits);
            return Read(json, entry, archive.Limits);
        }
    }

    /// <summary>The image that stands in the file.</summary>
    /// <exception cref="DatasetException">It is no base 64.</exception>
    public static Stream OpenImage(DatasetArchive archive, DatasetArchiveEntry entry)
    {
        using var json = new JsonScanner(archive.Open(entry), entry.Path, archive.Limits);
        json.ReadToken();
        while (json.ReadToken() == JsonTokenType.PropertyName)
        {
            if (json.PropertyName != "imageData")
            {
                json.SkipValue();
                continue;
            }

            json.ReadValue(out var value, out _);
            var reader = new Utf8JsonReader(value);
            if (reader.Read() && reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes))
            {
                return new MemoryStream(bytes, writable: false);
            }
        }

        throw new DatasetException("image-damaged", $"The image in {entry.Path} is no base 64.");
    }

    private static LabelmeFile? Read(JsonScanner json, DatasetArchiveEntry entry, DatasetLimits limits)
    {
        if (json.ReadToken() != JsonTokenType.StartObject)
        {
            return null;
        }

        var file = new LabelmeFile();
        var found = false;
        JsonTokenType token;
        while ((token = json.ReadToken()) == JsonTokenType.PropertyName)
        {
            switch (json.PropertyName)
            {
                case "shapes":
                    found = true;
                    if (json.ReadToken() != JsonTokenType.StartArray)
                    {
                        return null;
                    }

                    file.ReadShapes(json, entry, JsonScanner.Options(limits));
                    break;
                case "imageData":
                    file.HasImage = json.ReadToken() == JsonTokenType.String;
                    break;
                case "imagePath" or "imageHeight" or "imageWidth" or "flags":
                    var name = json.PropertyName;
                    json.ReadValue(out var value, out _);
                    file.ReadProperty(value, name, JsonScanner.Options(limits));
                    break;
                default:
                    json.SkipValue();
                    break;
            }
        }

        return token == JsonTokenType.None
            ? throw new DatasetException("json-damaged", $"{entry.Path} ends before its last bracket; it was probably cut off.")
            : found ? file : null;
    }

    private void ReadShapes(JsonScanner json, DatasetArchiveEntry entry, JsonReaderOptions options)
    {
        while (json.ReadValue(out var value, out _))
        {
            if (Shapes.Count == MostShapes)
            {
                throw new DatasetException("too-many-shapes", $"{entry.Path} has more than {MostShapes} shapes for one image.");
            }

            try
            {
                Shapes.Add(LabelmeShape.Read(value, options));
            }
            catch (Exception error) when (error is InvalidOperationException or FormatException)
            {
                Unreadable++;
            }
        }
    }

    private void ReadProperty(ReadOnlySpan<byte> value, string name, JsonReaderOptions options)
    {
        var reader = new Utf8JsonReader(value, options);
        reader.Read();
        try
        {
            switch (name)
            {
                case "imagePath":
                    ImagePath = JsonRead.Text(ref reader) ?? "";
                    break;
                case "imageHeight":
                    Height = JsonRead.Whole(ref reader) is > 0 and var height ? height : 0;
                    break;
                case "imageWidth":
                    Width = JsonRead.Whole(ref reader) is > 0 and var width ? width : 0;
                    break;
                default:
                    ReadFlags(ref reader);
                    break;
            }
        }
        catch (InvalidOperationException)
        {
            // A name that is no text is as good as none.
        }
    }

    private void ReadFlags(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (JsonRead.Flag(ref reader) && name.Length > 0)
            {
                Flags.Add(name);
            }
        }
    }
}
