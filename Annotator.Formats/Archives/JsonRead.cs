using System.Globalization;
using System.Text.Json;

namespace Annotator.Formats.Archives;

/// <summary>
/// Reads values of which files write more than one form. Each call begins with the reader on the value's first token and
/// ends with it on the last.
/// </summary>
internal static class JsonRead
{
    /// <summary>A finite number; null for anything else, which is passed over.</summary>
    public static double? Number(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
            case JsonTokenType.String:
                return double.TryParse(Text(ref reader), NumberStyles.Float, CultureInfo.InvariantCulture, out var written) && double.IsFinite(written) ? written : null;
            default:
                reader.Skip();
                return null;
        }
    }

    /// <summary>A whole number; null for anything else.</summary>
    public static int? Whole(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var whole))
        {
            return whole;
        }

        return Number(ref reader) is { } number && number == Math.Truncate(number) && Math.Abs(number) <= int.MaxValue ? (int)number : null;
    }

    /// <summary>True for true, 1, "1" and "true" in any case.</summary>
    public static bool Flag(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.Number:
                return reader.TryGetDouble(out var number) && number == 1;
            case JsonTokenType.String:
                return Text(ref reader) is { } text && (text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase));
            default:
                reader.Skip();
                return false;
        }
    }

    /// <summary>
    /// A string, number or truth value as attributes are written: <c>true</c>, <c>-4</c>, any text. Null for null, lists and
    /// objects.
    /// </summary>
    public static string? Text(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True:
                return "true";
            case JsonTokenType.False:
                return "false";
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number when reader.TryGetInt64(out var whole):
                return whole.ToString(CultureInfo.InvariantCulture);
            case JsonTokenType.Number:
                return reader.GetDouble().ToString(CultureInfo.InvariantCulture);
            default:
                reader.Skip();
                return null;
        }
    }

    /// <summary>
    /// Adds all numbers of a list to <paramref name="numbers"/>, those of lists within it too.
    /// </summary>
    /// <returns>False when it is no list, or something in it is no finite number.</returns>
    public static bool Numbers(ref Utf8JsonReader reader, List<double> numbers)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        var good = true;
        var depth = reader.CurrentDepth;
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth))
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number):
                    numbers.Add(number);
                    break;
                case JsonTokenType.StartArray or JsonTokenType.EndArray:
                    break;
                default:
                    good = false;
                    reader.Skip();
                    break;
            }
        }

        return good;
    }

    /// <summary>Whole numbers that are not negative; null when the list holds anything else.</summary>
    public static int[]? Runs(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        var good = true;
        var runs = new List<int>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var run) && run >= 0)
            {
                runs.Add(run);
            }
            else
            {
                good = false;
                reader.Skip();
            }
        }

        return good ? [.. runs] : null;
    }
}
