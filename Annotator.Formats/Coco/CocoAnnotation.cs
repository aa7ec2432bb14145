using System.Globalization;
using System.Text.Json;

namespace Annotator.Formats.Coco;

/// <summary>One object as a COCO file has it, however it was written.</summary>
internal sealed class CocoAnnotation
{
    private const string Absent = "";

    public string Id { get; private set; } = Absent;

    /// <summary>In string form: files write numbers, and strings.</summary>
    public string ImageId { get; private set; } = Absent;
    public string CategoryId { get; private set; } = Absent;
    public List<double[]> Parts { get; } = [];

    /// <summary>Run lengths; null when there are none.</summary>
    public int[]? Counts { get; private set; }
    public string? PackedCounts { get; private set; }
    public int RunHeight { get; private set; }
    public int RunWidth { get; private set; }
    public double[]? Box { get; private set; }
    public bool? Crowd { get; private set; }
    public double? Score { get; private set; }

    /// <summary>Triplets x, y, visibility; null when there are none.</summary>
    public double[]? Keypoints { get; private set; }
    public bool HasCaption { get; private set; }

    /// <summary>A panoptic file's objects of the whole image; null when there are none.</summary>
    public List<CocoSegment>? Segments { get; private set; }

    /// <summary>The picture whose colours are the segments' numbers.</summary>
    public string FileName { get; private set; } = Absent;

    /// <summary>Something stood where a finite number was expected.</summary>
    public bool Broken { get; private set; }
    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    public static CocoAnnotation Parse(ReadOnlySpan<byte> value, JsonReaderOptions options)
    {
        var reader = new Utf8JsonReader(value, options);
        var result = new CocoAnnotation();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            result.Broken = true;
            return result;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            result.ReadProperty(ref reader);
        }

        return result;
    }

    private void ReadProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("id"u8))
        {
            Id = Text(ref reader);
        }
        else if (reader.ValueTextEquals("image_id"u8))
        {
            ImageId = Text(ref reader);
        }
        else if (reader.ValueTextEquals("category_id"u8))
        {
            CategoryId = Text(ref reader);
        }
        else if (reader.ValueTextEquals("bbox"u8))
        {
            reader.Read();
            Box = reader.TokenType == JsonTokenType.StartArray ? Numbers(ref reader) : Skipped(ref reader);
        }
        else if (reader.ValueTextEquals("segmentation"u8))
        {
            ReadSegmentation(ref reader);
        }
        else if (reader.ValueTextEquals("iscrowd"u8))
        {
            Crowd = Text(ref reader) is "1" or "true" or "True";
        }
        else if (reader.ValueTextEquals("score"u8))
        {
            Score = double.TryParse(Text(ref reader), NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && double.IsFinite(score) ? score : null;
        }
        else if (reader.ValueTextEquals("attributes"u8))
        {
            ReadAttributes(ref reader);
        }
        else if (reader.ValueTextEquals("keypoints"u8))
        {
            reader.Read();
            Keypoints = reader.TokenType == JsonTokenType.StartArray ? Numbers(ref reader) : Skipped(ref reader);
        }
        else if (reader.ValueTextEquals("segments_info"u8))
        {
            reader.Read();
            Segments = CocoSegment.ReadAll(ref reader);
        }
        else if (reader.ValueTextEquals("file_name"u8))
        {
            FileName = Text(ref reader);
        }
        else
        {
            HasCaption |= reader.ValueTextEquals("caption"u8);
            reader.Read();
            reader.Skip();
        }
    }

    private void ReadSegmentation(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadRuns(ref reader);
            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        // Some files leave out the outer list: their numbers are one part.
        var flat = new List<double>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                Parts.Add(Numbers(ref reader));
            }
            else
            {
                flat.Add(Number(ref reader));
            }
        }

        if (flat.Count > 0)
        {
            Parts.Add([.. flat]);
        }
    }

    private void ReadRuns(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("counts"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    PackedCounts = reader.GetString();
                }
                else if (reader.TokenType == JsonTokenType.StartArray)
                {
                    Counts = Whole(Numbers(ref reader));
                }
                else
                {
                    Broken = true;
                    reader.Skip();
                }
            }
            else if (reader.ValueTextEquals("size"u8))
            {
                reader.Read();
                var size = reader.TokenType == JsonTokenType.StartArray ? Whole(Numbers(ref reader)) : null;
                Broken |= size is not { Length: 2 };
                (RunHeight, RunWidth) = size is { Length: 2 } ? (size[0], size[1]) : (0, 0);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private void ReadAttributes(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.True:
                    Attributes[name] = "true";
                    break;
                case JsonTokenType.False:
                    Attributes[name] = "false";
                    break;
                case JsonTokenType.String:
                    Attributes[name] = reader.GetString()!;
                    break;
                case JsonTokenType.Number:
                    Attributes[name] = reader.GetDouble().ToString(CultureInfo.InvariantCulture);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private double[] Numbers(ref Utf8JsonReader reader)
    {
        var result = new List<double>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            result.Add(Number(ref reader));
        }

        return [.. result];
    }

    private double Number(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        if (reader.TokenType == JsonTokenType.String
            && double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number))
        {
            return number;
        }

        Broken = true;
        reader.Skip();
        return 0;
    }

    private int[]? Whole(double[] numbers)
    {
        var result = new int[numbers.Length];
        for (var i = 0; i < result.Length; i++)
        {
            if (numbers[i] < 0 || numbers[i] > int.MaxValue || numbers[i] != Math.Truncate(numbers[i]))
            {
                Broken = true;
                return null;
            }

            result[i] = (int)numbers[i];
        }

        return result;
    }

    private double[]? Skipped(ref Utf8JsonReader reader)
    {
        Broken |= reader.TokenType != JsonTokenType.Null;
        reader.Skip();
        return null;
    }

    internal static string Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString()!;
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var whole)
                    ? whole.ToString(CultureInfo.InvariantCulture)
                    : reader.GetDouble().ToString(CultureInfo.InvariantCulture);
            case JsonTokenType.True:
                return "true";
            default:
                reader.Skip();
                return Absent;
        }
    }
}
