using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;

namespace Annotator.Formats.Cvat;

/// <summary>
/// CVAT for video 1.1: one XML file of tracks. A shape of a single frame becomes a track that is gone on the next; tags
/// cannot be held.
/// </summary>
public sealed class CvatVideoWriter : IDatasetWriter
{
    private const int FlushEvery = 64;

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        if (!options.SaveImages)
        {
            await using var entry = archive.Create("annotations.xml");
            await WriteXmlAsync(source, entry, null, report, cancel);
            return;
        }

        // An archive takes one file at a time: while images go in, the annotations wait aside.
        await using var spool = Spool.Create();
        await WriteXmlAsync(source, spool, archive, report, cancel);
        spool.Position = 0;
        await using var annotations = archive.Create("annotations.xml");
        await spool.CopyToAsync(annotations, cancel);
    }

    private static async Task WriteXmlAsync(IDatasetSource source, Stream output, ArchiveWriter? images, DatasetReport report, CancellationToken cancel)
    {
        using var xml = new IndentedXml(output);
        var tracks = new CvatTrackXml(xml, new CvatShapeXml(xml, source.Info.Labels));
        var file = new WrittenFile(source.Info, xml, tracks, report);
        xml.Start("annotations");
        xml.Text("version", "1.1");
        CvatMeta.Write(xml, source.Info);
        if (source.HasTracks)
        {
            await foreach (var track in source.ReadTracksAsync(cancel))
            {
                file.Track(track);
            }
        }

        await using var gathered = new TracksOfItems(IsMutable(source.Info.Labels));
        var ordinal = 0;
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var frame = item.Frame ?? ordinal;
            ordinal++;
            if (images is not null)
            {
                await WriteImageAsync(images, source.Info, item, frame, report, cancel);
            }

            file.Shapes(item, frame);
            if (!source.HasTracks)
            {
                await gathered.AddAsync(item, frame, cancel);
            }
        }

        foreach (var track in gathered.Build())
        {
            file.Track(track);
        }

        xml.End();
        xml.Finish();
        if (xml.Replaced > 0)
        {
            report.Repair("character-replaced", "Characters that XML cannot hold were replaced", "", xml.Replaced);
        }
    }

    /// <summary>Frames of a video have no names of their own: those of other tasks keep theirs.</summary>
    private static Task WriteImageAsync(ArchiveWriter images, DatasetInfo info, DatasetItem item, int frame, DatasetReport report, CancellationToken cancel)
    {
        var folder = info.Project is null ? "images/" : $"images/{(item.Subset.Length > 0 ? item.Subset : "default")}/";
        var extension = Path.GetExtension(item.Name);
        var named = item with { Name = string.Create(CultureInfo.InvariantCulture, $"frame_{frame:D6}{(extension.Length > 0 ? extension : ".PNG")}") };
        return images.WriteImageAsync(folder + images.Reserve(folder, named, report), item, report, cancel);
    }

    private static Func<string, string, bool> IsMutable(IReadOnlyList<DatasetLabel> labels)
    {
        var mutable = labels.SelectMany(label => label.Attributes.Where(attribute => attribute.Mutable).Select(attribute => (label.Name, attribute.Name))).ToHashSet();
        return (label, attribute) => mutable.Contains((label, attribute));
    }

    private sealed class WrittenFile(DatasetInfo info, IndentedXml xml, CvatTrackXml tracks, DatasetReport report)
    {
        private readonly Dictionary<int, DatasetTask> _tasks = info.Tasks.DistinctBy(task => task.Id).ToDictionary(task => task.Id);
        private int _written;

        public void Track(DatasetTrack track)
        {
            var task = Task(track.TaskId);
            var last = track.Keyframes.Concat(track.Elements.SelectMany(element => element.Keyframes)).Select(keyframe => keyframe.Frame).DefaultIfEmpty(0).Max();
            var frames = task is null ? new FrameSteps(Math.Min(track.FirstFrame, last), last, 1, new HashSet<int>()) : FrameSteps.Of(task, info.Job);
            tracks.Track(track, frames, info.Project is null ? null : task);
            report.Count("track");
            Flush();
        }

        public void Shapes(DatasetItem item, int frame)
        {
            var task = Task(item.TaskId);
            var frames = task is null ? new FrameSteps(frame, int.MaxValue - 1, 1, new HashSet<int>()) : FrameSteps.Of(task, info.Job);
            foreach (var shape in item.Shapes.Where(shape => shape.TrackId is null))
            {
                tracks.Single(shape, frame, frames, info.Project is null ? null : task);
                report.Count(Words.Of(shape.Kind));
                if (shape.Kind != ShapeKind.Mask)
                {
                    report.Repair("shape-as-track", "The format has tracks only: each shape of a single frame became a track", item.Name);
                }
            }

            if (item.Tags.Count > 0)
            {
                report.Loss("tag-not-held", "The format has no tags", item.Name, item.Tags.Count);
            }

            report.Images++;
            Flush();
        }

        private DatasetTask? Task(int? id) =>
            id is { } known && _tasks.TryGetValue(known, out var task) ? task : info.Tasks.Count == 1 ? info.Tasks[0] : null;

        private void Flush()
        {
            if (++_written % FlushEvery == 0)
            {
                xml.Flush();
            }
        }
    }
}
