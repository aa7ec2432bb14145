using System.Text.Json;
using Annotator.Formats.Archives;

namespace Annotator.Formats.LabelmeJson;

/// <summary>One shape as a labelme file has it.</summary>
internal sealed class LabelmeShape
{
    public string Label { get; private set; } = "";

    /// <summary>A file that does not say it means a polygon.</summary>
    public string Type { get; private set; } = "polygon";

    /// <summary>x, y pairs.</summary>
    public List<double> Points { get; } = [];
    public int? Group { get; private set; }
    public double? Score { get; private set; }

    /// <summary>A PNG image in base 64; null when there is none.</summary>
    public byte[]? Mask { get; private set; }
    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    /// <summary>Something stood where a finite number was expected.</summary>
    public bool Broken { get; private set; }

    public static LabelmeShape Read(ReadOnlySpan<byte> value, JsonReaderOptions options)
    {
        var shape = new LabelmeShape();
        var reader = new Utf8JsonReader(value, options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            shape.Broken = true;
            return shape;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            shape.ReadProperty(ref reader, name);
        }

        return shape;
    }

    private void ReadProperty(ref Utf8JsonReader reader, string name)
    {
        switch (name)
        {
            case "label":
                Label = JsonRead.Text(ref reader) ?? "";
                break;
            case "shape_type":
                Type = JsonRead.Text(ref reader) is { Length: > 0 } type ? type : "polygon";
                break;
            case "points":
                Broken |= !JsonRead.Numbers(ref reader, Points);
                break;
            case "group_id":
                Group = JsonRead.Whole(ref reader);
                break;
            case "score":
                Score = JsonRead.Number(ref reader);
                break;
            case "description":
                if (JsonRead.Text(ref reader) is { Length: > 0 } description)
                {
                    Attributes.TryAdd("description", description);
                }

                break;
            case "mask":
                ReadMask(ref reader);
                break;
            case "flags" or "attributes":
                ReadAttributes(ref reader);
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void ReadMask(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
        }
        else if (reader.TryGetBytesFromBase64(out var bytes))
        {
            Mask = bytes;
        }
        else
        {
            Broken = true;
        }
    }

    private void ReadAttributes(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (JsonRead.Text(ref reader) is { } value)
            {
                Attributes[name] = value;
            }
        }
    }
}
