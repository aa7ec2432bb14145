using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Datumaro;

/// <summary>
/// Datumaro 1.0: every JSON file with categories and items is one subset. Objects of tracks say a number and whether they
/// are keyframes. Point clouds and captions cannot be held.
/// </summary>
public sealed class DatumaroReader : IDatasetReader
{
    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        foreach (var entry in ArchiveProbe.OfKind(archive, ".json"))
        {
            var keys = await ArchiveProbe.JsonKeysAsync(archive, entry, cancel);
            if (keys.Contains("categories.label") || (keys.Contains("items[].id") && keys.Contains("items[].annotations")))
            {
                return FormatMatch.Certain;
            }
        }

        return FormatMatch.None;
    }

    public async Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = new List<DatumaroFile>();
        foreach (var entry in archive.Entries.Where(entry => entry.IsBare || ArchiveProbe.Has(entry, ".json")))
        {
            cancel.ThrowIfCancellationRequested();
            if (await DatumaroFile.ReadAsync(archive, entry, cancel) is { } file)
            {
                files.Add(file);
                if (!file.IsKnownVersion)
                {
                    report.Note("version-unknown", "The file is of a version that is not known; what it shares with version 1 was read", $"{entry.Path}: {file.Version}");
                }
            }
            else
            {
                report.Note("file-skipped", "The file is no Datumaro annotation file", entry.Path);
            }
        }

        if (files.Count == 0)
        {
            throw new DatasetException("datumaro-no-annotations", "No JSON file with categories and items was found.");
        }

        var labels = files.SelectMany(file => file.Categories.Labels).DistinctBy(label => label.Name);
        return new Source(archive, files, new DatasetInfo { Labels = [.. labels] }, report);
    }

    private sealed class Source(DatasetArchive archive, List<DatumaroFile> files, DatasetInfo info, DatasetReport report) : IDatasetSource
    {
        private readonly ArchiveImages _images = new(archive);

        public DatasetInfo Info => info;
        public bool HasTracks => false;

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            foreach (var file in files)
            {
                var items = new DatumaroItems(file.Categories, file.Subset, _images, archive.Limits, report);

                // Images are opened while the file is read, and an archive gives one file at a time.
                using var json = await file.ReopenAsync(archive, cancel);
                while (Next(json, items, file.Entry.Path, out var item))
                {
                    cancel.ThrowIfCancellationRequested();
                    if (item is not null)
                    {
                        yield return item;
                    }
                }
            }
        }

        public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static bool Next(JsonScanner json, DatumaroItems items, string path, out DatasetItem? item)
        {
            var more = json.ReadValue(out var value, out _);
            item = more ? items.Read(value, path) : null;
            return more;
        }
    }
}
