using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Skeletons;

namespace Annotator.Formats.Coco;

/// <summary>Reads values that files write in more than one way.</summary>
internal static class CocoValues
{
    private const int MostPoints = 1000;

    private static readonly string[] _parts = ["train", "val", "valid", "validation", "test"];

    /// <summary>Ids and names in string form: files write numbers (1, and 1.0 for the same), and strings.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole.ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Number when value.TryGetDouble(out var number) => number.ToString(CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };

    /// <summary>A number of pixels, or 0 where there is none.</summary>
    public static int Size(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && double.TryParse(Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and <= int.MaxValue
            ? (int)number
            : 0;

    /// <summary>The id of the image or category that an object belongs to; null when it does not say.</summary>
    public static string? Id(ReadOnlySpan<byte> annotation, ReadOnlySpan<byte> name, JsonReaderOptions options)
    {
        var reader = new Utf8JsonReader(annotation, options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
            {
                return CocoAnnotation.Text(ref reader) is { Length: > 0 } text ? text : null;
            }

            reader.Read();
            reader.Skip();
        }

        return null;
    }

    /// <summary>
    /// A category's points and edges; null when it has none. Points without names are called by their numbers, as many as
    /// the edges join.
    /// </summary>
    public static SkeletonLayout? Skeleton(JsonElement category)
    {
        var names = new List<string>();
        if (category.TryGetProperty("keypoints", out var keypoints) && keypoints.ValueKind == JsonValueKind.Array)
        {
            foreach (var name in keypoints.EnumerateArray())
            {
                names.Add(Text(name));
            }
        }

        var edges = new List<(int From, int To)>();
        if (category.TryGetProperty("skeleton", out var skeleton) && skeleton.ValueKind == JsonValueKind.Array)
        {
            foreach (var edge in skeleton.EnumerateArray())
            {
                if (edge.ValueKind == JsonValueKind.Array && edge.GetArrayLength() == 2 && Position(edge[0]) is { } from && Position(edge[1]) is { } to)
                {
                    edges.Add((from, to));
                }
            }
        }

        if (names.Count == 0 && edges.Count > 0)
        {
            var count = edges.Max(edge => Math.Max(edge.From, edge.To)) + (edges.Exists(edge => Math.Min(edge.From, edge.To) == 0) ? 1 : 0);
            names.AddRange(Enumerable.Range(1, count).Select(number => number.ToString(CultureInfo.InvariantCulture)));
        }

        if (names.Distinct(StringComparer.Ordinal).Count() < names.Count)
        {
            names = [.. names.Select((name, index) => string.Create(CultureInfo.InvariantCulture, $"{name} {index + 1}"))];
        }

        return names.Count > 0 ? SkeletonLayout.Of(names, edges) : null;
    }

    /// <summary>
    /// The subset that a file's name says: what follows the first underscore, or the folder of a name that says nothing where
    /// it is called like a part of a dataset.
    /// </summary>
    public static string Subset(string path)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(path);
        if (name.StartsWith('_') || name is "annotations" or "result")
        {
            var folders = path.Split('/');
            var folder = folders.Length > 1 ? folders[^2] : "";
            return folder is "annotations" or "default" ? "" : folder;
        }

        var prefixes = new[] { "person_keypoints_", "image_info_" };
        var prefix = Array.Find(prefixes, known => name.StartsWith(known, StringComparison.Ordinal));
        var subset = prefix is not null ? name[prefix.Length..]
            : name.Contains('_', StringComparison.Ordinal) ? name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..]
            : path.Split('/') is [.., var part, _] && _parts.Contains(part, StringComparer.OrdinalIgnoreCase) ? part
            : "";
        return subset == "default" ? "" : subset;
    }

    private static int? Position(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var position) && position is >= 0 and < MostPoints ? position : null;
}
