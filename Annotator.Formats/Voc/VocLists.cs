using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Voc;

/// <summary>
/// The lists of <c>ImageSets</c>: which images a subset has, and, one list for each label and subset, which of them have the
/// label as a tag.
/// </summary>
internal sealed class VocLists
{
    private readonly List<(int Label, int Next)> _tags = [];
    private readonly List<string> _labels = [];

    /// <param name="known">Labels that the archive lists; empty when it lists none.</param>
    /// <param name="folders">Folders of <c>ImageSets</c>; the first that there is counts.</param>
    public VocLists(DatasetArchive archive, VocLayout layout, IReadOnlyList<string> known, string[] folders, DatasetReport report)
    {
        var folder = folders.FirstOrDefault(folder => layout.Lists.Exists(list => IsIn(list.Path, folder)));
        foreach (var same in layout.Lists.Where(list => folder is not null && IsIn(list.Path, folder)).GroupBy(list => list.Prefix).ToList())
        {
            Read(archive, layout, [.. same.Select(list => (list.Prefix, Stem(list.Path), list.File))], known, report);
        }
    }

    /// <summary>Labels of tags, in the order in which they were met.</summary>
    public IReadOnlyList<string> Labels => _labels;

    public IReadOnlyList<DatasetTag> TagsOf(VocEntry entry)
    {
        if (entry.FirstTag < 0)
        {
            return [];
        }

        var tags = new List<DatasetTag>();
        for (var at = entry.FirstTag; at >= 0; at = _tags[at].Next)
        {
            tags.Add(new DatasetTag { Label = _labels[_tags[at].Label], Source = AnnotationSource.File });
        }

        tags.Reverse();
        return tags;
    }

    /// <summary>A label's name as part of a file's.</summary>
    public static string Plain(string name) =>
        string.Concat(name.Select(letter => letter is '/' or '\\' or ':' || char.IsControl(letter) ? '_' : letter));

    private void Read(DatasetArchive archive, VocLayout layout, List<(string Prefix, string Stem, DatasetArchiveEntry File)> lists, IReadOnlyList<string> known, DatasetReport report)
    {
        var stems = lists.Select(list => list.Stem).ToHashSet(StringComparer.Ordinal);
        var labels = known.DistinctBy(Plain).ToDictionary(Plain, StringComparer.Ordinal);
        var ofLabels = lists.Select(list => (list.File, Label: LabelOf(list.Stem, stems, labels))).Where(list => list.Label is not null).ToList();
        var labelFiles = ofLabels.Select(list => list.File).ToHashSet();

        // The challenge lists an image under train and once more under trainval.
        var both = stems.Contains("train") || stems.Contains("val");
        foreach (var (prefix, stem, file) in lists.Where(list => !labelFiles.Contains(list.File)).OrderBy(list => both && list.Stem == "trainval"))
        {
            foreach (var line in LineReader.Lines(archive, file))
            {
                if (Entry(layout, prefix, line, archive.Limits) is { } entry)
                {
                    if (entry.Subset.Length == 0)
                    {
                        entry.Subset = stem == "default" ? "" : stem;
                    }
                }
            }
        }

        foreach (var (file, label) in ofLabels)
        {
            ReadTags(archive, layout, lists[0].Prefix, file, label!, report);
        }
    }

    private void ReadTags(DatasetArchive archive, VocLayout layout, string prefix, DatasetArchiveEntry file, string label, DatasetReport report)
    {
        var number = -1;
        foreach (var line in LineReader.Lines(archive, file))
        {
            var text = line.AsSpan().Trim();
            var blank = text.LastIndexOfAny(' ', '\t');
            if (text.Length == 0 || (text[0] == '#' && blank < 0))
            {
                continue;
            }

            if (blank < 0 || !(text[(blank + 1)..] is "1" or "-1" or "0"))
            {
                report.Loss("row-invalid", "Rows that are not of the format were left out", $"{file.Path}: {text[..Math.Min(text.Length, 60)]}");
                continue;
            }

            // Written is "name", a blank, and a number of two places.
            if (text[(blank + 1)..] is "1" && Entry(layout, prefix, line.EndsWith("  1", StringComparison.Ordinal) ? line[..^3] : text[..blank].ToString(), archive.Limits) is { } entry)
            {
                if (number < 0)
                {
                    number = _labels.IndexOf(label);
                    number = number < 0 ? _labels.Count : number;
                    if (number == _labels.Count)
                    {
                        _labels.Add(label);
                    }
                }

                _tags.Add((number, entry.FirstTag));
                entry.FirstTag = _tags.Count - 1;
            }
        }
    }

    /// <summary>The label of a list such as <c>car_train</c>, where there is a list <c>train</c> or the label is known.</summary>
    private static string? LabelOf(string stem, HashSet<string> stems, Dictionary<string, string> known)
    {
        for (var at = stem.IndexOf('_', StringComparison.Ordinal); at >= 0; at = stem.IndexOf('_', at + 1))
        {
            if (at > 0 && stems.Contains(stem[(at + 1)..]) && (known.Count == 0 || known.ContainsKey(stem[..at])))
            {
                return known.GetValueOrDefault(stem[..at], stem[..at]);
            }
        }

        return null;
    }

    private static VocEntry? Entry(VocLayout layout, string prefix, string text, DatasetLimits limits) =>
        layout.Find(prefix, text) ?? (Name(text, limits) is { } name ? layout.Add(prefix, name) : null);

    /// <summary>An image's name; in lists of layouts it is quoted where it has blanks, and a number follows.</summary>
    private static string? Name(string line, DatasetLimits limits)
    {
        var text = line.Trim();
        if (text.StartsWith('"') && text.IndexOf('"', 1) is var close and > 0)
        {
            text = text[1..close];
        }

        return text.Length == 0 || text[0] == '#' || text.Length > limits.MaxNameLength || !EntryNames.IsPlain(text) ? null : text;
    }

    private static bool IsIn(string path, string folder) => path.StartsWith(folder + "/", StringComparison.OrdinalIgnoreCase);

    private static string Stem(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return path[(slash + 1)..^".txt".Length];
    }
}
