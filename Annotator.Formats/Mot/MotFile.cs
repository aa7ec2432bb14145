using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Mot;

/// <summary>One clip of an archive: its file of boxes and what lies around it.</summary>
/// <param name="Subset">The clip's folder where there are several.</param>
/// <param name="TaskId">Tells clips apart where there are several.</param>
internal sealed record MotFile(DatasetArchiveEntry Boxes, string Subset, int? TaskId, MotInfo Info, ArchiveImages Finder)
{
    public IReadOnlyList<DatasetArchiveEntry> Images { get; init; } = [];

    /// <summary>Every clip; <c>gt.txt</c> before <c>det.txt</c> of the same one.</summary>
    public static List<MotFile> Find(DatasetArchive archive, DatasetReport report)
    {
        var boxes = new Dictionary<string, DatasetArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            var name = EntryPaths.FileName(entry.Path);
            if (name is not ("gt.txt" or "det.txt") && archive.Entries.Count > 1)
            {
                continue;
            }

            var folder = Root(entry.Path);
            if (boxes.TryGetValue(folder, out var other))
            {
                var skipped = name == "gt.txt" ? other : entry;
                boxes[folder] = name == "gt.txt" ? entry : other;
                report.Note("file-skipped", "Where there are true boxes, those of a detector were not read", skipped.Path);
                continue;
            }

            boxes[folder] = entry;
        }

        var finder = new ArchiveImages(archive);
        var number = 0;
        return [.. boxes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Of(archive, finder, pair.Key, pair.Value, boxes.Count > 1 ? ++number : null))];
    }

    /// <summary>The item with its image, and called like it.</summary>
    public DatasetItem WithImage(DatasetItem item, DatasetArchiveEntry image)
    {
        var root = Root(Boxes.Path);
        var inside = image.Path[root.Length..];
        var folder = Info.Folder.Length > 0 ? Info.Folder + "/" : "img1/";
        return Finder.Attach(item with { Name = inside.StartsWith(folder, StringComparison.Ordinal) ? inside[folder.Length..] : inside }, image);
    }

    private static MotFile Of(DatasetArchive archive, ArchiveImages finder, string root, DatasetArchiveEntry boxes, int? number)
    {
        var info = archive.Find(root + "seqinfo.ini") is { } ini ? MotInfo.Read(LineReader.Lines(archive, ini)) : MotInfo.None;
        return new MotFile(boxes, number is null ? "" : root.TrimEnd('/'), number, info, finder)
        {
            Images = [.. archive.Entries.Where(entry => entry.Path.StartsWith(root, StringComparison.Ordinal) && FileEndings.IsImage(entry.Path))],
        };
    }

    /// <summary>The clip's folder: that of the file, without the <c>gt</c> or <c>det</c> it lies in.</summary>
    private static string Root(string path)
    {
        var folder = EntryPaths.Folder(path);
        return EntryPaths.EndsIn(folder, "gt/") ? folder[..^3] : EntryPaths.EndsIn(folder, "det/") ? folder[..^4] : folder;
    }
}

/// <summary>What the numbers of classes mean.</summary>
/// <param name="Names">Lines of <c>labels.txt</c>; the benchmark's own where there is none.</param>
/// <param name="Unsaid">The label of boxes whose line has no class; null where it cannot be told.</param>
internal sealed record MotLabels(IReadOnlyList<string> Names, string? Unsaid)
{
    private static readonly string[] _benchmark =
    [
        "pedestrian", "person on vehicle", "car", "bicycle", "motorbike", "non motorized vehicle", "static person", "distractor",
        "occluder", "occluder on the ground", "occluder full", "reflection", "crowd",
    ];

    public int Count => Names.Count;

    /// <summary>Null for a number that no label has.</summary>
    public string? Name(int number) => number <= 0 ? Unsaid : number <= Names.Count ? Names[number - 1] : null;

    public static MotLabels Read(DatasetArchive archive, DatasetReport report)
    {
        var names = LabelLists.Read(archive);
        if (names.Count == 0)
        {
            report.Note("names-missing", "There is no labels.txt: classes have the names of the MOT benchmark", "");
            return new MotLabels(_benchmark, _benchmark[0]);
        }

        return new MotLabels(names, names.Count == 1 ? names[0] : null);
    }
}
