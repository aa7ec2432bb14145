using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Vott;

/// <summary>
/// What VoTT exports as JSON: a file with all assets and their regions, or one file for each asset. A region of several tags
/// becomes a shape for each.
/// </summary>
public sealed class VottReader : IDatasetReader
{
    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        foreach (var entry in ArchiveProbe.OfKind(archive, ".json"))
        {
            var keys = await ArchiveProbe.JsonKeysAsync(archive, entry, cancel);
            if (keys.Contains("assets") || (keys.Contains("asset.name") && keys.Contains("regions")))
            {
                return keys.Contains("regions") || keys.Contains("tags[].name") || keys.Contains("assetState") || keys.Contains("videoSettings") ? FormatMatch.Certain : FormatMatch.Likely;
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
                using var file = await VottFile.OpenAsync(archive, entry, cancel);
                var found = false;
                while (file.Next(out var asset))
                {
                    found = true;
                    labels.AddRange((asset?.Tags ?? []).Where(names.Add).Select(name => new DatasetLabel { Name = name }));
                }

                // Colours stand in the file's list of tags, which may come behind the assets.
                foreach (var (name, color) in file.Colors)
                {
                    var known = labels.FindIndex(label => label.Name == name);
                    if (known >= 0)
                    {
                        labels[known] = labels[known] with { Color = color };
                    }
                    else if (names.Add(name))
                    {
                        labels.Add(new DatasetLabel { Name = name, Color = color });
                    }
                }

                if (labels.Count > archive.Limits.MaxLabels)
                {
                    throw new DatasetException("too-many-labels", $"{entry.Path}: there are more than {archive.Limits.MaxLabels} labels.");
                }

                if (found || file.HasAssets)
                {
                    files.Add(entry);
                }
                else
                {
                    report.Note("file-skipped", "The file is no VoTT annotation file", entry.Path);
                }
            }
            catch (DatasetException error) when (error.Code != "too-many-labels")
            {
                first ??= error;
                report.Loss("file-unreadable", "Files that cannot be read were left out", error.Message);
            }
        }

        return files.Count == 0
            ? throw first ?? new DatasetException("vott-no-annotations", "No JSON file with assets and regions was found.")
            : new Source(archive, files, new DatasetInfo { Labels = labels }, report);
    }

    private sealed class Source(DatasetArchive archive, List<DatasetArchiveEntry> files, DatasetInfo info, DatasetReport report) : IDatasetSource
    {
        private readonly ArchiveImages _images = new(archive);

        public DatasetInfo Info => info;
        public bool HasTracks => false;

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            foreach (var entry in files)
            {
                using var file = await VottFile.OpenAsync(archive, entry, cancel);
                while (file.Next(out var asset))
                {
                    cancel.ThrowIfCancellationRequested();
                    if (asset is null || asset.Name.Length == 0)
                    {
                        report.Loss("asset-unreadable", "Assets that cannot be read, or that have no name, were left out", entry.Path);
                        continue;
                    }

                    report.Images++;
                    yield return new DatasetItem
                    {
                        Name = asset.Name,
                        Width = asset.Width,
                        Height = asset.Height,
                        Shapes = asset.Shapes(report),
                        OpenImage = _images.Find(asset.Name, ""),
                    };
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
