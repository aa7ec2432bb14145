using Annotator.Formats.Archives;

namespace Annotator.Formats.CvatJson;

/// <summary>
/// Annotations as a server of the contract answers them: <c>{tags, shapes, tracks}</c>. They name labels and attributes by
/// numbers and frames by their position; answers that describe labels and frames may lie beside them.
/// </summary>
public sealed class CvatJsonReader : IDatasetReader
{
    private enum Content
    {
        Other,
        Annotations,
        Labels,
        Frames,
    }

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        foreach (var entry in ArchiveProbe.OfKind(archive, ".json"))
        {
            if (Of(await ArchiveProbe.JsonKeysAsync(archive, entry, cancel)) == Content.Annotations)
            {
                // A backup holds such files, too, and much beside them.
                return archive.Entries.Any(other => ArchiveProbe.FileName(other) == "task.json") ? FormatMatch.Possible : FormatMatch.Certain;
            }
        }

        return FormatMatch.None;
    }

    public async Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var found = new List<(DatasetArchiveEntry Entry, Content Content)>();
        foreach (var entry in archive.Entries.Where(entry => entry.IsBare || ArchiveProbe.Has(entry, ".json")))
        {
            cancel.ThrowIfCancellationRequested();
            var content = Of(await ArchiveProbe.JsonKeysAsync(archive, entry, cancel));
            found.Add((entry, content));
            if (content == Content.Other && !entry.IsBare)
            {
                report.Note("file-skipped", "The file holds no annotations, labels or frames", entry.Path);
            }
        }

        var annotations = found.Where(file => file.Content == Content.Annotations || (file.Entry.IsBare && file.Content == Content.Other)).Select(file => file.Entry).ToList();
        if (annotations.Count == 0)
        {
            throw new DatasetException("cvat-json-no-annotations", "No JSON file with lists of tags, shapes and tracks was found.");
        }

        var tasks = new List<CvatJsonTask>();
        foreach (var entry in annotations)
        {
            var frames = new CvatJsonFrames();
            if (Beside(found, Content.Frames, entry) is { } described)
            {
                using var parsed = CvatJsonDocuments.Parse(archive, described);
                frames.ReadSettings(parsed.RootElement, archive.Limits, described.Path);
            }

            tasks.Add(new CvatJsonTask(entry, ReadLabels(archive, found, entry), frames, []) { TaskId = annotations.Count > 1 ? tasks.Count + 1 : null });
        }

        var source = await CvatJsonSource.OpenAsync(archive, tasks, null, report, cancel);
        if (tasks.Exists(task => !task.Labels.HasDescriptions))
        {
            report.Note("labels-undescribed", "Nothing describes the labels: they are called by their numbers", annotations[0].Path);
        }

        return source;
    }

    private static CvatJsonLabels ReadLabels(DatasetArchive archive, List<(DatasetArchiveEntry Entry, Content Content)> found, DatasetArchiveEntry annotations)
    {
        var labels = new CvatJsonLabels();
        foreach (var (entry, _) in found.Where(file => file.Content == Content.Labels))
        {
            using var parsed = CvatJsonDocuments.Parse(archive, entry);
            var root = parsed.RootElement;
            labels.Add(JsonElements.Find(root, "results") ?? JsonElements.Find(root, "labels") ?? root, entry.Path, archive.Limits);
        }

        // A file of annotations may bring its labels with it.
        using var own = CvatJsonDocuments.ParseProperty(archive, annotations, "labels");
        if (own is not null)
        {
            labels.Add(own.RootElement, annotations.Path, archive.Limits);
        }

        return labels;
    }

    /// <summary>The file in the same folder, else the only one there is.</summary>
    private static DatasetArchiveEntry? Beside(List<(DatasetArchiveEntry Entry, Content Content)> found, Content content, DatasetArchiveEntry entry)
    {
        var fitting = found.Where(file => file.Content == content).Select(file => file.Entry).ToList();
        return fitting.Find(other => Folder(other) == Folder(entry)) ?? (fitting.Count == 1 ? fitting[0] : null);
    }

    private static string Folder(DatasetArchiveEntry entry) => entry.Path[..(entry.Path.LastIndexOf('/') + 1)];

    private static Content Of(IReadOnlySet<string> keys)
    {
        var bare = keys.Contains("shapes") && (keys.Contains("tracks") || keys.Contains("tags") || keys.Contains("shapes[].label_id") || keys.Contains("shapes[].frame"));
        var parts = keys.Contains("[].shapes") && (keys.Contains("[].tracks") || keys.Contains("[].tags"));
        var others = (keys.Contains("tracks") || keys.Contains("tags")) && (keys.Contains("tracks[].label_id") || keys.Contains("tags[].label_id"));
        return bare || parts || others ? Content.Annotations
            : keys.Contains("frames[].name") || (keys.Contains("start_frame") && keys.Contains("chunk_size")) ? Content.Frames
            : keys.Contains("results[].attributes") || keys.Contains("[].attributes") || keys.Contains("labels[].name") ? Content.Labels
            : Content.Other;
    }
}
