using System.Globalization;
using System.IO.Compression;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Google.Protobuf;

namespace Annotator.Formats.TfRecord;

/// <summary>
/// TFRecord 1.0: a record for each image, as TensorFlow's object detection takes them, with a map of labels. Files may be
/// cut into shards, and packed with gzip. A record is in memory at a time.
/// </summary>
public sealed class TfRecordReader : IDatasetReader
{
    private static readonly string[] _parts = ["train", "val", "valid", "validation", "test"];

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var files = archive.Entries.Where(entry => entry.IsBare || IsRecords(entry)).Take(ArchiveProbe.Files).ToList();
        foreach (var file in files)
        {
            if (RecordFile.IsHeader(await ArchiveProbe.HeadAsync(archive, file, cancel)))
            {
                return FormatMatch.Certain;
            }
        }

        return files.Exists(file => !file.IsBare || IsRecords(file)) ? FormatMatch.Likely : FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = archive.Entries.Where(entry => entry.IsBare || IsRecords(entry)).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            throw new DatasetException("tfrecord-no-annotations", "No file of records (*.tfrecord, *.record) was found.");
        }

        var map = new SortedDictionary<int, string>();
        foreach (var file in archive.Entries.Where(LabelMap.IsMap))
        {
            foreach (var (id, name) in LabelMap.Read(LineReader.Lines(archive, file), file.Path, archive.Limits, report))
            {
                if (map.TryGetValue(id, out var before) && before != name)
                {
                    report.Repair("label-maps-differ", "Label maps of one archive that differ: the first one counts", $"{file.Path}: id {id} \"{name}\"");
                }

                map.TryAdd(id, name);
            }
        }

        var records = new Records(archive, files, map, report);
        records.ReadLabels(cancel);
        var info = new DatasetInfo { Labels = [.. records.Labels.Names.Select(name => new DatasetLabel { Name = name })] };
        return Task.FromResult<IDatasetSource>(new ItemsSource(info, records.Items));
    }

    private static bool IsRecords(DatasetArchiveEntry entry)
    {
        var name = EntryPaths.FileName(entry.Path);
        var end = name.LastIndexOf('.');
        var extension = end < 0 ? "" : name[end..].ToLowerInvariant();
        return extension is ".tfrecord" or ".tfrecords" or ".record" || extension.StartsWith(".tfrecord-", StringComparison.Ordinal)
            || extension.StartsWith(".record-", StringComparison.Ordinal)
            || (extension is ".gz" or ".gzip" && name[..end].ToLowerInvariant() is var inner && (inner.EndsWith(".tfrecord", StringComparison.Ordinal) || inner.EndsWith(".record", StringComparison.Ordinal)))
            || ShardStart(name) > 0;
    }

    /// <summary>Where <c>-00000-of-00004</c> begins at a name's end; -1 when it has none.</summary>
    private static int ShardStart(string name)
    {
        var of = name.LastIndexOf("-of-", StringComparison.Ordinal);
        var start = of < 1 ? -1 : name.LastIndexOf('-', of - 1);
        return start > 0 && IsNumber(name.AsSpan(start + 1, of - start - 1)) && IsNumber(name.AsSpan(of + 4)) ? start : -1;

        static bool IsNumber(ReadOnlySpan<char> text) => text.Length > 0 && text.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private sealed class Records(DatasetArchive archive, List<DatasetArchiveEntry> files, SortedDictionary<int, string> map, DatasetReport report)
    {
        public ExampleLabels Labels { get; } = new(map, archive.Limits);

        /// <summary>Labels that no map names are known only when all records were seen.</summary>
        public void ReadLabels(CancellationToken cancel)
        {
            foreach (var file in files)
            {
                foreach (var (features, _) in Read(file, ExampleKeys.IsClass, null))
                {
                    cancel.ThrowIfCancellationRequested();
                    Learn(features.GetValueOrDefault(ExampleKeys.ObjectText), features.GetValueOrDefault(ExampleKeys.ObjectLabel), features.GetValueOrDefault(ExampleKeys.Left)?.Floats.Count ?? 0);
                    var (texts, ids) = (features.GetValueOrDefault(ExampleKeys.ImageText), features.GetValueOrDefault(ExampleKeys.ImageLabel));
                    for (var i = 0; i < Math.Max(texts?.Bytes.Count ?? 0, ids?.Numbers.Count ?? 0); i++)
                    {
                        Labels.At(texts, ids, i);
                    }
                }
            }
        }

        public IEnumerable<DatasetItem> Items()
        {
            var images = new ArchiveImages(archive);
            var items = new ExampleItem(Labels, images, archive.Limits, report);
            foreach (var file in files)
            {
                var subset = Subset(file.Path);
                foreach (var (features, number) in Read(file, ExampleKeys.IsKnown, report))
                {
                    yield return items.Read(features, subset, Place(file, number));
                }
            }
        }

        private void Learn(Feature? texts, Feature? ids, int count)
        {
            for (var i = 0; i < count; i++)
            {
                _ = Labels.At(texts, ids, i) ?? Labels.Known(ExampleLabels.Missing);
            }
        }

        private IEnumerable<(Dictionary<string, Feature> Features, int Number)> Read(DatasetArchiveEntry file, Func<string, bool> wanted, DatasetReport? flaws)
        {
            using var content = Unpacked(file);
            var records = new RecordFile(content, file.Path, archive.Limits);
            while (Next(records, file, out var data))
            {
                if (records.Offset > archive.Limits.RatioFreeBytes && records.Offset / Math.Max(1, file.Length) > archive.Limits.MaxRatio)
                {
                    throw new DatasetException("archive-ratio", $"{file.Path} unpacks to more than {records.Offset} bytes from {file.Length}; the limit is {archive.Limits.MaxRatio} to 1.");
                }

                Dictionary<string, Feature>? features = null;
                try
                {
                    features = Feature.ReadExample(data, wanted);
                }
                catch (Exception error) when (error is InvalidProtocolBufferException or InvalidDataException)
                {
                    flaws?.Loss("record-invalid", "Records that are no Example were left out", $"{Place(file, records.Count)}: {error.Message}");
                }

                if (features is not null)
                {
                    yield return (features, records.Count);
                }
            }
        }

        private static bool Next(RecordFile records, DatasetArchiveEntry file, out ReadOnlyMemory<byte> data)
        {
            try
            {
                return records.Read(out data);
            }
            catch (InvalidDataException error)
            {
                throw new DatasetException("archive-damaged", $"The file {file.Path} is damaged: {error.Message}", error);
            }
        }

        /// <summary>
        /// An archive gives one file at a time: where there are images beside the records, these are copied aside before they
        /// are read.
        /// </summary>
        private Stream Unpacked(DatasetArchiveEntry file)
        {
            bool zipped;
            using (var start = archive.Open(file))
            {
                zipped = start.ReadByte() == 0x1f && start.ReadByte() == 0x8b;
            }

            var content = archive.Open(file);
            if (archive.Entries.Count > files.Count && archive.Entries.Any(entry => FileEndings.IsImage(entry.Path)))
            {
                using var packed = content;
                content = Spool.Create();
                packed.CopyTo(content);
                content.Position = 0;
            }

            return zipped ? new GZipStream(content, CompressionMode.Decompress) : content;
        }

        private static string Place(DatasetArchiveEntry file, int number) => string.Create(CultureInfo.InvariantCulture, $"{file.Path} record {number}");
    }

    /// <summary>The file's name without its endings; the folder of one that is called like a subset.</summary>
    private static string Subset(string path)
    {
        var name = EntryPaths.FileName(path);
        name = ShardStart(name) is > 0 and var shard ? name[..shard] : name;
        var folder = EntryPaths.FileName(EntryPaths.Folder(path).TrimEnd('/'));
        if (_parts.Contains(folder, StringComparer.OrdinalIgnoreCase))
        {
            return folder;
        }

        foreach (var ending in (ReadOnlySpan<string>)[".gz", ".gzip", ".tfrecord", ".tfrecords", ".record"])
        {
            name = name.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? name[..^ending.Length] : name;
        }

        return name == "default" ? "" : name;
    }
}
