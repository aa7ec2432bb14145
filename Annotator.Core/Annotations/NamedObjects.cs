using System.Buffers;
using System.Text.Json;
using Annotator.Core.Tasks;
using Annotator.Formats;

namespace Annotator.Core.Annotations;

/// <summary>
/// Reads objects as backups have them, with labels and attributes by their names, for a job whose labels are known. An object that
/// cannot be stored is left out and reported; an attribute's value that its label does not allow gives way to the default.
/// </summary>
/// <param name="labels">The labels that the task has now.</param>
/// <param name="frames">Frames that objects may stand on.</param>
public sealed class NamedObjects(LabelSchema labels, FrameRange frames, DatasetReport report)
{
    private readonly Dictionary<(int? Parent, string Name), SchemaLabel> _byName =
        labels.Labels.ToDictionary(label => (label.ParentId, label.Name));

    /// <summary>The object, complete and checked; null when it cannot be stored.</summary>
    /// <param name="place">Names the object in the report.</param>
    public AnnotationObject? Read(AnnotationTable table, JsonElement value, string place)
    {
        var errors = new AnnotationErrors();
        try
        {
            var numbered = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(numbered))
            {
                if (!Write(json, value, null, place))
                {
                    return null;
                }
            }

            using var document = JsonDocument.Parse(numbered.WrittenMemory, AnnotationJson.DocumentOptions);
            var read = AnnotationJson.Read(table, document.RootElement, "", errors);
            if (errors.Count == 0)
            {
                var whole = new AnnotationValidator(labels, frames, errors).Check(read with { Id = 0 }, null, "");
                if (errors.Count == 0)
                {
                    return whole;
                }
            }
        }
        catch (Exception error) when (error is InvalidAnnotationsException or JsonException or InvalidOperationException)
        {
            if (errors.Count == 0)
            {
                errors.Add("", "json", error.Message);
            }
        }

        report.Loss("object-invalid", "Objects that cannot be stored were left out", $"{place}{errors.All[0].Pointer}: {errors.All[0].Message}");
        return null;
    }

    /// <summary>Writes the object in the contract's form, with numbers for names; false when its label is unknown.</summary>
    private bool Write(Utf8JsonWriter json, JsonElement value, SchemaLabel? skeleton, string place)
    {
        var name = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("label", out var label) && label.ValueKind == JsonValueKind.String ? label.GetString()! : "";
        if (!_byName.TryGetValue((skeleton?.Id, name), out var known))
        {
            report.Loss("label-unknown", "Objects of labels that the backup does not describe were left out", $"{place}: {name}");
            return false;
        }

        json.WriteStartObject();
        json.WriteNumber("label_id", known.Id);
        foreach (var property in value.EnumerateObject())
        {
            switch (property.Name)
            {
                case "label" or "label_id" or "id":
                    break;
                case "attributes":
                    WriteAttributes(json, property.Value, known, place);
                    break;
                case "shapes" when property.Value.ValueKind == JsonValueKind.Array:
                    WriteKeyframes(json, property.Value, known, place);
                    break;
                case "elements" when property.Value.ValueKind == JsonValueKind.Array:
                    json.WriteStartArray("elements");
                    foreach (var element in property.Value.EnumerateArray())
                    {
                        // A node that is unknown is lost; the skeleton stays.
                        Write(json, element, known, place);
                    }

                    json.WriteEndArray();
                    break;
                default:
                    property.WriteTo(json);
                    break;
            }
        }

        json.WriteEndObject();
        return true;
    }

    private void WriteKeyframes(Utf8JsonWriter json, JsonElement list, SchemaLabel label, string place)
    {
        json.WriteStartArray("shapes");
        foreach (var keyframe in list.EnumerateArray())
        {
            if (keyframe.ValueKind != JsonValueKind.Object)
            {
                keyframe.WriteTo(json);
                continue;
            }

            json.WriteStartObject();
            foreach (var property in keyframe.EnumerateObject().Where(property => property.Name != "id"))
            {
                if (property.Name == "attributes")
                {
                    WriteAttributes(json, property.Value, label, place);
                }
                else
                {
                    property.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteAttributes(Utf8JsonWriter json, JsonElement list, SchemaLabel label, string place)
    {
        json.WriteStartArray("attributes");
        foreach (var given in list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default)
        {
            if (Text(given, "name") is not { } name || Text(given, "value") is not { } value)
            {
                continue;
            }

            var attribute = label.Attributes.Values.FirstOrDefault(known => known.Name == name);
            if (attribute is null)
            {
                report.Loss("attribute-unknown", "Values of attributes that the backup does not describe were left out", $"{place}: {label.Name} {name}");
            }
            else if (SchemaLabel.Check(attribute, value) is { Error: { } error })
            {
                report.Loss("attribute-invalid", "Values that their attribute does not allow became its default", $"{place}: {error}");
            }
            else
            {
                json.WriteStartObject();
                json.WriteNumber("spec_id", attribute.Id);
                json.WriteString("value", value);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    /// <summary>Texts, and truth values and numbers as older servers wrote them.</summary>
    private static string? Text(JsonElement owner, string name) => owner.ValueKind != JsonValueKind.Object || !owner.TryGetProperty(name, out var value) ? null
        : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
}
