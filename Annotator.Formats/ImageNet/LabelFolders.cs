using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.ImageNet;

/// <summary>
/// Images in folders that are called like their labels. One image in several folders has several labels; different images of
/// one name are told apart by their content.
/// </summary>
internal sealed class LabelFolders
{
    public const string NoLabel = "no_label";

    private static readonly string[] _subsets = ["train", "val", "valid", "validation", "test"];

    public LabelFolders(DatasetArchive archive)
    {
        var files = archive.Entries.Where(entry => FileEndings.IsImage(entry.Path))
            .Select(entry => (Entry: entry, Path: entry.Path.Split('/'))).ToList();
        // A label may have folders of its own: only what lies within tells that the first folder is none. A dataset of one
        // label, all whose images lie in several folders of it, is rarer than one that was packed with the folder around it.
        var wrapped = (files.Exists(file => file.Path.Length > 2 && (_subsets.Contains(file.Path[1]) || file.Path[1] == NoLabel))
                || (files.TrueForAll(file => file.Path.Length == 3) && files.Exists(file => file.Path[1] != files[0].Path[1])))
            && files.TrueForAll(file => file.Path.Length > 2 && file.Path[0] == files[0].Path[0]) && !_subsets.Contains(files[0].Path[0]);
        var placed = files.Select(file => Placed(file.Entry, wrapped ? file.Path[1..] : file.Path)).ToList();
        foreach (var same in placed.GroupBy(file => (file.Subset, file.Name)).OrderBy(group => group.Key.Subset, StringComparer.Ordinal).ThenBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            var contents = same.GroupBy(file => (file.Entry.Length, same.Skip(1).Any() ? archive.Checksum(file.Entry) : 0)).ToList();
            Items.AddRange(contents.Select(content => new LabelledImage(
                content.First().Entry,
                same.Key.Subset,
                contents.Count == 1 || content.First().Label is not { } folder ? same.Key.Name : $"{folder}/{same.Key.Name}",
                [.. content.Select(file => file.Label).OfType<string>().Distinct()])));
        }

        Labels = [.. Items.SelectMany(item => item.Labels).Distinct().Order(StringComparer.Ordinal)];
        if (Labels.Count > archive.Limits.MaxLabels)
        {
            throw new DatasetException("too-many-labels", $"There are more than {archive.Limits.MaxLabels} folders of labels.");
        }
    }

    /// <summary>The name of a label's or subset's folder: the label itself where it can be one.</summary>
    public static string FolderName(string name)
    {
        var plain = string.Concat(name.Select(letter => letter is '/' or '\\' or ':' || char.IsControl(letter) ? '_' : letter));
        return plain is "" or "." or ".." ? "_" + plain : plain;
    }

    public List<string> Labels { get; }
    public List<LabelledImage> Items { get; } = [];

    public IEnumerable<DatasetItem> Read(DatasetArchive archive, DatasetReport report)
    {
        foreach (var image in Items)
        {
            report.Images++;
            report.Count("tag", image.Labels.Count);
            yield return new DatasetItem
            {
                Name = image.Name,
                Subset = image.Subset,
                Tags = [.. image.Labels.Select(label => new DatasetTag { Label = label })],
                OpenImage = _ => Task.FromResult(archive.Open(image.Entry)),
            };
        }
    }

    private static (DatasetArchiveEntry Entry, string Subset, string? Label, string Name) Placed(DatasetArchiveEntry entry, string[] path)
    {
        var subset = path.Length > 1 && _subsets.Contains(path[0]) ? path[0] : "";
        var rest = subset.Length > 0 ? path[1..] : path;
        return rest.Length < 2
            ? (entry, subset, null, rest[^1])
            : (entry, subset, rest[0] == NoLabel ? null : rest[0], string.Join('/', rest[1..]));
    }
}

/// <summary>An image with the labels of all folders it lies in.</summary>
internal sealed record LabelledImage(DatasetArchiveEntry Entry, string Subset, string Name, IReadOnlyList<string> Labels);
