using Annotator.Formats.Archives;

namespace Annotator.Formats.Voc;

/// <summary>What an archive has of one image: annotations, label images, or only its name in a list.</summary>
internal sealed class VocEntry
{
    /// <summary>The image's path within its folder, without extension.</summary>
    public required string Id { get; init; }
    public string Subset { get; set; } = "";
    public DatasetArchiveEntry? Xml { get; set; }
    public DatasetArchiveEntry? Classes { get; set; }
    public DatasetArchiveEntry? Objects { get; set; }

    /// <summary>The first of its tags in <see cref="VocLists"/>; -1 for none.</summary>
    public int FirstTag { get; set; } = -1;
}

/// <summary>
/// Sorts the files of a PASCAL VOC archive: the devkit's folders, perhaps within others; folders called annotations and
/// images; or annotations beside their images, perhaps in folders for training and testing.
/// </summary>
internal sealed class VocLayout
{
    public const string LabelMapName = "labelmap.txt";

    private static readonly string[] _parts = ["train", "val", "valid", "validation", "test"];

    private readonly Dictionary<string, VocEntry> _entries = new(StringComparer.Ordinal);
    private readonly DatasetArchive _archive;
    private readonly string _wrapping;

    public VocLayout(DatasetArchive archive)
    {
        _archive = archive;
        _wrapping = Wrapping(archive);
        foreach (var file in archive.Entries)
        {
            if (file.Path.EndsWith(LabelMapName, StringComparison.OrdinalIgnoreCase) && ArchiveProbe.FileName(file).Equals(LabelMapName, StringComparison.OrdinalIgnoreCase))
            {
                LabelMap ??= file;
                continue;
            }

            var (folder, prefix, rest) = Place(file.Path);
            switch (folder)
            {
                case "annotations" when IsXml(file):
                case "" when IsXml(file) || file.IsBare:
                    Add(prefix, folder.Length == 0 && file.IsBare && !IsXml(file) ? rest : rest[..^4]).Xml = file;
                    break;
                case "segmentationclass" when FileEndings.IsImage(file.Path):
                    Add(prefix, ImageNames.Stem(rest)).Classes = file;
                    break;
                case "segmentationobject" when FileEndings.IsImage(file.Path):
                    Add(prefix, ImageNames.Stem(rest)).Objects = file;
                    break;
                case "imagesets" when file.Path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase):
                    Lists.Add((prefix, rest, file));
                    break;
                default:
                    break;
            }
        }
    }

    public DatasetArchiveEntry? LabelMap { get; }

    /// <summary>Lists of images: the folder around <c>ImageSets</c>, the path within it, the file.</summary>
    public List<(string Prefix, string Path, DatasetArchiveEntry File)> Lists { get; } = [];

    public bool HasXml => _entries.Values.Any(entry => entry.Xml is not null);

    public bool HasClasses => _entries.Values.Any(entry => entry.Classes is not null);

    /// <summary>In order of subsets and names.</summary>
    public IEnumerable<VocEntry> Entries =>
        _entries.Values.OrderBy(entry => entry.Subset, StringComparer.Ordinal).ThenBy(entry => entry.Id, StringComparer.Ordinal);

    /// <summary>The image's entry, made if there is none yet.</summary>
    public VocEntry Add(string prefix, string id)
    {
        var key = $"{prefix}\0{id}";
        if (!_entries.TryGetValue(key, out var entry))
        {
            DatasetArchive.ThrowIfOver("too-many-images", "images", _entries.Count + 1L, _archive.Limits.MaxFrames);
            _entries[key] = entry = new VocEntry { Id = id, Subset = PartOf(prefix) };
        }

        return entry;
    }

    /// <summary>Null where the archive has nothing of that image so far.</summary>
    public VocEntry? Find(string prefix, string id) => _entries.GetValueOrDefault($"{prefix}\0{id}");

    /// <summary>Whether an image file is a frame and not one of labels.</summary>
    public bool IsFrame(DatasetArchiveEntry file) => Place(file.Path).Folder is not ("segmentationclass" or "segmentationobject");

    private static bool IsXml(DatasetArchiveEntry file) => file.Path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase);

    /// <summary>A folder for training or testing, around everything or around the annotations.</summary>
    private static string PartOf(string prefix)
    {
        var last = prefix[(prefix.LastIndexOf('/') + 1)..];
        return _parts.Contains(last, StringComparer.OrdinalIgnoreCase) ? last : "";
    }

    /// <summary>The devkit's folder that a file lies in (lower case, empty for none), what stands before it, and what behind.</summary>
    private (string Folder, string Prefix, string Path) Place(string path)
    {
        var start = 0;
        int slash;
        while ((slash = path.IndexOf('/', start)) >= 0)
        {
            var folder = path.AsSpan(start, slash - start);
            foreach (var known in (ReadOnlySpan<string>)["annotations", "segmentationclass", "segmentationobject", "imagesets"])
            {
                if (folder.Equals(known, StringComparison.OrdinalIgnoreCase))
                {
                    return (known, start == 0 ? "" : path[..(start - 1)], path[(slash + 1)..]);
                }
            }

            start = slash + 1;
        }

        var rest = path[_wrapping.Length..];
        slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && _parts.Contains(rest[..slash], StringComparer.OrdinalIgnoreCase)
            ? ("", rest[..slash], rest[(slash + 1)..])
            : ("", "", rest);
    }

    /// <summary>The one folder around everything, with its slash; empty where there is none, or where it is a part.</summary>
    private static string Wrapping(DatasetArchive archive)
    {
        var first = archive.Entries.Count > 0 ? archive.Entries[0].Path : "";
        var slash = first.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || _parts.Contains(first[..slash], StringComparer.OrdinalIgnoreCase))
        {
            return "";
        }

        var folder = first[..(slash + 1)];
        return archive.Entries.All(entry => entry.Path.StartsWith(folder, StringComparison.Ordinal)) ? folder : "";
    }
}
