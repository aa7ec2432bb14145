using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.Icdar;

/// <summary>A line of a word: the numbers of a box or of a polygon, parted by blanks or commas, and the text.</summary>
internal static class IcdarLine
{
    private const int BoxNumbers = 4;
    private const int CornerNumbers = 8;
    private const int MostNumbers = 10_000;

    /// <summary>What the challenges of several languages write before a word of four corners.</summary>
    private static readonly string[] _scripts = ["Arabic", "Latin", "Chinese", "Japanese", "Korean", "Bangla", "Hindi", "Symbols", "Mixed", "None"];

    /// <summary>Null when the line is no word; <paramref name="flaw"/> says why.</summary>
    public static DatasetShape? Parse(string line, out string flaw)
    {
        flaw = "";
        var numbers = new List<double>();
        var at = Numbers(line, numbers);
        if (numbers.Count % 2 == 1)
        {
            // A text that is a number, without quotes.
            at = StartOfLast(line, at);
            numbers.RemoveAt(numbers.Count - 1);
        }

        if (numbers.Count is < BoxNumbers or > MostNumbers)
        {
            flaw = $"{numbers.Count} numbers";
            return null;
        }

        if (numbers.Count == BoxNumbers && (numbers[2] <= numbers[0] || numbers[3] <= numbers[1]))
        {
            flaw = "a box without width or height";
            return null;
        }

        var rest = line[at..].TrimStart(' ', '\t', ',');
        var script = numbers.Count == CornerNumbers ? Script(rest) : "";
        var text = IcdarLabel.Unquoted(script.Length > 0 ? rest[(script.Length + 1)..] : rest);
        var attributes = new Dictionary<string, string>();
        foreach (var (name, value) in new[] { (IcdarLabel.Text, text), (IcdarLabel.Script, script) })
        {
            if (value.Length > 0)
            {
                attributes[name] = value;
            }
        }

        return new DatasetShape
        {
            Kind = numbers.Count == BoxNumbers ? ShapeKind.Rectangle : ShapeKind.Polygon,
            Label = IcdarLabel.Name,
            Points = [.. numbers],
            Attributes = attributes.Count > 0 ? attributes : DatasetShape.NoAttributes,
        };
    }

    /// <summary>The script that stands before a text; empty when none does.</summary>
    private static string Script(string rest)
    {
        var comma = rest.IndexOf(',', StringComparison.Ordinal);
        return comma > 0 && _scripts.Contains(rest[..comma], StringComparer.Ordinal) ? rest[..comma] : "";
    }

    /// <summary>Reads numbers as far as they go and returns where the rest begins.</summary>
    private static int Numbers(string line, List<double> numbers)
    {
        var at = 0;
        while (at < line.Length)
        {
            var start = at;
            while (start < line.Length && (char.IsWhiteSpace(line[start]) || line[start] is ',' or '\uFEFF'))
            {
                start++;
            }

            var end = start;
            while (end < line.Length && !char.IsWhiteSpace(line[end]) && line[end] != ',')
            {
                end++;
            }

            if (end == start || numbers.Count > MostNumbers
                || !double.TryParse(line.AsSpan(start, end - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            {
                break;
            }

            numbers.Add(number);
            at = end;
        }

        return at;
    }

    private static int StartOfLast(string line, int end)
    {
        var at = end;
        while (at > 0 && !char.IsWhiteSpace(line[at - 1]) && line[at - 1] != ',')
        {
            at--;
        }

        return at;
    }
}
