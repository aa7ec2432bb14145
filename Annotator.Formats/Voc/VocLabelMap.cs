using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.LabelImages;

namespace Annotator.Formats.Voc;

/// <summary>
/// PASCAL VOC's list of classes: <c>name:red,green,blue:parts:actions</c> a line. Its order numbers the classes from 0 on.
/// </summary>
internal sealed class VocLabelMap
{
    private const int MostLabelMapBytes = 16 << 20;

    /// <summary>The challenge's own classes, which its files take for granted.</summary>
    private static readonly string[] _challenge =
    [
        "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog", "horse",
        "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ];

    private VocLabelMap(List<ColoredClass> classes, List<string> parts)
    {
        Classes = classes;
        Parts = parts;
    }

    public IReadOnlyList<ColoredClass> Classes { get; }

    /// <summary>Names of body parts, which are objects of their own.</summary>
    public IReadOnlyList<string> Parts { get; }

    public static VocLabelMap Challenge { get; } =
        new([.. _challenge.Select((name, number) => new ColoredClass(name, ClassColors.VocColor(number)))], []);

    public static VocLabelMap Read(DatasetArchive archive, DatasetArchiveEntry file, DatasetReport report)
    {
        var classes = new List<ColoredClass>();
        var parts = new List<string>();
        if (file.Length > MostLabelMapBytes)
        {
            throw new DatasetException("labelmap-too-large", $"{file.Path} has {file.Length} bytes; the limit is {MostLabelMapBytes}.");
        }

        var number = 0;
        foreach (var line in LineReader.Lines(archive, file))
        {
            number++;
            if (line.TrimStart().StartsWith('#') || string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var fields = line.Split(':');
            var name = fields[0].Trim();
            if (name.Length == 0)
            {
                report.Loss("label-unnamed", "Lines of the list of labels without a name were left out", Place(file, number));
                continue;
            }

            // Old lists have no colours; those of the numbers are meant.
            var color = fields.Length > 1 && fields[1].Trim().Length > 0 ? Color(fields[1], ',') : ClassColors.VocColor(classes.Count);
            if (color is null)
            {
                report.Repair("color-invalid", "Labels whose colour is no red, green and blue from 0 to 255 were given one by their place", Place(file, number));
            }

            classes.Add(new ColoredClass(name, color ?? ClassColors.VocColor(classes.Count)));
            parts.AddRange(fields.Length > 2 ? fields[2].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : []);
            if (classes.Count > archive.Limits.MaxLabels)
            {
                throw new DatasetException("too-many-labels", $"{file.Path}: there are more than {archive.Limits.MaxLabels} labels.");
            }
        }

        return new VocLabelMap(classes, parts);
    }

    /// <summary>0xRRGGBB of three numbers; null when they are none.</summary>
    public static int? Color(ReadOnlySpan<char> text, char separator)
    {
        var (color, count) = (0, 0);
        foreach (var range in text.Split(separator))
        {
            if (!byte.TryParse(text[range].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var part) || ++count > 3)
            {
                return null;
            }

            color = color << 8 | part;
        }

        return count == 3 ? color : null;
    }

    private static string Place(DatasetArchiveEntry file, int line) => string.Create(CultureInfo.InvariantCulture, $"{file.Path} line {line}");
}
