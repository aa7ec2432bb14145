using Annotator.Formats.Archives;

namespace Annotator.Formats.Cityscapes;

/// <summary>What a Cityscapes archive has of one frame.</summary>
internal sealed class CityscapesEntry
{
    public required string Subset { get; init; }

    /// <summary>With the city's folder, without what the dataset adds to names.</summary>
    public required string Id { get; init; }
    public DatasetArchiveEntry? Polygons { get; set; }
    public DatasetArchiveEntry? Instances { get; set; }
    public DatasetArchiveEntry? Classes { get; set; }
    public DatasetArchiveEntry? TrainedClasses { get; set; }
    public DatasetArchiveEntry? Colors { get; set; }
    public DatasetArchiveEntry? Image { get; set; }

    /// <summary>The first label image there is, the one that says most.</summary>
    public DatasetArchiveEntry? Masks => Instances ?? Classes ?? TrainedClasses ?? Colors;
}

/// <summary>
/// Sorts the files of a Cityscapes archive by the ends of their names: <c>a_gtFine_labelIds.png</c>, <c>a_leftImg8bit.png</c>.
/// </summary>
internal sealed class CityscapesLayout
{
    public const string ImageEnd = "_leftImg8bit";

    private static readonly string[] _annotations = ["gtFine", "gtCoarse"];

    private readonly Dictionary<(string Subset, string Id), CityscapesEntry> _entries = [];

    public CityscapesLayout(DatasetArchive archive)
    {
        foreach (var file in archive.Entries)
        {
            var stem = file.Path[..^Path.GetExtension(file.Path).Length];
            if (stem.EndsWith(ImageEnd, StringComparison.Ordinal) && FileEndings.IsImage(file.Path))
            {
                Entry(stem[..^ImageEnd.Length], "leftImg8bit").Image = file;
                continue;
            }

            foreach (var kind in _annotations)
            {
                var at = stem.LastIndexOf($"_{kind}_", StringComparison.Ordinal);
                if (at > stem.LastIndexOf('/'))
                {
                    Add(Entry(stem[..at], kind), stem[(at + kind.Length + 2)..], file);
                    break;
                }
            }
        }
    }

    /// <summary>In order of subsets and names.</summary>
    public IEnumerable<CityscapesEntry> Entries =>
        _entries.Values.OrderBy(entry => entry.Subset, StringComparer.Ordinal).ThenBy(entry => entry.Id, StringComparer.Ordinal);

    public bool HasAnnotations => _entries.Values.Any(entry => entry.Masks is not null || entry.Polygons is not null);

    private static void Add(CityscapesEntry entry, string what, DatasetArchiveEntry file)
    {
        var isImage = FileEndings.IsImage(file.Path);
        switch (what)
        {
            case "polygons" when ArchiveProbe.Has(file, ".json"):
                entry.Polygons = file;
                break;
            case "instanceIds" when isImage:
                entry.Instances = file;
                break;
            case "labelIds" when isImage:
                entry.Classes = file;
                break;
            case "labelTrainIds" when isImage:
                entry.TrainedClasses = file;
                break;
            case "color" when isImage:
                entry.Colors = file;
                break;
            default:
                break;
        }
    }

    private CityscapesEntry Entry(string stem, string folder)
    {
        var segments = stem.Split('/');
        var at = Array.LastIndexOf(segments, folder);
        var subset = at >= 0 && at + 2 < segments.Length ? segments[at + 1] : "";
        var id = string.Join('/', segments[(at < 0 ? 0 : subset.Length > 0 ? at + 2 : at + 1)..]);
        subset = subset == "default" ? "" : subset;
        if (!_entries.TryGetValue((subset, id), out var entry))
        {
            _entries[(subset, id)] = entry = new CityscapesEntry { Subset = subset, Id = id };
        }

        return entry;
    }
}
