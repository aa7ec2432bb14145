using Annotator.Formats.Archives;

namespace Annotator.Formats.Voc;

/// <summary>Tells PASCAL VOC's boxes and masks from other archives.</summary>
internal static class VocMatch
{
    public static async ValueTask<FormatMatch> OfBoxesAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var best = FormatMatch.None;
        foreach (var entry in ArchiveProbe.OfKind(archive, ".xml"))
        {
            var match = Match((await ArchiveProbe.HeadAsync(archive, entry, cancel)).AsSpan());
            best = match > best ? match : best;
        }

        if (best == FormatMatch.None && HasFolder(archive, "ImageSets/Main/") && !archive.Entries.Any(entry => ArchiveProbe.Has(entry, ".xml")))
        {
            return FormatMatch.Likely;
        }

        return best == FormatMatch.None && HasFolder(archive, "SegmentationClass/") ? FormatMatch.Possible : best;
    }

    public static async ValueTask<FormatMatch> OfMasksAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var map = archive.Entries.FirstOrDefault(entry => ArchiveProbe.FileName(entry).Equals(VocLayout.LabelMapName, StringComparison.OrdinalIgnoreCase));
        var masks = HasFolder(archive, "SegmentationClass/");
        if (!masks && (map is null || HasFolder(archive, "Annotations/") || HasFolder(archive, "ImageSets/Main/")))
        {
            return FormatMatch.None;
        }

        if (masks && (HasFolder(archive, "Annotations/") || HasFolder(archive, "ImageSets/Main/")))
        {
            return FormatMatch.Possible;
        }

        // name:red,green,blue:parts:actions
        var listed = map is not null && (await ArchiveProbe.LinesAsync(archive, map, cancel))
            .FirstOrDefault(line => !line.StartsWith('#')) is { } first && first.Count(letter => letter == ':') == 3;
        return (masks, listed) switch
        {
            (true, true) => FormatMatch.Certain,
            (true, false) or (false, true) => FormatMatch.Likely,
            _ => FormatMatch.None,
        };
    }

    private static bool HasFolder(DatasetArchive archive, string folder) =>
        archive.Entries.Any(entry => entry.Path.StartsWith(folder, StringComparison.OrdinalIgnoreCase) || entry.Path.Contains("/" + folder, StringComparison.OrdinalIgnoreCase));

    /// <summary>LabelMe's files have the same root, but outlines in place of boxes.</summary>
    private static FormatMatch Match(ReadOnlySpan<byte> head)
    {
        if (head.IndexOf("<annotation>"u8) < 0 && head.IndexOf("<annotation "u8) < 0 || head.IndexOf("<imagesize"u8) >= 0
            || (head.IndexOf("<polygon"u8) >= 0 && head.IndexOf("<bndbox"u8) < 0))
        {
            return FormatMatch.None;
        }

        return head.IndexOf("<bndbox"u8) >= 0 || head.IndexOf("<robndbox"u8) >= 0 || head.IndexOf("<segmented"u8) >= 0 ? FormatMatch.Certain
            : head.IndexOf("<size>"u8) >= 0 || head.IndexOf("<filename>"u8) >= 0 ? FormatMatch.Likely
            : FormatMatch.None;
    }
}
