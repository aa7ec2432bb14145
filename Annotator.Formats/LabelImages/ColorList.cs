using System.Globalization;
using System.Text;
using Annotator.Formats.Archives;

namespace Annotator.Formats.LabelImages;

/// <summary>
/// The list <c>label_colors.txt</c> that several formats have: red, green, blue and a name a line. A class's line is its
/// number, from 0 on.
/// </summary>
internal static class ColorList
{
    public const string Name = "label_colors.txt";

    /// <summary>Null when the archive has none.</summary>
    public static DatasetArchiveEntry? Find(DatasetArchive archive) =>
        archive.Entries.FirstOrDefault(entry => EntryPaths.EndsIn(entry.Path, Name));

    /// <summary>Null when the archive has none, or there is no class in it.</summary>
    public static List<ColoredClass>? Read(DatasetArchive archive, DatasetReport report)
    {
        if (Find(archive) is not { } file)
        {
            return null;
        }

        var classes = new List<ColoredClass>();
        var number = 0;
        foreach (var line in LineReader.Lines(archive, file))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.TrimStart().StartsWith('#'))
            {
                continue;
            }

            if (Parse(line) is { } parsed)
            {
                classes.Add(parsed);
            }
            else
            {
                report.Loss("row-invalid", "Rows that are not of the format were left out", string.Create(CultureInfo.InvariantCulture, $"{file.Path} line {number}"));
            }

            if (classes.Count > archive.Limits.MaxLabels)
            {
                throw new DatasetException("too-many-labels", $"{file.Path}: there are more than {archive.Limits.MaxLabels} labels.");
            }
        }

        return classes.Count > 0 ? classes : null;
    }

    public static string Text(IEnumerable<ColoredClass> classes)
    {
        var text = new StringBuilder();
        foreach (var (name, color) in classes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{color >> 16} {(color >> 8) & 0xFF} {color & 0xFF} {name}\n");
        }

        return text.ToString();
    }

    /// <summary>A label's name without blanks, at which other tools split the line.</summary>
    public static string Plain(string name)
    {
        var plain = string.Concat(name.Trim().Select(letter => char.IsWhiteSpace(letter) || char.IsControl(letter) ? '_' : letter));
        return plain.Length > 0 ? plain : "_";
    }

    private static ColoredClass? Parse(string line)
    {
        var color = 0;
        var rest = line.AsSpan().Trim();
        for (var part = 0; part < 3; part++)
        {
            var blank = rest.IndexOfAny(' ', '\t');
            if (blank <= 0 || !byte.TryParse(rest[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return null;
            }

            color = color << 8 | value;
            rest = rest[blank..].TrimStart();
        }

        return rest.Length > 0 ? new ColoredClass(rest.ToString(), color) : null;
    }
}
