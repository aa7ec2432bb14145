using System.Globalization;
using System.Text.Json;

namespace Annotator.Formats.Archives;

/// <summary>Reads values that may be missing, null, or of another kind.</summary>
internal static class JsonElements
{
    /// <summary>Strings, numbers and truth values; null for all else, and for text that is none.</summary>
    public static string? Text(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                try
                {
                    return value.GetString();
                }
                catch (InvalidOperationException)
                {
                    return null;
                }

            case JsonValueKind.True:
                return "true";
            case JsonValueKind.False:
                return "false";
            case JsonValueKind.Number:
                return value.TryGetInt64(out var whole) ? whole.ToString(CultureInfo.InvariantCulture) : value.GetDouble().ToString(CultureInfo.InvariantCulture);
            default:
                return null;
        }
    }

    public static string? Text(JsonElement owner, string name) => Find(owner, name) is { } value ? Text(value) : null;

    public static int? Whole(JsonElement owner, string name) =>
        Find(owner, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var whole) ? whole : null;

    public static double? Number(JsonElement owner, string name) =>
        Find(owner, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    public static bool Flag(JsonElement owner, string name) =>
        Find(owner, name) is { } value && bool.TryParse(Text(value), out var flag) && flag;

    /// <summary>Empty when there is no list of the name.</summary>
    public static JsonElement.ArrayEnumerator List(JsonElement owner, string name) =>
        Find(owner, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;

    /// <summary>Null when something in the list is no finite number.</summary>
    public static double[]? Numbers(JsonElement owner, string name)
    {
        if (Find(owner, name) is not { ValueKind: JsonValueKind.Array } list)
        {
            return null;
        }

        var numbers = new double[list.GetArrayLength()];
        var i = 0;
        foreach (var value in list.EnumerateArray())
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                return null;
            }

            i++;
        }

        return numbers;
    }

    public static JsonElement? Find(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) ? value : null;
}
