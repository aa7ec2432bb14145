using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.LabelMe;

/// <summary>
/// LabelMe 3.0, the XML files of MIT's tool: one for each image, with polygons, boxes and masks. The labels are the names
/// that are met, so that all files are looked through first.
/// </summary>
public sealed class LabelMeReader : IDatasetReader
{
    /// <summary>Bytes of one file, which is held whole: it tells of a single image.</summary>
    private const long MostBytes = 8 << 20;

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        foreach (var entry in ArchiveProbe.OfKind(archive, ".xml"))
        {
            var head = System.Text.Encoding.UTF8.GetString(await ArchiveProbe.HeadAsync(archive, entry, cancel));
            if (head.Contains("<annotation>", StringComparison.Ordinal) && !head.Contains("<bndbox>", StringComparison.Ordinal)
                && (head.Contains("<nrows>", StringComparison.Ordinal) || head.Contains("<pt>", StringComparison.Ordinal) || head.Contains("<segm>", StringComparison.Ordinal)))
            {
                return FormatMatch.Certain;
            }
        }

        return FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = new List<DatasetArchiveEntry>();
        var labels = new HashSet<string>(StringComparer.Ordinal);
        DatasetException? first = null;
        foreach (var entry in archive.Entries.Where(entry => entry.IsBare || ArchiveProbe.Has(entry, ".xml")))
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                if (Read(archive, entry) is not { } file)
                {
                    report.Note("file-skipped", "The file is no LabelMe annotation file", entry.Path);
                    continue;
                }

                files.Add(entry);
                labels.UnionWith(file.Objects.Where(read => !read.Deleted && read.Name.Length > 0).Select(read => read.Name));
            }
            catch (DatasetException error)
            {
                first ??= error;
                report.Loss("file-unreadable", "Files that cannot be read were left out", error.Message);
            }

            if (labels.Count > archive.Limits.MaxLabels)
            {
                throw new DatasetException("too-many-labels", $"{entry.Path}: there are more than {archive.Limits.MaxLabels} labels.");
            }
        }

        return files.Count == 0
            ? throw first ?? new DatasetException("labelme-no-annotations", "No XML file with an <annotation> element was found.")
            : Task.FromResult<IDatasetSource>(new Source(archive, files, new DatasetInfo { Labels = [.. labels.Select(name => new DatasetLabel { Name = name })] }, report));
    }

    private static LabelMeFile? Read(DatasetArchive archive, DatasetArchiveEntry entry)
    {
        DatasetArchive.ThrowIfOver("document-too-large", $"bytes in {entry.Path}", entry.Length, MostBytes);
        return LabelMeFile.Read(archive, entry);
    }

    private sealed class Source(DatasetArchive archive, List<DatasetArchiveEntry> files, DatasetInfo info, DatasetReport report) : IDatasetSource
    {
        private readonly ArchiveImages _images = new(archive);
        private readonly LabelMeShapes _shapes = new(archive, report);

        public DatasetInfo Info => info;
        public bool HasTracks => false;

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            foreach (var entry in files)
            {
                cancel.ThrowIfCancellationRequested();
                if (Read(archive, entry) is { } file)
                {
                    report.Images++;
                    yield return Item(entry.Path, file);
                }
            }

            _images.NoteUnnamed(report, path => path.Contains("mask", StringComparison.OrdinalIgnoreCase) || path.Contains("scribble", StringComparison.OrdinalIgnoreCase));
        }

        public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private DatasetItem Item(string path, LabelMeFile file)
        {
            var (subset, stem) = Split(path);
            var extension = Path.GetExtension(file.FileName);
            var (name, open) = extension.Length > 1 ? (stem + extension, _images.Find(stem + extension, subset)) : (stem, null);
            if (open is null && _images.FindStem(stem, subset) is { Open: not null } found)
            {
                (name, open) = found;
            }

            return new DatasetItem
            {
                Name = name,
                Subset = subset == "default" ? "" : subset,
                Width = file.Width,
                Height = file.Height,
                Shapes = _shapes.Read(file, path),
                OpenImage = open,
            };
        }

        /// <summary>The first folder is the subset; MIT's own layout has a folder of annotations beside that of images.</summary>
        private static (string Subset, string Stem) Split(string path)
        {
            var stem = path[..^Path.GetExtension(path).Length];
            var folders = stem.Split('/');
            var at = Array.FindIndex(folders, 0, folders.Length - 1, folder => folder.Equals("Annotations", StringComparison.OrdinalIgnoreCase));
            return at >= 0 ? ("", string.Join('/', folders[(at + 1)..]))
                : folders.Length > 1 ? (folders[0], string.Join('/', folders[1..]))
                : ("", stem);
        }
    }
}
