using System.Globalization;
using System.Text;

namespace Annotator.Formats.Yolo;

/// <summary>Reads the names of classes out of a list, or out of the few forms that a dataset's YAML file has.</summary>
public static class YoloNames
{
    /// <summary>One name a line.</summary>
    public static List<string> OfList(IEnumerable<string> lines, DatasetLimits limits)
    {
        var names = lines.Select(line => line.Trim()).ToList();
        while (names.Count > 0 && names[^1].Length == 0)
        {
            names.RemoveAt(names.Count - 1);
        }

        return Checked(names, limits);
    }

    /// <summary>The key <c>names</c> as a block or flow, list or map. A number that is left out gets its number as its name.</summary>
    public static List<string> OfYaml(IEnumerable<string> lines, DatasetLimits limits)
    {
        var names = new SortedDictionary<int, string>();
        var inside = false;
        var flow = new StringBuilder();
        foreach (var raw in lines)
        {
            var line = WithoutComment(raw).TrimEnd();
            if (line.Trim().Length == 0)
            {
                continue;
            }

            if (flow.Length > 0)
            {
                // A flow goes on until its bracket, however its lines are indented.
                flow.Append(' ').Append(line.Trim());
            }
            else if (char.IsWhiteSpace(line[0]) || line[0] == '-')
            {
                if (inside && line.Trim() is ['[' or '{', ..] begun && names.Count == 0)
                {
                    flow.Append(begun);
                }
                else if (inside)
                {
                    Add(names, line.Trim());
                }
            }
            else
            {
                inside = line.StartsWith("names:", StringComparison.Ordinal);
                flow.Append(inside && line["names:".Length..].Trim() is ['[' or '{', ..] begun ? begun : "");
            }

            if (flow.Length > 0 && flow[^1] == (flow[0] == '[' ? ']' : '}'))
            {
                AddFlow(names, flow.ToString());
                flow.Clear();
                inside = false;
            }

            if (names.Count > limits.MaxLabels || flow.Length > limits.MaxTokenBytes)
            {
                break;
            }
        }

        // A list that was cut off has the names before the cut.
        AddFlow(names, flow.ToString());
        var last = names.Count == 0 ? -1 : names.Keys.Last();
        if (last >= limits.MaxLabels)
        {
            throw TooMany(limits);
        }

        return Checked([.. Enumerable.Range(0, last + 1).Select(i => names.GetValueOrDefault(i) ?? i.ToString(CultureInfo.InvariantCulture))], limits);
    }

    private static void AddFlow(SortedDictionary<int, string> names, string flow)
    {
        foreach (var entry in Split(flow.Trim('[', ']', '{', '}')))
        {
            Add(names, flow[0] == '[' ? "- " + entry : entry);
        }
    }

    private static void Add(SortedDictionary<int, string> names, string entry)
    {
        if (entry.StartsWith('-'))
        {
            names[names.Count] = Unquoted(entry[1..].Trim());
            return;
        }

        var colon = entry.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && int.TryParse(Unquoted(entry[..colon].Trim()), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            names[index] = Unquoted(entry[(colon + 1)..].Trim());
        }
    }

    internal static IEnumerable<string> Split(string flow)
    {
        var (start, quote) = (0, '\0');
        for (var i = 0; i < flow.Length; i++)
        {
            if (quote != '\0')
            {
                quote = flow[i] == quote ? '\0' : quote;
            }
            else if (flow[i] is '"' or '\'')
            {
                quote = flow[i];
            }
            else if (flow[i] == ',')
            {
                yield return flow[start..i].Trim();
                start = i + 1;
            }
        }

        if (flow[start..].Trim() is { Length: > 0 } last)
        {
            yield return last;
        }
    }

    /// <summary>A plain value as it is; one in quotes without them.</summary>
    public static string Unquoted(string text)
    {
        if (text.Length < 2 || text[0] != text[^1] || text[0] is not ('"' or '\''))
        {
            return text;
        }

        var inner = text[1..^1];
        return text[0] == '\''
            ? inner.Replace("''", "'", StringComparison.Ordinal)
            : inner.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
    }

    /// <summary>The line up to a hash that begins a comment.</summary>
    public static string WithoutComment(string line)
    {
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            if (quote != '\0')
            {
                quote = line[i] == quote ? '\0' : quote;
            }
            else if (line[i] is '"' or '\'')
            {
                quote = line[i];
            }
            else if (line[i] == '#' && (i == 0 || char.IsWhiteSpace(line[i - 1])))
            {
                return line[..i];
            }
        }

        return line;
    }

    private static List<string> Checked(List<string> names, DatasetLimits limits) => names.Count > limits.MaxLabels ? throw TooMany(limits) : names;

    private static DatasetException TooMany(DatasetLimits limits) => new("too-many-labels", $"There are more than {limits.MaxLabels} names of classes.");
}
