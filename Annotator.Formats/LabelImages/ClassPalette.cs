using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.LabelImages;

/// <summary>
/// The classes of a dataset with colours to paint them in: background in black, then the labels by name, in their own colours
/// where no other has the same.
/// </summary>
internal sealed class ClassPalette
{
    public const string BackgroundName = "background";

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <param name="plain">Makes of a name one that the format can hold; different names stay different.</param>
    public ClassPalette(DatasetInfo info, Func<string, string> plain, DatasetReport report)
    {
        var labels = new List<DatasetLabel>();
        foreach (var label in info.Labels)
        {
            labels.Add(label);
            labels.AddRange(label.Sublabels);
        }

        HasBackground = labels.Exists(label => label.Name == BackgroundName);
        var classes = new List<ColoredClass> { new(BackgroundName, 0) };
        var names = new HashSet<string>(StringComparer.Ordinal) { BackgroundName };
        var wanted = labels.DistinctBy(label => label.Name).Where(label => label.Name != BackgroundName).OrderBy(label => label.Name, StringComparer.Ordinal)
            .Select(label => (label.Name, Color: Color(label.Color))).ToList();
        var free = new FreeColors(wanted.Select(label => label.Color));
        foreach (var (name, color) in wanted)
        {
            var own = plain(name);
            for (var number = 2; !names.Add(own); number++)
            {
                own = string.Create(CultureInfo.InvariantCulture, $"{plain(name)}_{number}");
            }

            if (own != name)
            {
                report.Repair("label-renamed", "Labels whose names the format cannot hold were changed", $"{name}: {own}");
            }

            var taken = free.Take(color);
            if (taken != color && color >= 0)
            {
                report.Repair("color-changed", "Labels that are black or ignored, or have the colour of another, were given one of their own", $"{name}: {Hex(taken)}");
            }

            _numbers[name] = classes.Count;
            classes.Add(new ColoredClass(own, taken));
        }

        Classes = classes;
    }

    /// <summary>Background first; a class's place is its number.</summary>
    public IReadOnlyList<ColoredClass> Classes { get; }

    /// <summary>The dataset itself has a label of this name.</summary>
    public bool HasBackground { get; }

    /// <summary>The class of a label; 0 for background, null for a label that the dataset does not have.</summary>
    public int? NumberOf(string label) => label == BackgroundName ? 0 : _numbers.TryGetValue(label, out var number) ? number : null;

    public static string Hex(int color) => string.Create(CultureInfo.InvariantCulture, $"#{color:x6}");

    /// <summary>-1 for what is no colour.</summary>
    private static int Color(string text) =>
        text.Length == 7 && text[0] == '#' && int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var color) ? color : -1;

    /// <summary>Colours that nobody has: neither given out nor wanted by another.</summary>
    private sealed class FreeColors(IEnumerable<int> wanted)
    {
        private readonly HashSet<int> _wanted = [.. wanted];
        private readonly HashSet<int> _taken = [0, ClassColors.VoidColor];
        private int _next = 1;

        public int Take(int color)
        {
            if (color >= 0 && _taken.Add(color))
            {
                return color;
            }

            while (true)
            {
                var other = ClassColors.VocColor(_next++);
                if (!_wanted.Contains(other) && _taken.Add(other))
                {
                    return other;
                }
            }
        }
    }
}
