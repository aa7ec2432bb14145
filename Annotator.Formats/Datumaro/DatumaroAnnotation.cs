using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Datumaro;

/// <summary>One object as a Datumaro file has it. The same instance is filled again for each.</summary>
internal sealed class DatumaroAnnotation
{
    private static readonly HashSet<string> _reserved =
        new(["occluded", "outside", "keyframe", "track_id", "rotation", "source", "is_crowd", "score"], StringComparer.Ordinal);

    private Dictionary<string, string>? _attributes;

    public string Type { get; private set; } = "";

    /// <summary>Null when the object says that it has no label.</summary>
    public int? LabelId { get; private set; }
    public int Group { get; private set; }
    public int ZOrder { get; private set; }

    /// <summary>The numbers of <c>points</c> or <c>bbox</c>.</summary>
    public List<double> Points { get; } = [];
    public string? PackedCounts { get; private set; }
    public int[]? Counts { get; private set; }
    public int MaskHeight { get; private set; }
    public int MaskWidth { get; private set; }

    /// <summary>Of a skeleton's points, in their order.</summary>
    public List<IReadOnlyDictionary<string, string>> PointAttributes { get; } = [];

    /// <summary>Some plain points are marked as hidden or absent.</summary>
    public bool HasHiddenPoints { get; private set; }

    /// <summary>Something stood where a finite number was expected.</summary>
    public bool Broken { get; private set; }

    public bool Occluded { get; private set; }
    public bool Outside { get; private set; }
    public bool? Crowd { get; private set; }
    public int? TrackId { get; private set; }
    public bool? Keyframe { get; private set; }
    public double? Score { get; private set; }
    public double Rotation { get; private set; }
    public AnnotationSource? Source { get; private set; }

    public IReadOnlyDictionary<string, string> Attributes => _attributes ?? DatasetShape.NoAttributes;

    /// <summary>Whether the format uses an attribute's name for itself.</summary>
    public static bool IsReserved(string name) => _reserved.Contains(name);

    /// <summary>Call it with the reader on the object's start; it stands on its end afterwards.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        Reset();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadProperty(ref reader);
        }
    }

    private void Reset()
    {
        (Type, LabelId, Group, ZOrder) = ("", null, 0, 0);
        (PackedCounts, Counts, MaskHeight, MaskWidth) = (null, null, 0, 0);
        (HasHiddenPoints, Broken, Occluded, Outside) = (false, false, false, false);
        (Crowd, TrackId, Keyframe, Score, Rotation, Source) = (null, null, null, null, 0, null);
        Points.Clear();
        PointAttributes.Clear();
        _attributes = null;
    }

    private void ReadProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("type"u8))
        {
            reader.Read();
            Type = Kind(ref reader);
        }
        else if (reader.ValueTextEquals("label_id"u8))
        {
            reader.Read();
            LabelId = JsonRead.Whole(ref reader);
        }
        else if (reader.ValueTextEquals("attributes"u8))
        {
            reader.Read();
            ReadAttributes(ref reader);
        }
        else if (reader.ValueTextEquals("group"u8))
        {
            reader.Read();
            Group = JsonRead.Whole(ref reader) ?? 0;
        }
        else if (reader.ValueTextEquals("z_order"u8))
        {
            reader.Read();
            ZOrder = JsonRead.Whole(ref reader) ?? 0;
        }
        else if (reader.ValueTextEquals("bbox"u8) || reader.ValueTextEquals("points"u8))
        {
            reader.Read();
            Points.Clear();
            Broken |= !JsonRead.Numbers(ref reader, Points);
        }
        else if (reader.ValueTextEquals("rle"u8))
        {
            reader.Read();
            ReadRuns(ref reader);
        }
        else if (reader.ValueTextEquals("points_attributes"u8))
        {
            reader.Read();
            ReadPointAttributes(ref reader);
        }
        else if (reader.ValueTextEquals("visibility"u8))
        {
            reader.Read();
            ReadVisibility(ref reader);
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    /// <summary>The known kinds without making a string of each.</summary>
    private static string Kind(ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? Skipped(ref reader)
        : reader.ValueTextEquals("bbox"u8) ? "bbox"
        : reader.ValueTextEquals("polygon"u8) ? "polygon"
        : reader.ValueTextEquals("mask"u8) ? "mask"
        : reader.GetString()!;

    private static string Skipped(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return "";
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
            if (reader.ValueTextEquals("occluded"u8))
            {
                reader.Read();
                Occluded = JsonRead.Flag(ref reader);
            }
            else if (reader.ValueTextEquals("rotation"u8))
            {
                reader.Read();
                Rotation = JsonRead.Number(ref reader) ?? 0;
            }
            else if (reader.ValueTextEquals("track_id"u8))
            {
                reader.Read();
                TrackId = JsonRead.Whole(ref reader);
            }
            else if (reader.ValueTextEquals("keyframe"u8))
            {
                reader.Read();
                Keyframe = JsonRead.Flag(ref reader);
            }
            else
            {
                ReadAttribute(ref reader);
            }
        }
    }

    private void ReadAttribute(ref Utf8JsonReader reader)
    {
        var name = reader.GetString()!;
        reader.Read();
        switch (name)
        {
            case "outside":
                Outside = JsonRead.Flag(ref reader);
                break;
            case "is_crowd":
                Crowd = JsonRead.Flag(ref reader);
                break;
            case "score":
                Score = JsonRead.Number(ref reader);
                break;
            case "source":
                Source = Words.ParseSource(JsonRead.Text(ref reader));
                break;
            default:
                if (JsonRead.Text(ref reader) is { } value)
                {
                    (_attributes ??= new(StringComparer.Ordinal))[name] = value;
                }

                break;
        }
    }

    private void ReadRuns(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Broken = true;
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("counts"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    PackedCounts = reader.GetString();
                }
                else
                {
                    Counts = JsonRead.Runs(ref reader);
                }
            }
            else if (reader.ValueTextEquals("size"u8))
            {
                reader.Read();
                var size = JsonRead.Runs(ref reader);
                Broken |= size is not { Length: 2 };
                (MaskHeight, MaskWidth) = size is { Length: 2 } ? (size[0], size[1]) : (0, 0);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private void ReadPointAttributes(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Dictionary<string, string>? attributes = null;
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
            }
            else
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    if (JsonRead.Text(ref reader) is { } value && !IsReserved(name))
                    {
                        (attributes ??= new(StringComparer.Ordinal))[name] = value;
                    }
                }
            }

            PointAttributes.Add(attributes ?? DatasetShape.NoAttributes);
        }
    }

    private void ReadVisibility(ref Utf8JsonReader reader)
    {
        var values = new List<double>();
        JsonRead.Numbers(ref reader, values);
        HasHiddenPoints = values.Exists(value => value != 2);
    }
}
