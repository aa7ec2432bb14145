using System.Globalization;

namespace Annotator.Web.Models;

/// <summary>Frames as people write them, counted from 1: <c>1-20, 35</c>.</summary>
internal static class FramePairs
{
    /// <summary>Pairs of first and last in the task's numbering, from 0; null for an empty text, which means all.</summary>
    /// <param name="count">Frames that there are.</param>
    /// <param name="wrong">What cannot be read; null when all is well.</param>
    public static IReadOnlyList<int[]>? Read(string text, int count, out string? wrong)
    {
        wrong = null;
        var pairs = new List<int[]>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split(['-', '–'], 2, StringSplitOptions.TrimEntries);
            if (!Number(ends[0], out var first) || !Number(ends[^1], out var last) || first < 1 || last < first || last > count)
            {
                wrong = $"“{part}” is no frame of this task: write numbers from 1 to {count}, such as 1-20, 35.";
                return null;
            }

            pairs.Add([first - 1, last - 1]);
        }

        return pairs.Count == 0 ? null : pairs;
    }

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
