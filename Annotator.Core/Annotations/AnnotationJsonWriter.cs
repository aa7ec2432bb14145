using System.Text.Json;
using Annotator.Core.Datasets;
using Annotator.Formats.Model;

namespace Annotator.Core.Annotations;

/// <summary>
/// Writes annotations in the contract's JSON. Coordinates come out in float32's shortest form, a mask's numbers as integers.
/// </summary>
public static class AnnotationJsonWriter
{
    /// <summary>Writes <c>{version, tags, shapes, tracks}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, JobAnnotations annotations)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", annotations.Revision);
        WriteList(writer, "tags", annotations.Tags);
        WriteList(writer, "shapes", annotations.Shapes);
        WriteList(writer, "tracks", annotations.Tracks);
        writer.WriteEndObject();
    }

    /// <summary>Writes one object as LabeledImage, LabeledShape or LabeledTrack.</summary>
    /// <param name="names">Given for backups, which name labels and attributes and have no ids; null for the contract's form.</param>
    public static void Write(Utf8JsonWriter writer, AnnotationObject annotation, DatasetLabels? names = null)
    {
        writer.WriteStartObject();
        WriteId(writer, annotation.Id, names);
        switch (annotation)
        {
            case Tag:
                WriteCommon(writer, annotation.Frame, annotation.LabelId, annotation.Group, annotation.Source, names);
                break;
            case Shape shape:
                WriteCommon(writer, shape.Frame, shape.LabelId, shape.Group, shape.Source, names);
                WriteGeometry(writer, shape.Kind, shape.Occluded, shape.Outside, shape.ZOrder, shape.Rotation, shape.Points);
                writer.WriteNumber("score", shape.Score);
                writer.WritePropertyName("elements");
                WriteElements(writer, shape, names);
                break;
            case Track track:
                WriteCommon(writer, track.Frame, track.LabelId, track.Group, track.Source, names);
                WriteKeyframes(writer, track.Keyframes, names);
                WriteElements(writer, track, names);
                // Only where it is not what every client of the contract takes for granted.
                if (track.Interpolation == InterpolationMode.Aligned)
                {
                    writer.WriteString("interpolation", "aligned");
                }

                break;
            default:
                throw new ArgumentException($"{annotation.GetType().Name} has no form in JSON.", nameof(annotation));
        }

        WriteAttributes(writer, annotation.Attributes, names);
        writer.WriteEndObject();
    }

    public static JsonElement ToElement(AnnotationObject annotation)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, annotation);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<AnnotationObject> objects)
    {
        writer.WriteStartArray(name);
        foreach (var annotation in objects)
        {
            Write(writer, annotation);
        }

        writer.WriteEndArray();
    }

    internal static void WriteElements(Utf8JsonWriter writer, Shape shape, DatasetLabels? names = null)
    {
        writer.WriteStartArray();
        foreach (var element in shape.Elements)
        {
            writer.WriteStartObject();
            WriteId(writer, element.Id, names);
            WriteCommon(writer, shape.Frame, element.LabelId, element.Group, element.Source, names);
            WriteGeometry(writer, element.Kind, element.Occluded, element.Outside, element.ZOrder, element.Rotation, element.Points);
            WriteAttributes(writer, element.Attributes, names);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteElements(Utf8JsonWriter writer, Track track, DatasetLabels? names)
    {
        writer.WriteStartArray("elements");
        foreach (var element in track.Elements)
        {
            writer.WriteStartObject();
            WriteId(writer, element.Id, names);
            WriteCommon(writer, element.Frame, element.LabelId, element.Group, element.Source, names);
            WriteKeyframes(writer, element.Keyframes, names);
            WriteAttributes(writer, element.Attributes, names);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteKeyframes(Utf8JsonWriter writer, IReadOnlyList<Keyframe> keyframes, DatasetLabels? names)
    {
        writer.WriteStartArray("shapes");
        foreach (var keyframe in keyframes)
        {
            writer.WriteStartObject();
            WriteId(writer, keyframe.Id, names);
            writer.WriteNumber("frame", keyframe.Frame);
            WriteGeometry(writer, keyframe.Kind, keyframe.Occluded, keyframe.Outside, keyframe.ZOrder, keyframe.Rotation, keyframe.Points);
            WriteAttributes(writer, keyframe.Attributes, names);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteId(Utf8JsonWriter writer, long id, DatasetLabels? names)
    {
        if (names is not null)
        {
            return;
        }

        if (id == 0)
        {
            writer.WriteNull("id");
        }
        else
        {
            writer.WriteNumber("id", id);
        }
    }

    private static void WriteCommon(Utf8JsonWriter writer, int frame, int labelId, int group, AnnotationSource source, DatasetLabels? names)
    {
        writer.WriteNumber("frame", frame);
        if (names is null)
        {
            writer.WriteNumber("label_id", labelId);
        }
        else
        {
            writer.WriteString("label", names.NameOf(labelId));
        }

        writer.WriteNumber("group", group);
        writer.WriteString("source", Words.Of(source));
    }

    private static void WriteGeometry(
        Utf8JsonWriter writer, ShapeKind kind, bool occluded, bool outside, int zOrder, float rotation, double[] points)
    {
        writer.WriteString("type", Words.Of(kind));
        writer.WriteBoolean("occluded", occluded);
        writer.WriteBoolean("outside", outside);
        writer.WriteNumber("z_order", zOrder);
        writer.WriteNumber("rotation", rotation);
        writer.WriteStartArray("points");
        if (kind == ShapeKind.Mask)
        {
            foreach (var number in points)
            {
                writer.WriteNumberValue((long)number);
            }
        }
        else
        {
            foreach (var number in points)
            {
                writer.WriteNumberValue((float)number);
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteAttributes(Utf8JsonWriter writer, IReadOnlyDictionary<int, string> attributes, DatasetLabels? names)
    {
        writer.WriteStartArray("attributes");
        if (names is not null)
        {
            foreach (var (name, value) in names.Named(attributes))
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                writer.WriteString("value", value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            return;
        }

        foreach (var (id, value) in attributes)
        {
            writer.WriteStartObject();
            writer.WriteNumber("spec_id", id);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
