using Annotator.Formats.Archives;

namespace Annotator.Formats.Recognition;

/// <summary>Says of files that no reader takes what they look like, and what to do with them.</summary>
public static class UnreadFormats
{
    /// <summary>
    /// One or two sentences, such as <c>It looks like a VGG Image Annotator (VIA) project. Export it there as COCO.</c>; null
    /// when nothing is known. Few bytes of few files are read.
    /// </summary>
    public static async ValueTask<string?> DescribeAsync(DatasetArchive archive, CancellationToken cancel)
    {
        if (archive.Entries.Count == 0)
        {
            return "It holds no files.";
        }

        if (archive.Entries.All(ArchiveProbe.IsImage))
        {
            return "It holds images only, and no annotations.";
        }

        if (archive.Entries.FirstOrDefault(NestedArchives.IsArchive) is { IsBare: false } nested)
        {
            return $"It holds further archives, such as {nested.Path}. Unpack them, or send each by itself.";
        }

        var files = archive.Entries.Where(entry => !ArchiveProbe.IsImage(entry)).Take(ArchiveProbe.Files).ToList();
        foreach (var entry in files)
        {
            var head = await ArchiveProbe.HeadAsync(archive, entry, cancel);
            if (ArchiveProbe.Has(entry, ".json") && head.Length == entry.Length && UnreadContent.OfDamagedJson(head) is { } damaged)
            {
                return $"{entry.Path}: {damaged}";
            }

            if (UnreadContent.OfBytes(head, entry.IsBare) is { } found
                || (found = UnreadContent.OfJson(await ArchiveProbe.JsonKeysAsync(archive, entry, cancel))) is not null
                || (found = UnreadContent.OfText(ArchiveProbe.FileName(entry), await ArchiveProbe.LinesAsync(archive, entry, cancel))) is not null
                || (found = UnreadContent.OfXml((await ArchiveProbe.XmlNamesAsync(archive, entry, cancel)).Root)) is not null)
            {
                return entry.IsBare ? found : $"{entry.Path}: {found}";
            }
        }

        return null;
    }
}
