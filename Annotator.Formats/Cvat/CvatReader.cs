using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cvat;

/// <summary>
/// CVAT 1.1 XML, bare or in an archive that may hold several files at any depth. Frames and their shapes are read; tracks of
/// the video form are not, and are reported.
/// </summary>
public sealed class CvatReader : IDatasetReader
{
    private const string Root = "annotations";

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReport report, CancellationToken cancel)
    {
        var files = new List<DatasetArchiveEntry>();
        var labels = new List<DatasetLabel>();
        foreach (var entry in archive.Entries.Where(entry => entry.Packed is null || entry.Path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)))
        {
            cancel.ThrowIfCancellationRequested();
            using var xml = new SafeXml(archive.Open(entry), entry.Path, archive.Limits);
            if (!ReadRoot(xml))
            {
                report.Note("file-skipped", "The file is no CVAT annotation file", entry.Path);
                continue;
            }

            files.Add(entry);
            foreach (var label in ReadLabels(xml, archive.Limits))
            {
                if (!labels.Exists(known => known.Name == label.Name))
                {
                    labels.Add(label);
                }
            }
        }

        return files.Count == 0
            ? throw new DatasetException("cvat-no-annotations", "No XML file with an <annotations> element was found.")
            : Task.FromResult<IDatasetSource>(new Source(archive, files, new DatasetInfo { Labels = labels }, report));
    }

    private static bool ReadRoot(SafeXml xml)
    {
        while (xml.Read())
        {
            if (xml.IsStart)
            {
                return xml.Name == Root;
            }
        }

        return false;
    }

    /// <summary>Labels stand before the first frame; the reader stops there.</summary>
    private static List<DatasetLabel> ReadLabels(SafeXml xml, DatasetLimits limits)
    {
        while (xml.ReadChild(0))
        {
            if (xml.Name == "meta")
            {
                return CvatLabels.Read(xml, limits);
            }

            if (xml.Name is "image" or "track")
            {
                break;
            }
        }

        return [];
    }

    private sealed class Source(DatasetArchive archive, List<DatasetArchiveEntry> files, DatasetInfo info, DatasetReport report) : IDatasetSource
    {
        private readonly ArchiveImages _images = new(archive);

        public DatasetInfo Info => info;
        public bool HasTracks => false;

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            foreach (var file in files)
            {
                // Images are opened while the annotations are read, and an archive gives one file at a time.
                await using var spool = Spool.Create();
                await using (var packed = archive.Open(file))
                {
                    await packed.CopyToAsync(spool, cancel);
                }

                spool.Position = 0;
                using var xml = new SafeXml(spool, file.Path, archive.Limits);
                var items = new CvatItems(xml, archive.Limits, report);
                while (items.Next() is { } item)
                {
                    cancel.ThrowIfCancellationRequested();
                    yield return item with { OpenImage = _images.Find(item.Name, item.Subset) };
                }
            }
        }

        public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
