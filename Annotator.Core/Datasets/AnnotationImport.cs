using System.Runtime.CompilerServices;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Core.Operations;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Datasets;

/// <summary>
/// Brings annotations of a file into a task or one of its jobs. The file is read and checked whole before the first row is
/// written; labels are found by name, frames by the file names of images.
/// </summary>
public sealed class AnnotationImport(AnnotatorDbContext db, AnnotationStore store)
{
    private const double ReadShare = 0.6;
    private const int MostNamed = 20;

    /// <summary>Reads and checks the file; nothing is written. The result is good until it is disposed.</summary>
    /// <param name="jobId">Only this job of the task; null for all.</param>
    /// <param name="only">Which items belong to the task; null for all.</param>
    /// <exception cref="OperationFailedException">Unknown labels, or no frame of the file is in the task.</exception>
    /// <exception cref="DatasetException">The file is damaged.</exception>
    public async Task<PreparedImport> PrepareAsync(
        int taskId, int? jobId, IDatasetSource source, DatasetReport report, OperationContext context, Func<DatasetItem, bool>? only = null)
    {
        var cancel = context.Cancel;
        var task = await db.Tasks.AsNoTracking().Include(task => task.Data).Include(task => task.Jobs)
            .SingleOrDefaultAsync(task => task.Id == taskId, cancel) ?? throw new OperationFailedException("The task was deleted.");
        if (task.Data is not { Size: > 0 } data)
        {
            throw new OperationFailedException("The task has no frames yet; wait until its data are prepared.");
        }

        var jobs = task.Jobs.Where(job => jobId is null ? job.Type == JobType.Annotation : job.Id == jobId).OrderBy(job => job.StartFrame).ToList();
        var frames = await db.Frames.AsNoTracking().Where(frame => frame.DataId == data.Id).ToListAsync(cancel);
        var labels = await LabelsAsync(task, cancel);
        var objects = new StoredObjects(new DatasetLabels(labels), new LabelSchema(labels), report);
        var matcher = new FrameMatcher(frames, number => SourceFrames.Of(data, number), task.Mode == "interpolation");
        var prepared = new PreparedImport(jobs, objects, report, source.HasTracks);
        var sizes = frames.ToDictionary(frame => frame.Number, frame => (frame.Width, frame.Height));
        var placed = new Dictionary<(int? TaskId, int Frame), int>();
        try
        {
            var (read, matched, annotated) = (0, 0, false);
            await foreach (var found in source.ReadItemsAsync(cancel))
            {
                var item = found;
                if (only?.Invoke(item) == false)
                {
                    continue;
                }

                read++;
                context.ReportProgress(ReadShare * Math.Min(1, (double)read / Math.Max(1, frames.Count)), "Reading the file");
                annotated |= item.Tags.Count + item.Shapes.Count > 0 || item.AtSize is not null;
                if ((matcher.Find(item.Name, item.Frame) ?? (source.HasTracks ? matcher.FindNumber(item.Frame) : null)) is { } frame)
                {
                    matched++;
                    item = item.AtSize?.Invoke(sizes[frame].Width, sizes[frame].Height) ?? item;
                    if (source.HasTracks && item.Frame is { } number)
                    {
                        placed[(item.TaskId, number)] = frame;
                    }

                    prepared.Add(item, frame, new FrameRange(0, data.Size - 1));
                }
                else if (item.Tags.Count + item.Shapes.Count > 0 || item.AtSize is not null)
                {
                    report.Loss("frame-unmatched", "Frames of the file that are not in the task were left out", item.Name);
                }
            }

            if (source.HasTracks)
            {
                await foreach (var track in source.ReadTracksAsync(cancel))
                {
                    prepared.Add(track, frame => placed.TryGetValue((track.TaskId, frame), out var own) ? own : null, new FrameRange(0, data.Size - 1));
                }
            }

            Refuse(objects, labels, read, matched, annotated, report);
            return prepared;
        }
        catch
        {
            await prepared.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes what was prepared, job by job.</summary>
    /// <param name="append">Keep what is there; otherwise it is replaced.</param>
    public async Task WriteAsync(PreparedImport prepared, int userId, bool append, OperationContext context)
    {
        var total = Math.Max(1, prepared.Jobs.Sum(job => prepared.Frames(job.Id)));
        var done = 0;
        foreach (var job in prepared.Jobs)
        {
            if (append && !prepared.Has(job.Id))
            {
                continue;
            }

            await store.AppendAsync(job.Id, userId, prepared.ReadAsync(job, OnFrame, context.Cancel), replace: !append, context.Cancel);
        }

        void OnFrame() => context.ReportProgress(ReadShare + (1 - ReadShare) * ++done / total, "Writing annotations");
    }

    private async Task<List<Label>> LabelsAsync(AnnotationTask task, CancellationToken cancel)
    {
        var labels = db.Labels.AsNoTracking().Include(label => label.Attributes);
        return await (task.ProjectId is { } projectId
            ? labels.Where(label => label.ProjectId == projectId)
            : labels.Where(label => label.TaskId == task.Id)).ToListAsync(cancel);
    }

    private static void Refuse(StoredObjects objects, List<Label> labels, int read, int matched, bool annotated, DatasetReport report)
    {
        if (objects.UnknownLabels.Count > 0)
        {
            var unknown = string.Join(", ", objects.UnknownLabels.Keys.Take(MostNamed).Select(name => $"\"{name}\""));
            var more = objects.UnknownLabels.Count > MostNamed ? $" and {objects.UnknownLabels.Count - MostNamed} more" : "";
            var known = string.Join(", ", labels.Where(label => label.ParentId is null).Take(MostNamed).Select(label => $"\"{label.Name}\""));
            foreach (var (name, number) in objects.UnknownLabels)
            {
                report.Loss("label-unknown", "Labels of the file that are not there", $"{name} ({number} objects)", number);
            }

            throw Failed($"The file uses labels that are not there: {unknown}{more}. Known labels: {known}. Nothing was changed.", report);
        }

        if (matched == 0 && annotated)
        {
            throw Failed($"None of the {read} images in the file is in the task: their names do not fit. Nothing was changed.", report);
        }
    }

    private static OperationFailedException Failed(string message, DatasetReport report) => new(message) { Report = report.ToJson() };
}

/// <summary>Annotations that were read and checked and wait to be written.</summary>
public sealed class PreparedImport : IAsyncDisposable
{
    private readonly ImportSpool _spool = new();
    private readonly Dictionary<int, TrackRebuilder> _tracks = [];
    private readonly StoredObjects _objects;
    private readonly DatasetReport _report;
    private readonly bool _wholeTracks;

    /// <param name="wholeTracks">Tracks are added by themselves, so that their shapes on frames are passed over.</param>
    internal PreparedImport(IReadOnlyList<AnnotationJob> jobs, StoredObjects objects, DatasetReport report, bool wholeTracks) =>
        (Jobs, _objects, _report, _wholeTracks) = (jobs, objects, report, wholeTracks);

    public IReadOnlyList<AnnotationJob> Jobs { get; }

    public ValueTask DisposeAsync() => _spool.DisposeAsync();

    internal int Frames(int jobId) => _spool.Frames(jobId);

    internal bool Has(int jobId) => _spool.Frames(jobId) > 0 || _tracks.ContainsKey(jobId);

    internal void Add(DatasetItem item, int frame, FrameRange frames)
    {
        var jobs = Jobs.Where(job => job.Frames.Contains(frame)).Select(job => job.Id).ToList();
        if (jobs.Count == 0)
        {
            if (item.Tags.Count + item.Shapes.Count > 0)
            {
                _report.Loss("frame-not-in-job", "Frames of the file that belong to other jobs were left out", item.Name);
            }

            return;
        }

        var tags = item.Tags.Select(tag => _objects.Tag(tag, frame, frames, $"{item.Name}: tag {tag.Label}")).OfType<Tag>().ToList();
        var shapes = new List<Shape>(item.Shapes.Count);
        foreach (var shape in item.Shapes)
        {
            if (shape.TrackId is not null)
            {
                if (!_wholeTracks && _objects.Knows(shape.Label))
                {
                    AddToTracks(jobs, frame, shape);
                }
            }
            else if (_objects.Shape(shape, frame, frames, $"{item.Name}: {Words.Of(shape.Kind)} {shape.Label}") is { } stored)
            {
                shapes.Add(stored);
            }
        }

        if (tags.Count + shapes.Count > 0)
        {
            _spool.Add(jobs, tags, shapes, []);
        }
    }

    /// <summary>Adds a track to every job that has a part of it, cut at the job's borders.</summary>
    /// <param name="place">The task's number of a frame of the file; null for frames that the task does not have.</param>
    internal void Add(DatasetTrack track, Func<int, int?> place, FrameRange frames)
    {
        var placed = Placed(track, place);
        if (placed.FirstFrame == int.MaxValue || _objects.Track(placed, frames, $"track {track.TrackId} {track.Label}") is not { } whole)
        {
            return;
        }

        foreach (var job in Jobs)
        {
            if (TrackSlices.Slice(whole, job.Frames) is { } part)
            {
                _spool.Add([job.Id], [], [], [part]);
            }
        }
    }

    internal async IAsyncEnumerable<AnnotationObject> ReadAsync(AnnotationJob job, Action onFrame, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var read in _spool.ReadAsync(job.Id, onFrame, cancel))
        {
            yield return read;
        }

        if (_tracks.TryGetValue(job.Id, out var rebuilder))
        {
            foreach (var track in rebuilder.Build(job.StopFrame))
            {
                if (_objects.Track(track, job.Frames, $"track {track.TrackId}") is { } stored)
                {
                    yield return stored;
                }
            }
        }
    }

    private static DatasetTrack Placed(DatasetTrack track, Func<int, int?> place) => track with
    {
        Keyframes = [.. track.Keyframes.Select(keyframe => (Keyframe: keyframe, Frame: place(keyframe.Frame)))
            .Where(entry => entry.Frame is not null).Select(entry => entry.Keyframe with { Frame = entry.Frame!.Value }).OrderBy(keyframe => keyframe.Frame)],
        Elements = [.. track.Elements.Select(element => Placed(element, place)).Where(element => element.Keyframes.Count > 0)],
    };

    private void AddToTracks(List<int> jobs, int frame, DatasetShape shape)
    {
        foreach (var job in jobs)
        {
            if (!_tracks.TryGetValue(job, out var rebuilder))
            {
                _tracks[job] = rebuilder = new TrackRebuilder(_objects.IsMutable);
            }

            rebuilder.Add(frame, shape);
        }
    }
}
