using System.Buffers;

namespace Annotator.Formats.Archives;

/// <summary>Fields of a line that are parted by commas and quoted where they need it.</summary>
internal static class CsvLine
{
    private static readonly SearchValues<char> _quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Finds the fields' places, quotes included; those beyond <paramref name="fields"/> are not looked at.</summary>
    /// <returns>How many there are.</returns>
    public static int Split(ReadOnlySpan<char> line, Span<Range> fields)
    {
        var (count, start, quoted) = (0, 0, false);
        for (var i = 0; i <= line.Length && count < fields.Length; i++)
        {
            if (i < line.Length && line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (i == line.Length || (line[i] == ',' && !quoted))
            {
                fields[count++] = start..i;
                start = i + 1;
            }
        }

        return count;
    }

    /// <summary>A field's text without its quotes.</summary>
    public static string Text(ReadOnlySpan<char> field)
    {
        var trimmed = field.Trim();
        return trimmed.Length > 1 && trimmed[0] == '"' && trimmed[^1] == '"'
            ? trimmed[1..^1].ToString().Replace("\"\"", "\"", StringComparison.Ordinal)
            : trimmed.ToString();
    }

    /// <summary>A text as a field, with quotes where it needs them; it stays on one line.</summary>
    public static string Field(string text)
    {
        if (text.AsSpan().IndexOfAny(_quoted) < 0)
        {
            return text;
        }

        return $"\"{text.ReplaceLineEndings(" ").Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
