using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Merging;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;

namespace Annotator.Formats.CvatJson;

/// <summary>The tasks of a backup or of a server's answers, frame by frame.</summary>
internal sealed class CvatJsonSource(DatasetArchive archive, IReadOnlyList<CvatJsonTask> tasks, IReadOnlyList<CvatJsonIndex> indexes, DatasetInfo info, DatasetReport report) : IDatasetSource
{
    private readonly ArchiveImages _images = new(archive);

    public DatasetInfo Info => info;
    public bool HasTracks => true;

    /// <exception cref="DatasetException">A file is damaged, or holds no annotations.</exception>
    public static async Task<CvatJsonSource> OpenAsync(DatasetArchive archive, IReadOnlyList<CvatJsonTask> tasks, DatasetProject? project, DatasetReport report, CancellationToken cancel)
    {
        var indexes = new List<CvatJsonIndex>();
        try
        {
            var number = 0;
            foreach (var task in tasks)
            {
                var index = await CvatJsonIndex.ReadAsync(task, archive, number, report, cancel);
                indexes.Add(index);
                number += index.TrackCount;
            }

            var info = new DatasetInfo
            {
                Labels = [.. tasks.SelectMany(task => task.Labels.Described).DistinctBy(label => label.Name)],
                Project = project,
                Tasks = [.. tasks.Where(task => task.Frames.Size is not null).Select(task => task.Described)],
            };
            return new CvatJsonSource(archive, tasks, indexes, info, report);
        }
        catch
        {
            foreach (var index in indexes)
            {
                await index.DisposeAsync();
            }

            throw;
        }
    }

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        for (var i = 0; i < tasks.Count; i++)
        {
            var (task, index) = (tasks[i], indexes[i]);
            await using var sweep = new TrackSweep(index.TracksByFrameAsync(cancel), task.Frames.Deleted, cancel);
            foreach (var frame in index.Frames())
            {
                cancel.ThrowIfCancellationRequested();
                var tracked = await sweep.AtAsync(frame);
                report.Images++;
                yield return Item(task, frame, index.At(frame), tracked);
            }
        }
    }

    public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        for (var i = 0; i < tasks.Count; i++)
        {
            await foreach (var track in indexes[i].TracksAsync(cancel))
            {
                if (CvatJsonTracks.Numbered(track, tasks[i]) is { FirstFrame: < int.MaxValue } numbered)
                {
                    yield return numbered;
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var index in indexes)
        {
            await index.DisposeAsync();
        }
    }

    private DatasetItem Item(CvatJsonTask task, int frame, List<(int Job, List<DatasetTag> Tags, List<DatasetShape> Shapes)> parts, IReadOnlyList<DatasetShape> tracked)
    {
        var (name, width, height) = task.Frames.Of(frame);
        IReadOnlyList<DatasetTag> tags = [];
        IReadOnlyList<DatasetShape> shapes = [];
        foreach (var part in parts)
        {
            tags = OverlapMerge.Tags(tags, part.Tags);
            shapes = OverlapMerge.Shapes(shapes, part.Shapes, width, height);
        }

        return new DatasetItem
        {
            Frame = task.Frames.SourceOf(frame),
            Name = name,
            Subset = task.Subset,
            TaskId = task.TaskId,
            Width = width,
            Height = height,
            Tags = tags,
            Shapes = tracked.Count > 0 ? [.. shapes, .. tracked] : shapes,
            OpenImage = task.Frames.IsVideo ? null : _images.Find(Beside(task.Annotations.Path, name), task.Subset) ?? _images.Find(name, task.Subset),
        };
    }

    /// <summary>Where a backup keeps the image; tasks of a project may have images of the same names.</summary>
    private static string Beside(string annotations, string name) => annotations[..(annotations.LastIndexOf('/') + 1)] + "data/" + name;
}
