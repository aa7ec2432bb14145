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

    public KittiLayout(DatasetArchive archive)
    {
        foreach (var file in archive.Entries)
        {
            if (Place(file.Path) is not { } place)
            {
                continue;
            }

            var isImage = ImageNames.IsImage(file.Path);
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
