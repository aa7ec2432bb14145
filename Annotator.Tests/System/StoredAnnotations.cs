using System.Text.Json;

namespace Annotator.Tests.WholeSystem;

/// <summary>A task's annotations without the numbers that change when they are imported again, in an order of their own.</summary>
public sealed record StoredAnnotations(IReadOnlyList<StoredShape> Shapes, IReadOnlyList<string> Tags)
{
    /// <param name="annotations">What `GET /api/tasks/{id}/annotations` answers.</param>
    /// <param name="labels">Names by id.</param>
    public static StoredAnnotations Of(JsonElement annotations, IReadOnlyDictionary<int, string> labels) => new(
        [.. annotations.GetProperty("shapes").EnumerateArray().Select(shape => ShapeOf(shape, labels)).OrderBy(shape => shape.Whole, StringComparer.Ordinal)],
        [.. annotations.GetProperty("tags").EnumerateArray().Select(tag => $"{tag.GetProperty("frame")} {labels[tag.GetProperty("label_id").GetInt32()]}")]);

    private static StoredShape ShapeOf(JsonElement shape, IReadOnlyDictionary<int, string> labels)
    {
        var type = shape.GetProperty("type").GetString()!;
        var points = shape.GetProperty("points").EnumerateArray().Select(number => $"{number.GetDouble():F2}");
        var geometry = $"{shape.GetProperty("frame")} {type} {labels[shape.GetProperty("label_id").GetInt32()]} {string.Join(' ', points)}";
        var attributes = shape.GetProperty("attributes").EnumerateArray()
            .Select(attribute => $"{attribute.GetProperty("spec_id")}={attribute.GetProperty("value").GetString()}").Order(StringComparer.Ordinal);
        return new StoredShape(type, geometry, $"{geometry} {shape.GetProperty("rotation")} {shape.GetProperty("occluded")} {string.Join(',', attributes)}");
    }
}

/// <summary>A shape in words: its frame, kind, label and points; and with everything else that a person gave it.</summary>
public sealed record StoredShape(string Type, string Geometry, string Whole);
