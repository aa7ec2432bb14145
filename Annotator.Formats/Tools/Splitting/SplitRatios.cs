using System.Globalization;

namespace Annotator.Formats.Tools.Splitting;

/// <summary>Parts of a dataset by name, and how much of it each one gets.</summary>
public sealed class SplitRatios
{
    private const double Tolerance = 1e-6;

    private SplitRatios(IReadOnlyList<(string Name, double Share)> parts) => Parts = parts;

    /// <summary>Shares add up to 1.</summary>
    public IReadOnlyList<(string Name, double Share)> Parts { get; }

    /// <summary>Reads <c>train=0.8,val=0.2</c>.</summary>
    /// <exception cref="DatasetException"><c>split-invalid</c>: no such list, a name twice, or a sum that is not 1.</exception>
    public static SplitRatios Parse(string text)
    {
        var parts = new List<(string Name, double Share)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var sign = part.LastIndexOf('=');
            var name = sign > 0 ? part[..sign].Trim() : "";
            if (name.Length == 0 || !double.TryParse(part[(sign + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var share) || !(share >= 0) || share > 1)
            {
                throw Wrong($"\"{part}\" is no part such as train=0.8");
            }

            if (parts.Exists(other => other.Name == name))
            {
                throw Wrong($"the part {name} is named twice");
            }

            parts.Add((name, share));
        }

        var sum = parts.Sum(part => part.Share);
        return Math.Abs(sum - 1) <= Tolerance
            ? new SplitRatios(parts)
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"the ratios add up to {sum:0.######}, not to 1"));
    }

    /// <summary>How many of so many each part gets: whole numbers with that sum, by the largest remainders.</summary>
    public int[] Counts(int total)
    {
        var counts = new int[Parts.Count];
        var remainders = new (double Remainder, int Part)[Parts.Count];
        for (var i = 0; i < counts.Length; i++)
        {
            // A product such as 0.29 * 100 lies a hair below the whole number that is meant.
            var exact = Parts[i].Share * total + Tolerance;
            counts[i] = (int)Math.Floor(exact);
            remainders[i] = (exact - counts[i], i);
        }

        var left = total - counts.Sum();
        foreach (var (_, part) in remainders.OrderByDescending(pair => pair.Remainder).ThenBy(pair => pair.Part).Take(Math.Max(left, 0)))
        {
            counts[part]++;
        }

        return counts;
    }

    private static DatasetException Wrong(string message) => new("split-invalid", $"Split: {message}.");
}
