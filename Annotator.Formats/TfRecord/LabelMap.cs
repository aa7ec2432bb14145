using System.Globalization;
using System.Text;
using Annotator.Formats.Archives;

namespace Annotator.Formats.TfRecord;

/// <summary>Reads and writes <c>label_map.pbtxt</c>: items of an id from 1 and a name.</summary>
internal static class LabelMap
{
    private const string Quotes = "'\"‘’“”";

    /// <summary>Names by id; a later item of the same id wins. Items without a name or with an id below 1 are reported.</summary>
    public static SortedDictionary<int, string> Read(IEnumerable<string> lines, string path, DatasetLimits limits, DatasetReport report)
    {
        var names = new SortedDictionary<int, string>();
        var (depth, id, name, display, key) = (0, 0, "", "", "");
        foreach (var line in lines)
        {
            foreach (var token in Tokens(line))
            {
                switch (token)
                {
                    case "{":
                        depth++;
                        key = "";
                        continue;
                    case "}":
                        depth--;
                        if (depth == 0)
                        {
                            Add(id, name.Length > 0 ? name : display);
                            (id, name, display) = (0, "", "");
                        }

                        continue;
                    case ":" or "," or ";":
                        continue;
                    default:
                        break;
                }

                if (depth != 1 || key.Length == 0)
                {
                    key = token;
                    continue;
                }

                var value = Quotes.Contains(token[0], StringComparison.Ordinal) ? Unquoted(token) : token;
                _ = key switch
                {
                    "id" => id = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
                    "name" => (name = value).Length,
                    "display_name" => (display = value).Length,
                    _ => 0,
                };
                key = "";
            }
        }

        return names;

        void Add(int number, string text)
        {
            if (number < 1 || text.Length == 0)
            {
                report.Loss("label-invalid", "Items of the label map without a name or with an id below 1 were left out", $"{path}: id {number} \"{text}\"");
                return;
            }

            names[number] = text;
            if (names.Count > limits.MaxLabels)
            {
                throw new DatasetException("too-many-labels", $"{path}: there are more than {limits.MaxLabels} labels.");
            }
        }
    }

    public static string Text(IEnumerable<string> names)
    {
        var text = new StringBuilder();
        var id = 0;
        foreach (var name in names)
        {
            var quoted = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"item {{\n\tid: {++id}\n\tname: '{quoted}'\n}}\n\n");
        }

        return text.ToString();
    }

    /// <summary>Whether a file's start looks like a label map.</summary>
    public static bool IsMap(DatasetArchiveEntry entry) => entry.Path.EndsWith(".pbtxt", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Tokens(string line)
    {
        for (var at = 0; at < line.Length && line[at] != '#';)
        {
            var start = at;
            if (char.IsWhiteSpace(line[at]) || line[at] == '\uFEFF')
            {
                at++;
                continue;
            }

            if (Quotes.Contains(line[at], StringComparison.Ordinal))
            {
                at = EndOfText(line, at);
            }
            else if ("{}:,;".Contains(line[at], StringComparison.Ordinal))
            {
                at++;
            }
            else
            {
                while (at < line.Length && !char.IsWhiteSpace(line[at]) && !"{}:,;#".Contains(line[at], StringComparison.Ordinal) && !Quotes.Contains(line[at], StringComparison.Ordinal))
                {
                    at++;
                }
            }

            yield return line[start..at];
        }
    }

    /// <summary>The place behind the closing quote, or the line's end. A typographic quote is closed by its like.</summary>
    private static int EndOfText(string line, int at)
    {
        var close = line[at] switch { '‘' or '’' => "‘’", '“' or '”' => "“”", var plain => plain.ToString() };
        for (at++; at < line.Length; at++)
        {
            if (line[at] == '\\')
            {
                at++;
            }
            else if (close.Contains(line[at], StringComparison.Ordinal))
            {
                return at + 1;
            }
        }

        return line.Length;
    }

    private static string Unquoted(string token)
    {
        var inner = token.Length > 1 && Quotes.Contains(token[^1], StringComparison.Ordinal) ? token[1..^1] : token[1..];
        if (!inner.Contains('\\', StringComparison.Ordinal))
        {
            return inner;
        }

        var text = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            text.Append(inner[i] == '\\' && i + 1 < inner.Length ? inner[++i] switch { 'n' => '\n', 't' => '\t', var other => other } : inner[i]);
        }

        return text.ToString();
    }
}
