using System.Globalization;

namespace Annotator.Formats.Yolo;

/// <summary>What a dataset's YAML file says of skeletons: nodes, numbers of each, and perhaps their names for each class.</summary>
/// <param name="Points">Nodes of a row; 0 when the file does not say.</param>
/// <param name="Dimensions">2 for x and y, 3 with how they are seen; 0 when the file does not say.</param>
internal sealed record YoloSkeletons(int Points, int Dimensions)
{
    private readonly SortedDictionary<int, List<string>> _nodes = [];

    public static YoloSkeletons None { get; } = new(0, 0);

    /// <summary>The keys <c>kpt_shape</c> and <c>kpt_names</c>, as block or flow.</summary>
    public static YoloSkeletons OfYaml(IEnumerable<string> lines, DatasetLimits limits)
    {
        var shape = new List<int>();
        var nodes = new SortedDictionary<int, List<string>>();
        var (key, current, total) = ("", -1, 0);
        foreach (var raw in lines)
        {
            var line = YoloNames.WithoutComment(raw).TrimEnd();
            var text = line.Trim();
            if (text.Length == 0)
            {
                continue;
            }

            if (!char.IsWhiteSpace(line[0]) && line[0] != '-')
            {
                var colon = text.IndexOf(':', StringComparison.Ordinal);
                key = colon > 0 ? text[..colon] : "";
                text = colon > 0 ? text[(colon + 1)..].Trim() : "";
            }

            if (key == "kpt_shape")
            {
                shape.AddRange(YoloNames.Split(text.Trim('[', ']', '-', ' ')).Select(Number).Take(2));
            }
            else if (key == "kpt_names" && text.Length > 0)
            {
                AddNames(nodes, text, ref current);
                if (++total > limits.MaxLabels)
                {
                    throw new DatasetException("too-many-labels", $"There are more than {limits.MaxLabels} names of nodes.");
                }
            }
        }

        if (shape.Count < 2 || shape[0] is < 1 || shape[0] > limits.MaxLabels || shape[1] is not (2 or 3))
        {
            return None;
        }

        var skeletons = new YoloSkeletons(shape[0], shape[1]);
        foreach (var (index, names) in nodes)
        {
            skeletons._nodes[index] = names;
        }

        return skeletons;
    }

    /// <summary>How many numbers a node has in a row with that many; 0 when they do not come out even.</summary>
    public int NumbersOfNode(int numbers) =>
        Points > 0 ? numbers == Points * Dimensions ? Dimensions : 0
        : numbers % 3 == 0 ? 3
        : numbers % 2 == 0 ? 2
        : 0;

    /// <summary>
    /// Names of a class's nodes where the file gives them; else they are called by their place from 1. A class may have fewer
    /// than others: its rows are filled up.
    /// </summary>
    public IReadOnlyList<string> NodesOf(int index, int count) =>
        _nodes.TryGetValue(index, out var names) && names.Count <= count && names.Distinct().Count() == names.Count
            ? names
            : [.. Enumerable.Range(1, count).Select(Place)];

    private static string Place(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static void AddNames(SortedDictionary<int, List<string>> nodes, string text, ref int current)
    {
        if (text.StartsWith('-'))
        {
            if (current >= 0)
            {
                nodes[current].Add(YoloNames.Unquoted(text[1..].Trim()));
            }

            return;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            current = index;
            nodes[current] = [.. YoloNames.Split(text[(colon + 1)..].Trim().Trim('[', ']')).Select(YoloNames.Unquoted)];
        }
    }
}
