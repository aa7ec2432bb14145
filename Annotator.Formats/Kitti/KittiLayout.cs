using Annotator.Formats.Archives;

namespace Annotator.Formats.Kitti;

/// <summary>What a KITTI archive has of one frame.</summary>
internal sealed class KittiEntry
{
    public required string Subset { get; init; }
    public required string Id { get; init; }
    public DatasetArchiveEntry? Boxes { get; set; }
    public DatasetArchiveEntry? Instances { get; set; }
    public DatasetArchiveEntry? Classes { get; set; }
    public DatasetArchiveEntry? Colors { get; set; }
    public DatasetArchiveEntry? Image { get; set; }
}

/// <summary>Sorts the files of a KITTI archive by the folders that they lie in; what stands before those is the subset.</summary>
internal sealed class KittiLayout
{
    private static readonly string[] _folders = ["label_2", "instance", "semantic", "semantic_rgb", "image_2"];

    private readonly Dictionary<(string Subset, string Id), KittiEntry> _entries = [];

    private static readonly string[] _parts = ["train", "training", "val", "valid", "validation", "test", "testing"];

    /// <param name="loose">
    /// Whether files of boxes may lie anywhere, as tools for training have them: <c>train/labels</c> beside <c>train/images</c>.
    /// </param>
    public KittiLayout(DatasetArchive archive, bool loose = false)
    {
        if (loose)
        {
            AddLoose(archive);
            return;
        }

        foreach (var file in archive.Entries)
        {
            if (Place(file.Path) is not { } place)
            {
                continue;
            }

            var isImage = FileEndings.IsImage(file.Path);
            switch (place.Folder)
            {
                case "label_2" when ArchiveProbe.Has(file, ".txt"):
                    Entry(place.Subset, place.Name[..^".txt".Length]).Boxes = file;
                    break;
                case "instance" when isImage:
                    Entry(place.Subset, ImageNames.Stem(place.Name)).Instances = file;
                    break;
                case "semantic" when isImage:
                    Entry(place.Subset, ImageNames.Stem(place.Name)).Classes = file;
                    break;
                case "semantic_rgb" when isImage:
                    Entry(place.Subset, ImageNames.Stem(place.Name)).Colors = file;
                    break;
                case "image_2" when isImage:
                    Entry(place.Subset, ImageNames.Stem(place.Name)).Image = file;
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>In order of subsets and names.</summary>
    public IEnumerable<KittiEntry> Entries =>
        _entries.Values.OrderBy(entry => entry.Subset, StringComparer.Ordinal).ThenBy(entry => entry.Id, StringComparer.Ordinal);

    public bool HasAnnotations => HasBoxes || HasMasks;

    public bool HasBoxes => _entries.Values.Any(entry => entry.Boxes is not null);

    public bool HasMasks => _entries.Values.Any(entry => (entry.Instances ?? entry.Classes ?? entry.Colors) is not null);

    /// <summary>Boxes and images of one name are one frame; a folder called like a part of a dataset is the subset.</summary>
    private void AddLoose(DatasetArchive archive)
    {
        foreach (var file in archive.Entries.Where(file => ArchiveProbe.Has(file, ".txt") && IsBoxes(archive, file)))
        {
            var (subset, id) = Loose(file.Path);
            Entry(subset, id).Boxes = file;
        }

        foreach (var file in archive.Entries.Where(file => FileEndings.IsImage(file.Path)))
        {
            if (_entries.TryGetValue(Loose(file.Path), out var entry))
            {
                entry.Image = file;
            }
        }
    }

    /// <summary>An empty file has no boxes.</summary>
    private static bool IsBoxes(DatasetArchive archive, DatasetArchiveEntry file)
    {
        try
        {
            return LineReader.Lines(archive, file).FirstOrDefault(line => line.Trim().Length > 0) is not { } first || KittiRow.Parse(first) is not null;
        }
        catch (DatasetException)
        {
            return false;
        }
    }

    private static (string Subset, string Id) Loose(string path)
    {
        var folders = path.Split('/')[..^1];
        return (Array.Find(folders, folder => _parts.Contains(folder, StringComparer.OrdinalIgnoreCase)) ?? "", ImageNames.Stem(EntryPaths.FileName(path)));
    }

    private KittiEntry Entry(string subset, string id)
    {
        if (!_entries.TryGetValue((subset, id), out var entry))
        {
            _entries[(subset, id)] = entry = new KittiEntry { Subset = subset, Id = id };
        }

        return entry;
    }

    private static (string Subset, string Folder, string Name)? Place(string path)
    {
        var segments = path.Split('/');
        for (var i = 0; i < segments.Length - 1; i++)
        {
            if (_folders.Contains(segments[i], StringComparer.OrdinalIgnoreCase))
            {
                var subset = i > 0 ? segments[i - 1] : "";
                return (subset == "default" ? "" : subset, segments[i].ToLowerInvariant(), string.Join('/', segments[(i + 1)..]));
            }
        }

        return null;
    }
}
