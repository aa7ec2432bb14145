using System.Globalization;
using Annotator.Formats.Archives;

namespace Annotator.Formats.Yolo;

/// <summary>An image, its rows, or both, as a YOLO archive has them.</summary>
internal sealed class YoloEntry
{
    public required string Subset { get; init; }

    /// <summary>The image's path within its folder, without extension.</summary>
    public required string Stem { get; init; }

    /// <summary>The image's name with its extension where anything tells it.</summary>
    public string Name => Image is { } image ? Stem + Path.GetExtension(image.Path) : Stem + ListedExtension;
    public string ListedExtension { get; set; } = "";
    public DatasetArchiveEntry? Rows { get; set; }
    public DatasetArchiveEntry? Image { get; set; }

    /// <summary>The rows give corners in pixels and names of classes.</summary>
    public bool InPixels { get; set; }
}

/// <summary>
/// Sorts the files of a YOLO archive, whichever of the usual layouts it has: darknet's <c>obj_train_data</c>, Ultralytics'
/// <c>labels/train</c> or <c>train/labels</c>, or rows beside the images; all of them perhaps in one more folder.
/// </summary>
internal sealed class YoloLayout
{
    private const int MostNumberFields = 5;

    private static readonly string[] _parts = ["train", "val", "valid", "validation", "test"];

    /// <summary>A folder of rows in pixels, as aerial images have them.</summary>
    private const string PixelFolder = "labelTxt";

    private readonly Dictionary<(string, string), YoloEntry> _entries = [];

    /// <summary>Entries that a list has put into its subset, by the key they had.</summary>
    private readonly Dictionary<(string, string), YoloEntry> _moved = [];
    private readonly Dictionary<string, string> _subsets = new(StringComparer.Ordinal);
    private readonly DatasetArchive _archive;

    public YoloLayout(DatasetArchive archive, DatasetReport report, CancellationToken cancel)
    {
        var lists = new List<DatasetArchiveEntry>();
        _archive = archive;
        foreach (var file in archive.Entries.Where(file => FileEndings.IsImage(file.Path)))
        {
            Entry(file.Path).Image = file;
        }

        foreach (var file in archive.Entries)
        {
            cancel.ThrowIfCancellationRequested();
            switch (Path.GetExtension(file.Path).ToLowerInvariant())
            {
                case ".names" or ".labels":
                    Names = YoloNames.OfList(Lines(file), archive.Limits);
                    break;
                case ".yaml" or ".yml":
                    Names = YoloNames.OfYaml(Lines(file), archive.Limits) is { Count: > 0 } names ? names : Names;
                    Skeletons = YoloSkeletons.OfYaml(Lines(file), archive.Limits) is { Points: > 0 } skeletons ? skeletons : Skeletons;
                    break;
                case ".txt" when FileName(file.Path).Equals("classes.txt", StringComparison.OrdinalIgnoreCase):
                    Names = Names.Count > 0 ? Names : YoloNames.OfList(Lines(file), archive.Limits);
                    break;
                case ".txt":
                    AddText(file, lists, report);
                    break;
                default:
                    break;
            }
        }

        // What a list names may lie anywhere: all files must be known by then.
        foreach (var file in lists)
        {
            cancel.ThrowIfCancellationRequested();
            AddList(file);
        }
    }

    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>What the YAML file says of skeletons.</summary>
    public YoloSkeletons Skeletons { get; private set; } = YoloSkeletons.None;

    /// <summary>In order of subsets and names.</summary>
    public IEnumerable<YoloEntry> Entries =>
        _entries.Values.OrderBy(entry => entry.Subset, StringComparer.Ordinal).ThenBy(entry => entry.Stem, StringComparer.Ordinal);

    /// <summary>Whether any rows give corners in pixels and names of classes.</summary>
    public bool InPixels => _entries.Values.Any(entry => entry.InPixels);

    public bool HasRows => _entries.Values.Any(entry => entry.Rows is not null);

    public IEnumerable<string> Lines(DatasetArchiveEntry file) => LineReader.Lines(_archive, file);

