using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Annotator.Core.Annotations;

/// <summary>The parts of annotations that are stored as JSON, and JSON that is stored compressed.</summary>
internal static class StoredJson
{
    /// <summary><c>{"12": "blue"}</c> without the values that are the label's defaults; null when nothing is left.</summary>
    public static string? Attributes(IReadOnlyDictionary<int, string> attributes, IReadOnlyDictionary<int, string> defaults)
    {
        if (attributes.Count == 0 || ReferenceEquals(attributes, defaults))
        {
            return null;
        }

        var any = false;
        var json = OpsJson.ToBytes(writer =>
        {
            writer.WriteStartObject();
            foreach (var (id, value) in attributes)
            {
                if (!defaults.TryGetValue(id, out var ordinary) || ordinary != value)
                {
                    any = true;
                    writer.WriteString(id.ToString(CultureInfo.InvariantCulture), value);
                }
            }

            writer.WriteEndObject();
        });
        return any ? Encoding.UTF8.GetString(json.Span) : null;
    }

    public static Dictionary<int, string> ReadAttributes(string json)
    {
        var attributes = new Dictionary<int, string>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var id = int.Parse(reader.GetString()!, CultureInfo.InvariantCulture);
                reader.Read();
                attributes.Add(id, reader.GetString()!);
            }
        }

        return attributes;
    }

    /// <summary>A skeleton's nodes, in the contract's form.</summary>
    public static string? Elements(Shape shape) =>
        shape.Elements.Count == 0 ? null : Encoding.UTF8.GetString(OpsJson.ToBytes(writer => AnnotationJsonWriter.WriteElements(writer, shape)).Span);

    public static IReadOnlyList<ShapeElement> ReadElements(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new AnnotationJsonReader(new AnnotationErrors()).ShapeElements(document.RootElement);
    }

    public static byte[] Compress(ReadOnlyMemory<byte> json)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(json.Length));
        try
        {
            return BrotliEncoder.TryCompress(json.Span, buffer, out var length, quality: 4, window: 22)
                ? buffer[..length]
                : throw new InvalidOperationException("The buffer for compressed JSON is too small.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static JsonElement Decompress(byte[] bytes)
    {
        using var brotli = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var document = JsonDocument.Parse(brotli);
        return document.RootElement.Clone();
    }
}
