using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;

namespace Annotator.Core.Datasets;

/// <summary>Annotations that were read and checked and wait to be written.</summary>
public sealed class PreparedImport : IAsyncDisposable
{
    private readonly ImportSpool _spool = new();
    private readonly Dictionary<int, TrackRebuilder> _tracks = [];
    private readonly StoredObjects _objects;
    private readonly DatasetReport _report;
    private readonly bool _wholeTracks;

    /// <param name="wholeTracks">Tracks are added by themselves, so that their shapes on frames are passed over.</param>
    internal PreparedImport(ImportScope scope, ImportLabels labels, DatasetReport report, bool wholeTracks) =>
        (Scope, Labels, _objects, _report, _wholeTracks) = (scope, labels, new StoredObjects(labels, report), report, wholeTracks);

    /// <summary>Which images of the file are frames here, and which are not.</summary>
    public MatchedFrames Frames { get; } = new();

    internal ImportScope Scope { get; }
    internal ImportLabels Labels { get; }

    public ValueTask DisposeAsync() => _spool.DisposeAsync();

    /// <summary>Frames with objects, and tracks, of a job.</summary>
    internal int Count(int jobId) => _spool.Count(jobId);

    internal void Add(ImportTask task, DatasetItem item, int frame)
    {
        var jobs = task.Jobs.Where(job => job.Frames.Contains(frame)).Select(job => job.Id).ToList();
        if (jobs.Count == 0)
        {
            if (item.Tags.Count + item.Shapes.Count > 0)
            {
                _report.Loss("frame-not-in-job", "Frames of the file that belong to other jobs were left out", item.Name);
            }

            return;
        }

        var tags = item.Tags.Select(tag => _objects.Tag(tag, frame, task.Frames, $"{item.Name}: tag {tag.Label}")).OfType<Tag>().ToList();
        var shapes = new List<Shape>(item.Shapes.Count);
        foreach (var shape in item.Shapes)
        {
            if (shape.TrackId is not null && (_wholeTracks || shape.Kind != ShapeKind.Mask))
            {
                if (!_wholeTracks && _objects.Knows(shape.Label, item.Name))
                {
                    AddToTracks(jobs, frame, shape);
                }
            }
            else if (_objects.Shape(shape, frame, task.Frames, $"{item.Name}: {Words.Of(shape.Kind)} {shape.Label}") is { } stored)
            {
                shapes.Add(stored);
                if (shape.TrackId is not null)
                {
                    _report.Repair("mask-track-apart", "Tracks cannot have masks: each mask of a track became a shape of its frame", $"{item.Name}: track {shape.TrackId}");
                }
            }
        }

        if (tags.Count + shapes.Count > 0)
        {
            _spool.AddFrame(jobs, frame, tags, shapes);
        }
    }

    /// <summary>Adds a track to every job that has a part of it, cut at the job's borders.</summary>
    /// <param name="place">The task and its number of a frame of the file; null for frames that are not there.</param>
    internal void Add(DatasetTrack track, Func<int, (ImportTask Task, int Frame)?> place)
    {
        if (First(track, place) is not { } task)
        {
            return;
        }

        var placed = Placed(track, frame => place(frame) is { } there && there.Task == task ? there.Frame : null);
        if (_objects.Track(placed, task.Frames, $"track {track.TrackId} {track.Label}") is not { } whole)
        {
            return;
        }

        foreach (var job in task.Jobs)
        {
            if (TrackSlices.Slice(whole, job.Frames) is { } part)
            {
                _spool.AddTrack(job.Id, part);
            }
        }
    }

    /// <summary>Puts together the tracks whose shapes came one by one; to be called after the last frame.</summary>
    internal void FinishTracks()
    {
        foreach (var job in Scope.Tasks.SelectMany(task => task.Jobs))
        {
            if (_tracks.Remove(job.Id, out var rebuilder))
            {
                foreach (var track in rebuilder.Build(job.StopFrame))
                {
                    if (_objects.Track(track, job.Frames, $"track {track.TrackId}") is { } stored)
                    {
                        _spool.AddTrack(job.Id, stored);
                    }
                }
            }
        }
    }

    internal IAsyncEnumerable<AnnotationObject> ReadAsync(AnnotationJob job, Action onRead, CancellationToken cancel) => _spool.ReadAsync(job.Id, onRead, cancel);

    internal IAsyncEnumerable<AnnotationObject> ReadFramesAsync(AnnotationJob job, Action onRead, CancellationToken cancel) =>
        _spool.ReadFramesAsync(job.Id, onRead, cancel);

    internal IAsyncEnumerable<AnnotationObject> ReadTracksAsync(AnnotationJob job, Action onRead, CancellationToken cancel) =>
        _spool.ReadTracksAsync(job.Id, onRead, cancel);

    private static ImportTask? First(DatasetTrack track, Func<int, (ImportTask Task, int Frame)?> place) =>
        track.Keyframes.Concat(track.Elements.SelectMany(element => element.Keyframes))
            .Select(keyframe => place(keyframe.Frame)?.Task).FirstOrDefault(task => task is not null);

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

/// <summary>How images of a file were found among frames.</summary>
public sealed class MatchedFrames
{
    /// <summary>Names that are kept of those that were not found; the count goes on.</summary>
    public const int MostNames = 500;

    /// <summary>Whether any image of the file has annotations.</summary>
    public bool Annotated { get; internal set; }

    /// <summary>Images in the file.</summary>
    public long Read { get; internal set; }
    public long Matched { get; internal set; }
    public long Unmatched { get; internal set; }

    /// <summary>Images that fit frames of several tasks, and so none; they are among the unmatched.</summary>
    public long Ambiguous { get; internal set; }

    /// <summary>How many were found by what: path, name, stem, number.</summary>
    public SortedDictionary<string, long> By { get; } = new(StringComparer.Ordinal);
    public List<string> UnmatchedNames { get; } = [];

    internal void Found(FrameMatching by)
    {
        Matched++;
        var word = by.ToString().ToLowerInvariant();
        By[word] = By.GetValueOrDefault(word) + 1;
    }

    internal void Missed(string name, bool ambiguous)
    {
        Unmatched++;
        Ambiguous += ambiguous ? 1 : 0;
        if (UnmatchedNames.Count < MostNames)
        {
            UnmatchedNames.Add(name);
        }
    }
}
