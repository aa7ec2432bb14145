using System.Globalization;
using System.Text;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Model;

namespace Annotator.Formats.Voc;

/// <summary>The classes of PASCAL VOC 1.1 as it is written: background, then the labels in their order, each skeleton's nodes behind it.</summary>
internal sealed class VocLabels
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { [ClassPalette.BackgroundName] = 0 };
    private readonly Dictionary<string, DatasetLabel> _labels = new(StringComparer.Ordinal);
    private readonly List<string> _names = [ClassPalette.BackgroundName];

    public VocLabels(DatasetInfo info, DatasetReport report)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { ClassPalette.BackgroundName };
        foreach (var label in info.Labels)
        {
            Add(label, taken, report);
            foreach (var sublabel in label.Sublabels)
            {
                Add(sublabel, taken, report);
            }
        }
    }

    /// <summary>Names as they are written, in the order of their numbers.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>-1 for a label that the dataset does not have.</summary>
    public int NumberOf(string label) => _numbers.GetValueOrDefault(label, -1);

    /// <summary>Whether the attribute is a checkbox, whose values are written in other words.</summary>
    public bool IsCheckbox(string label, string attribute)
    {
        if (_labels.TryGetValue(label, out var declared))
        {
            foreach (var known in declared.Attributes)
            {
                if (known.Name == attribute)
                {
                    return known.InputType == "checkbox";
                }
            }
        }

        return false;
    }

    /// <summary>The file <c>labelmap.txt</c>.</summary>
    public string Text() => LabelMap(_names.Select((name, number) => new ColoredClass(name, ClassColors.ObjectColor(number))));

    /// <summary>A list of classes as PASCAL VOC's tools want it: exactly three colons a line.</summary>
    public static string LabelMap(IEnumerable<ColoredClass> classes)
    {
        var text = new StringBuilder("# label:color_rgb:parts:actions\n");
        foreach (var (name, color) in classes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}:{color >> 16},{(color >> 8) & 0xFF},{color & 0xFF}::\n");
        }

        return text.ToString();
    }

    /// <summary>A name without what has a meaning in the list.</summary>
    public static string Plain(string name)
    {
        var plain = string.Concat(name.Select(letter => letter == ':' || char.IsControl(letter) ? '_' : letter)).Trim();
        return plain.Length == 0 || plain[0] == '#' ? "_" + plain : plain;
    }

    private void Add(DatasetLabel label, HashSet<string> taken, DatasetReport report)
    {
        if (!_labels.TryAdd(label.Name, label) || label.Name == ClassPalette.BackgroundName)
        {
            return;
        }

        var name = Plain(label.Name);
        for (var number = 2; !taken.Add(name); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{Plain(label.Name)}_{number}");
        }

        if (name != label.Name)
        {
            report.Repair("label-renamed", "Labels whose names the format cannot hold were changed", $"{label.Name}: {name}");
        }

        _numbers[label.Name] = _names.Count;
        _names.Add(name);
    }
}
