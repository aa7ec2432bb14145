using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.LabelmeJson;

/// <summary>
/// The JSON files of the labelme program: one for each image. The labels are the names that are met, so that all files are
/// looked through first.
/// </summary>
public sealed class LabelmeReader : IDatasetReader
{
    private static readonly string[] _subsets = ["train", "val", "valid", "validation", "test"];

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        foreach (var entry in ArchiveProbe.OfKind(archive, ".json"))
        {
            var keys = await ArchiveProbe.JsonKeysAsync(archive, entry, cancel);
            if (keys.Contains("shapes") && (keys.Contains("shapes[].shape_type") || keys.Contains("imagePath") || keys.Contains("imageData")))
            {
                return FormatMatch.Certain;
            }
        }

        return FormatMatch.None;
    }

    public async Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = new List<DatasetArchiveEntry>();
        var labels = new List<DatasetLabel>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        DatasetException? first = null;
        foreach (var entry in archive.Entries.Where(entry => entry.IsBare || ArchiveProbe.Has(entry, ".json")))
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                if (await LabelmeFile.ReadAsync(archive, entry, cancel) is not { } file)
                {
                    report.Note("file-skipped", "The file is no labelme annotation file", entry.Path);
                    continue;
                }

                files.Add(entry);
                labels.AddRange(file.Shapes.Select(shape => shape.Label).Concat(file.Flags).Where(name => name.Length > 0 && names.Add(name)).Select(name => new DatasetLabel { Name = name }));
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
            ? throw first ?? new DatasetException("labelme-no-annotations", "No JSON file with a list of shapes was found.")
            : new Source(archive, files, new DatasetInfo { Labels = labels }, report);
    }

    private sealed class Source(DatasetArchive archive, List<DatasetArchiveEntry> files, DatasetInfo info, DatasetReport report) : IDatasetSource
    {
        private readonly ArchiveImages _images = new(archive);
        private readonly LabelmeShapes _shapes = new(archive.Limits, report);

        public DatasetInfo Info => info;
        public bool HasTracks => false;

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            foreach (var entry in files)
            {
                if (await LabelmeFile.ReadAsync(archive, entry, cancel) is { } file)
                {
                    report.Images++;
                    report.Count("tag", file.Flags.Count);
                    yield return Item(entry, file);
                }
            }

            _images.NoteUnnamed(report);
        }

        public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private DatasetItem Item(DatasetArchiveEntry entry, LabelmeFile file)
        {
            var stem = entry.Path[..^Path.GetExtension(entry.Path).Length];
            var folder = stem[..(stem.LastIndexOf('/') + 1)];
            var image = file.ImagePath.Replace('\\', '/');
            image = image[(image.LastIndexOf('/') + 1)..];
            var (name, open) = image.Length > 0 ? (folder + image, _images.Find(folder + image, "")) : (stem, null);
            if (open is null && _images.FindStem(stem, "") is { Open: not null } beside)
            {
                (name, open) = beside;
            }

            if (open is null && file.HasImage)
            {
                open = _ => Task.FromResult(LabelmeFile.OpenImage(archive, entry));
            }

            var slash = name.IndexOf('/', StringComparison.Ordinal);
            var subset = slash > 0 && _subsets.Contains(name[..slash], StringComparer.OrdinalIgnoreCase) ? name[..slash] : "";
            return new DatasetItem
            {
                Name = subset.Length > 0 ? name[(slash + 1)..] : name,
                Subset = subset,
                Width = file.Width,
                Height = file.Height,
                Tags = [.. file.Flags.Select(flag => new DatasetTag { Label = flag, Source = AnnotationSource.File })],
                Shapes = _shapes.Read(file, entry.Path),
                OpenImage = open,
            };
        }
    }
}