    private void AddText(DatasetArchiveEntry file, List<DatasetArchiveEntry> lists, DatasetReport report)
    {
        var segments = file.Path.Split('/');
        var certain = segments[..^1].Any(segment => IsLabels(segment) || Darknet(segment) is not null);
        var known = Known(file.Path);
        if (certain || known is not null)
        {
            var entry = known ?? Entry(file.Path);
            entry.Rows = file;
            entry.InPixels = segments.SkipLast(1).Contains(PixelFolder, StringComparer.OrdinalIgnoreCase);
            return;
        }

        var first = Lines(file).Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";
        var fields = first.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length >= MostNumberFields && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            Entry(file.Path).Rows = file;
        }
        else if (FileEndings.IsImage(first))
        {
            lists.Add(file);
        }
        else
        {
            report.Note("file-skipped", "The file is neither a list of images nor one of rows", file.Path);
        }
    }

    /// <summary>A list names every image, those without rows included.</summary>
    private void AddList(DatasetArchiveEntry file)
    {
        var subset = Path.GetFileNameWithoutExtension(file.Path);
        foreach (var line in Lines(file))
        {
            var path = line.Trim().Replace('\\', '/');
            if (path.Length > 0 && path.Length <= _archive.Limits.MaxNameLength)
            {
                var plain = string.Join('/', path.Split('/').Where(segment => segment is not ("" or "." or "..")));
                Listed(plain.StartsWith("data/", StringComparison.Ordinal) ? plain["data/".Length..] : plain, subset);
            }
        }
    }

    /// <summary>
    /// Puts an image into the subset whose list names it, where its folder does not say a subset. Paths of the machine that
    /// wrote the list are tried without their first folders.
    /// </summary>
    private void Listed(string path, string subset)
    {
        for (var rest = path; ;)
        {
            var key = Key(rest, null);
            if (_entries.TryGetValue(key, out var entry) || _moved.TryGetValue(key, out entry))
            {
                entry.ListedExtension = Path.GetExtension(path);
                if (key.Subset.Length == 0)
                {
                    Move(key, entry, subset);
                }

                return;
            }

            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
            {
                break;
            }

            rest = rest[(slash + 1)..];
        }

        Entry(path, subset).ListedExtension = Path.GetExtension(path);
    }

    /// <summary>An image of several lists is one of each of their subsets.</summary>
    private void Move((string Subset, string Stem) key, YoloEntry entry, string subset)
    {
        _entries.Remove(key);
        _moved[key] = entry;
        _subsets.TryAdd(subset, subset);
        _entries[(subset, key.Stem)] = new YoloEntry
        {
            Subset = _subsets[subset],
            Stem = key.Stem,
            ListedExtension = entry.ListedExtension,
            Rows = entry.Rows,
            Image = entry.Image,
            InPixels = entry.InPixels,
        };
    }

    private YoloEntry Entry(string path, string? listed = null)
    {
        var key = Key(path, listed);
        if (!_entries.TryGetValue(key, out var entry))
        {
            DatasetArchive.ThrowIfOver("too-many-images", "images", _entries.Count + 1L, _archive.Limits.MaxEntries);
            _subsets.TryAdd(key.Subset, key.Subset);
            _entries[key] = entry = new YoloEntry { Subset = _subsets[key.Subset], Stem = key.Stem };
        }

        return entry;
    }

    private YoloEntry? Known(string path) => _entries.GetValueOrDefault(Key(path, null));

    private static (string Subset, string Stem) Key(string path, string? listed)
    {
        var segments = Stem(path).Split('/').ToList();
        for (var i = 0; i < segments.Count - 1; i++)
        {
            if (Darknet(segments[i]) is { } subset)
            {
                return (subset, string.Join('/', segments[(i + 1)..]));
            }
        }

        var folder = segments.FindIndex(0, segments.Count - 1, segment => segment.Equals("images", StringComparison.OrdinalIgnoreCase) || IsLabels(segment));
        if (folder >= 0 && folder + 2 < segments.Count && (listed == segments[folder + 1] || folder == 0 || !IsPart(segments[folder - 1])))
        {
            return (segments[folder + 1], string.Join('/', segments[(folder + 2)..]));
        }

        if (folder > 0 && IsPart(segments[folder - 1]))
        {
            return (segments[folder - 1], string.Join('/', segments[(folder + 1)..]));
        }

        return (listed ?? "", string.Join('/', segments[(folder + 1)..]));
    }

    private static bool IsLabels(string segment) =>
        segment.Equals("labels", StringComparison.OrdinalIgnoreCase) || segment.Equals("annotations", StringComparison.OrdinalIgnoreCase) || segment.Equals(PixelFolder, StringComparison.OrdinalIgnoreCase);

    private static bool IsPart(string segment) => _parts.Contains(segment, StringComparer.OrdinalIgnoreCase);

    /// <summary>The subset of a folder such as <c>obj_train_data</c>; null for others.</summary>
    private static string? Darknet(string segment) =>
        segment.Length > 9 && segment.StartsWith("obj_", StringComparison.Ordinal) && segment.EndsWith("_data", StringComparison.Ordinal) ? segment[4..^5] : null;

    private static string Stem(string path) => path[..^Path.GetExtension(path).Length];

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
