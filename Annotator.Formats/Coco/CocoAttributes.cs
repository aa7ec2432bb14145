using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Model;

namespace Annotator.Formats.Coco;

/// <summary>Writes an object's attributes as COCO files of the contract have them, with those that the files use themselves.</summary>
internal sealed class CocoAttributes(Utf8JsonWriter json, DatasetReport report)
{
    /// <summary>Names that COCO files of the contract use for themselves.</summary>
    internal static readonly string[] Reserved = ["occluded", "outside", "keyframe", "track_id", "rotation", "source", "is_crowd", "score"];

    public void Write(DatasetItem item, DatasetShape shape, DatasetLabel label)
    {
        json.WriteStartObject("attributes");
        foreach (var declared in label.Attributes)
        {
            WriteAttribute(item, declared.Name, declared.InputType, shape.Attributes.GetValueOrDefault(declared.Name) ?? declared.DefaultValue);
        }

        if (shape.Attributes.Count > 0)
        {
            foreach (var (name, value) in shape.Attributes.Where(pair => label.Attributes.All(declared => declared.Name != pair.Key)))
            {
                WriteAttribute(item, name, "text", value);
            }
        }

        json.WriteBoolean("occluded", shape.Occluded);
        if (shape.Kind == ShapeKind.Rectangle)
        {
            json.WriteNumber("rotation", Math.Round(shape.Rotation, 2));
        }

        if (shape.TrackId is { } track)
        {
            json.WriteNumber("track_id", track);
        }

        if (shape.TrackId is not null || shape.Kind == ShapeKind.Skeleton)
        {
            json.WriteBoolean("keyframe", shape.Keyframe);
        }

        if (shape.Score < 1)
        {
            json.WriteNumber("score", Math.Round(shape.Score, 4));
        }

        json.WriteEndObject();
    }

    private void WriteAttribute(DatasetItem item, string name, string inputType, string value)
    {
        if (Reserved.Contains(name, StringComparer.Ordinal))
        {
            report.Loss("attribute-reserved", "COCO files use this attribute's name for something else", $"{item.Name}: {name}");
        }
        else if (inputType == "checkbox" && bool.TryParse(value, out var flag))
        {
            json.WriteBoolean(name, flag);
        }
        else if (inputType == "number" && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteString(name, value);
        }
    }
}
