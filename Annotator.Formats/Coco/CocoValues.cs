using System.Globalization;
using System.Text.Json;

namespace Annotator.Formats.Coco;

/// <summary>Reads values that files write in more than one way.</summary>
internal static class CocoValues
{
    /// <summary>Ids and names in string form: files write numbers, and strings.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole.ToString(CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };

    /// <summary>A number of pixels, or 0 where there is none.</summary>
    public static int Size(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number)
        && number is > 0 and <= int.MaxValue
            ? (int)number
            : 0;

    /// <summary>The image that an object belongs to; null when it does not say.</summary>
    public static string? ImageId(ReadOnlySpan<byte> annotation, JsonReaderOptions options)
    {
        var reader = new Utf8JsonReader(annotation, options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("image_id"u8))
            {
                return CocoAnnotation.Text(ref reader) is { Length: > 0 } text ? text : null;
            }

            reader.Read();
            reader.Skip();
        }

        return null;
    }

    /// <summary>
    /// The subset that a file's name says: what follows the first underscore, or the folder of a name that says nothing.
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
            : "";
        return subset == "default" ? "" : subset;
    }
}
