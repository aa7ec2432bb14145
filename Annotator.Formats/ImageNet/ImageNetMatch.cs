using System.Buffers;
using Annotator.Formats.Archives;

namespace Annotator.Formats.ImageNet;

/// <summary>Tells lists of images with numbers of labels, and folders of images, from other archives.</summary>
internal static class ImageNetMatch
{
    /// <summary>Folders of other formats' images and label images, which are no labels.</summary>
    private static readonly HashSet<string> _noLabels = new(["images", "imgs", "img", "masks", "mask", "labels", "label", "annotations", "gt", "groundtruth"], StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> _numbers = SearchValues.Create("0123456789 \t");

    public static async ValueTask<FormatMatch> OfAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var texts = ArchiveProbe.OfKind(archive, ".txt").ToList();
        if (texts.Count == 0)
        {
            // Any pictures in folders could be read so.
            return archive.Entries.Any(entry => ArchiveProbe.IsImage(entry) && entry.Path.Contains('/', StringComparison.Ordinal))
                && archive.Entries.All(entry => ArchiveProbe.IsImage(entry) && !_noLabels.Contains(EntryPaths.FileName(EntryPaths.Folder(entry.Path).TrimEnd('/')))) ? FormatMatch.Possible : FormatMatch.None;
        }

        var names = texts.Exists(IsNames);
        var lists = 0;
        foreach (var entry in texts.Where(entry => !IsNames(entry)))
        {
            var lines = await ArchiveProbe.LinesAsync(archive, entry, cancel);
            if (!lines.Take(20).All(IsListed))
            {
                return FormatMatch.None;
            }

            lists += lines.Length > 0 && (names || lines.Any(line => !IsPath(line))) ? 1 : 0;
        }

        return names ? lists > 0 ? FormatMatch.Certain : FormatMatch.Likely : lists > 0 ? FormatMatch.Likely : FormatMatch.None;
    }

    private static bool IsNames(DatasetArchiveEntry entry) => ArchiveProbe.FileName(entry).Contains("synsets", StringComparison.OrdinalIgnoreCase);

    /// <summary>Such as <c>a/b.jpg 3</c>, the path perhaps quoted; an image without labels has no number.</summary>
    private static bool IsListed(string line)
    {
        if (IsPath(line))
        {
            return true;
        }

        var close = line[0] == '"' ? line.IndexOf('"', 1) : -1;
        var end = line.IndexOfAny([' ', '\t'], Math.Max(close, 0));
        return end > 0 && line.AsSpan(end).IndexOfAnyExcept(_numbers) < 0 && line.AsSpan(0, end).ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsPath(string line) => ArchiveProbe.IsImage(new DatasetArchiveEntry(line.Trim('"'), 0));
}
