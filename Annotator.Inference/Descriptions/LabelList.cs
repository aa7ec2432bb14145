using System.Text.Json;
using System.Text.Json.Serialization;

namespace Annotator.Inference.Descriptions;

/// <summary>
/// Labels of <c>model.json</c>: objects with a name, or plain names. Where each has a number of its own they are put in its order, and
/// numbers that are left out become <c>class_N</c>, so that a label's place is its number.
/// </summary>
internal sealed class LabelList : JsonConverter<IReadOnlyList<ModelLabel>>
{
    private const int LargestNumber = 100_000;

    public override IReadOnlyList<ModelLabel> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException();
        }

        var (labels, plain) = (new List<ModelLabel>(), false);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            plain |= reader.TokenType == JsonTokenType.String;
            labels.Add(reader.TokenType == JsonTokenType.String
                ? new ModelLabel(labels.Count, reader.GetString()!)
                : JsonSerializer.Deserialize<ModelLabel>(ref reader, options) is { Name: not null } label ? label : throw new JsonException());
        }

        return plain || labels.Count == 0 ? labels : ByNumber(labels);
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<ModelLabel> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var label in value)
        {
            JsonSerializer.Serialize(writer, label, options);
        }

        writer.WriteEndArray();
    }

    private static List<ModelLabel> ByNumber(List<ModelLabel> labels)
    {
        var byId = labels.DistinctBy(label => label.Id).ToDictionary(label => label.Id);
        if (byId.Count != labels.Count || byId.Keys.Min() < 0 || byId.Keys.Max() > LargestNumber)
        {
            return labels;
        }

        return [.. Enumerable.Range(0, byId.Keys.Max() + 1).Select(i => byId.GetValueOrDefault(i) ?? new ModelLabel(i, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"class_{i}")))];
    }
}
