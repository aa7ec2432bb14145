using Annotator.Formats.Archives;

namespace Annotator.Formats.CamVid;

/// <summary>A frame of a CamVid archive and its label image.</summary>
internal sealed record CamVidEntry(string Subset, string Name, DatasetArchiveEntry? Mask);

/// <summary>
/// Sorts the files of a CamVid archive: lists of images with their label images, folders that end in <c>annot</c>, or label
/// images whose names end in <c>_L</c>.
/// </summary>
internal sealed class CamVidLayout
{
    private const string MaskFolderEnd = "annot";
    private const string MaskNameEnd = "_L";

    private readonly DatasetArchive _archive;
    private readonly Dictionary<string, DatasetArchiveEntry?> _masks = new(StringComparer.OrdinalIgnoreCase);

    public CamVidLayout(DatasetArchive archive, DatasetReport report)
    {
        _archive = archive;
        foreach (var entry in archive.Entries.Where(entry => FileEndings.IsImage(entry.Path)))
        {
            // Any end of a path finds its image, as long as it is the only one.
            var path = entry.Path;
            for (var slash = -1; slash + 1 < path.Length; )
            {
                if (!_masks.TryAdd(path[(slash + 1)..], entry))
                {
                    _masks[path[(slash + 1)..]] = slash < 0 ? entry : null;
                }

                slash = path.IndexOf('/', slash + 1);
                if (slash < 0)
                {
                    break;
                }
            }
        }

        Entries = [.. Listed(report).DistinctBy(entry => (entry.Subset, entry.Name))];
        if (Entries.Count == 0)
        {
            Entries = [.. archive.Entries.Where(IsMask).Select(OfMask)];
        }
    }

    public IReadOnlyList<CamVidEntry> Entries { get; }

    /// <summary>Whether an image file is one of labels and not a frame.</summary>
    public static bool IsMask(DatasetArchiveEntry entry) =>
        FileEndings.IsImage(entry.Path)
        && (MaskFolder(entry.Path) is not null || ImageNames.Stem(entry.Path).EndsWith(MaskNameEnd, StringComparison.Ordinal));

    /// <summary>A line of a list: the image, and its label image where it has one. Paths may hold blanks.</summary>
    public static (string Image, string Mask)? Parse(string line)
    {
        var text = line.Trim();
        if (text.Length == 0)
        {
            return null;
        }

        for (var blank = text.IndexOfAny([' ', '\t']); blank > 0; blank = text.IndexOfAny([' ', '\t'], blank + 1))
        {
            var (image, mask) = (text[..blank].Trim('"', ' '), text[blank..].Trim('"', ' ', '\t'));
            if (FileEndings.IsImage(image) && FileEndings.IsImage(mask))
            {
                return (image, mask);
            }
        }

        return FileEndings.IsImage(text.Trim('"')) ? (text.Trim('"'), "") : null;
    }

    private IEnumerable<CamVidEntry> Listed(DatasetReport report)
    {
        foreach (var file in _archive.Entries.Where(entry => ArchiveProbe.Has(entry, ".txt") && !EntryPaths.EndsIn(entry.Path, LabelImages.ColorList.Name)))
        {
            var subset = Path.GetFileNameWithoutExtension(file.Path);
            var number = 0;
            foreach (var line in LineReader.Lines(_archive, file))
            {
                number++;
                if (string.IsNullOrWhiteSpace(line))
                {
                    continue;
                }

                var parsed = Parse(line);
                var name = parsed is { } paths ? NameOf(paths.Image, subset) : "";
                if (parsed is null || name.Length > _archive.Limits.MaxNameLength || !EntryNames.IsPlain(name))
                {
                    report.Loss("row-invalid", "Rows that are not of the format were left out", $"{file.Path} line {number}");
                    continue;
                }

                var mask = MaskOf(parsed.Value.Mask);
                if (mask is null && parsed.Value.Mask.Length > 0)
                {
                    report.Loss("label-image-missing", "Label images that the archive does not have were left out", $"{file.Path} line {number}: {parsed.Value.Mask}");
                }

                yield return new CamVidEntry(subset == "default" ? "" : subset, name, mask);
            }
        }
    }

    private DatasetArchiveEntry? MaskOf(string path)
    {
        var rest = path.Replace('\\', '/').TrimStart('/');
        while (rest.Length > 0)
        {
            if (_masks.TryGetValue(rest, out var found) && found is not null)
            {
                return found;
            }

            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            rest = slash < 0 ? "" : rest[(slash + 1)..];
        }

        return null;
    }

    /// <summary>What stands behind the folder of the subset.</summary>
    private static string NameOf(string path, string subset)
    {
        var plain = path.Replace('\\', '/').TrimStart('/');
        var folder = plain.StartsWith(subset + "/", StringComparison.Ordinal) ? 0 : plain.LastIndexOf($"/{subset}/", StringComparison.Ordinal) + 1;
        return folder > 0 || plain.StartsWith(subset + "/", StringComparison.Ordinal)
            ? plain[(folder + subset.Length + 1)..]
            : plain[(plain.IndexOf('/', StringComparison.Ordinal) + 1)..];
    }

    private static CamVidEntry OfMask(DatasetArchiveEntry entry)
    {
        if (MaskFolder(entry.Path) is not { } folder)
        {
            return new CamVidEntry("", EntryPaths.FileName(ImageNames.Stem(entry.Path)[..^MaskNameEnd.Length]), entry);
        }

        var name = entry.Path[(folder.End + 1)..];
        return new CamVidEntry(folder.Subset == "default" ? "" : folder.Subset, ImageNames.Stem(name), entry);
    }

    private static (string Subset, int End)? MaskFolder(string path)
    {
        var start = 0;
        int slash;
        while ((slash = path.IndexOf('/', start)) >= 0)
        {
            if (slash - start > MaskFolderEnd.Length && path.AsSpan(start, slash - start).EndsWith(MaskFolderEnd, StringComparison.Ordinal))
            {
                return (path[start..(slash - MaskFolderEnd.Length)], slash);
            }

            start = slash + 1;
        }

        return null;
    }
}
