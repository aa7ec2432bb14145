using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cvat;

/// <summary>
/// CVAT 1.1 XML, of frames or of tracks, bare or in an archive that may hold several files at any depth.
/// </summary>
public sealed class CvatReader : IDatasetReader
{
    private const string Root = "annotations";

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        foreach (var entry in ArchiveProbe.OfKind(archive, ".xml"))
        {
            var (root, children) = await ArchiveProbe.XmlNamesAsync(archive, entry, cancel);
            if (root == Root)
            {
                return children.Contains("image") || children.Contains("track") || children.Contains("meta") ? FormatMatch.Certain : FormatMatch.Likely;
            }
        }

        return FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = new List<AnnotationFile>();
        var labels = new List<DatasetLabel>();
        foreach (var entry in archive.Entries.Where(entry => entry.IsBare || entry.Path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)))
        {
            cancel.ThrowIfCancellationRequested();
            using var xml = new SafeXml(archive.Open(entry), entry.Path, archive.Limits);
            if (!ReadRoot(xml))
            {
                report.Note("file-skipped", "The file is no CVAT annotation file", entry.Path);
                continue;
            }

            var header = ReadHeader(xml, archive.Limits);
            files.Add(new AnnotationFile(entry, xml.Name == "track"));
            foreach (var label in header.Labels)
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

    /// <summary>The header stands before the first frame or track; the reader then stands on that.</summary>
    private static CvatHeader ReadHeader(SafeXml xml, DatasetLimits limits)
    {
        var header = new CvatHeader();
        while (xml.ReadChild(0))
        {
            if (xml.Name is "image" or "track")
            {
                break;
            }

            if (xml.Name == "meta")
            {
                header = CvatHeader.Read(xml, limits);
            }
        }

        return header;
    }

    private sealed record AnnotationFile(DatasetArchiveEntry Entry, bool HasTracks);

    private sealed class Source(DatasetArchive archive, List<AnnotationFile> files, DatasetInfo info, DatasetReport report) : IDatasetSource
    {
        private readonly ArchiveImages _images = new(archive);
        private readonly Dictionary<AnnotationFile, CvatVideo> _videos = [];

        public DatasetInfo Info => info;
        public bool HasTracks { get; } = files.Exists(file => file.HasTracks);

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await ReadVideosAsync(cancel);
            foreach (var file in files)
            {
                var items = file.HasTracks ? _videos[file].ReadItemsAsync(_images, report, cancel) : ReadFramesAsync(file.Entry, cancel);
                await foreach (var item in items)
                {
                    yield return item;
                }
            }

            // Videos name their frames only where something is on them.
            if (!HasTracks)
            {
                _images.NoteUnnamed(report);
            }
        }

        public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await ReadVideosAsync(cancel);
            foreach (var file in files.Where(file => file.HasTracks))
            {
                await foreach (var track in _videos[file].ReadTracksAsync(cancel))
                {
                    yield return track;
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var video in _videos.Values)
            {
                await video.DisposeAsync();
            }
        }

        private async Task ReadVideosAsync(CancellationToken cancel)
        {
            var number = 0;
            foreach (var file in files.Where(file => file.HasTracks))
            {
                if (!_videos.TryGetValue(file, out var video))
                {
                    using var xml = new SafeXml(archive.Open(file.Entry), file.Entry.Path, archive.Limits);
                    ReadRoot(xml);
                    var header = ReadHeader(xml, archive.Limits);
                    _videos[file] = video = await CvatVideo.ReadAsync(xml, header, number, archive.Limits, report, cancel);
                }

                number += video.Count;
            }
        }

        private async IAsyncEnumerable<DatasetItem> ReadFramesAsync(DatasetArchiveEntry file, [EnumeratorCancellation] CancellationToken cancel)
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
}
