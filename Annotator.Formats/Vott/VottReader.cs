using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Vott;

/// <summary>
/// What VoTT exports as JSON: a file with all assets and their regions, one file for each asset, or the first version's frames. A region of several tags
/// becomes a shape for each.
/// </summary>
public sealed class VottReader : IDatasetReader
{
    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        foreach (var entry in ArchiveProbe.OfKind(archive, ".json"))
        {
            var keys = await ArchiveProbe.JsonKeysAsync(archive, entry, cancel);
            if (keys.Contains("frames") && (keys.Contains("visitedFrames") || keys.Contains("inputTags")
                || keys.Any(key => key.StartsWith("frames.", StringComparison.Ordinal) && key.EndsWith("[].x1", StringComparison.Ordinal))))
            {
                return FormatMatch.Certain;
            }

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
        var labels = new VottLabels(archive.Limits);
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
                    foreach (var name in asset?.Tags ?? [])
                    {
                        labels.Add(name, "", entry.Path);
                    }
                }

                foreach (var (name, color) in file.Colors)
                {
                    labels.Add(name, color, entry.Path);
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
            : new Source(archive, files, new DatasetInfo { Labels = labels.All }, report);
    }

    /// <summary>The labels that were met; their colours stand in a list that may come behind the assets.</summary>
    private sealed class VottLabels(DatasetLimits limits)
    {
        private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);

        public List<DatasetLabel> All { get; } = [];

        public void Add(string name, string color, string path)
        {
            if (!_byName.TryGetValue(name, out var index))
            {
                if (All.Count >= limits.MaxLabels)
                {
                    throw new DatasetException("too-many-labels", $"{path}: there are more than {limits.MaxLabels} labels.");
                }

                _byName[name] = All.Count;
                All.Add(new DatasetLabel { Name = name, Color = color });
            }
            else if (color.Length > 0)
            {
                All[index] = All[index] with { Color = color };
            }
        }
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
                    var image = asset.IsView && _images.FindFile(asset.Name, "") is { } found ? _images.SizeOf(found) : null;
                    var shown = image is { } size ? asset.At(size.Width, size.Height) : asset;
                    if (image is not null && (shown.Width, shown.Height) != (asset.Width, asset.Height) && asset.Width > 0)
                    {
                        report.Repair("view-scaled", "Regions that were measured on a view of another size were scaled to the image", asset.Name);
                    }

                    yield return new DatasetItem
                    {
                        Name = asset.Name,
                        Width = shown.Width,
                        Height = shown.Height,
                        Shapes = shown.Shapes(report),
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
