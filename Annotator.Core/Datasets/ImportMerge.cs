using System.Runtime.CompilerServices;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Formats.Model;
using Annotator.Formats.Tools;
using Annotator.Formats.Tracks;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Core.Datasets;

/// <summary>
/// Finds what of a file a job does not have yet. An object of the file is taken for one that is there when frame, label and
/// kind are the same and they cover each other far enough; each of those there stands for one of the file at most. Existing
/// objects are read beside the file, frame by frame.
/// </summary>
/// <param name="labels">Labels that there are: new ones have no objects yet.</param>
/// <param name="threshold">Overlap over union from which two are one; for tracks the mean over the frames that either is on.</param>
internal sealed class ImportMerge(IServiceScopeFactory scopes, DatasetLabels labels, double threshold)
{
    private static readonly IReadOnlySet<int> NoFrames = new HashSet<int>();
    private readonly DatasetObjects _objects = new(labels);

    /// <summary>The file's objects for a job without those that are there.</summary>
    /// <param name="onKept">Called for each object of the file that is there already.</param>
    public async IAsyncEnumerable<AnnotationObject> NewAsync(
        PreparedImport prepared, ImportTask task, AnnotationJob job, Action onRead, Action onKept, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var annotation in NewOnFramesAsync(prepared, task, job, onRead, onKept, cancel))
        {
            yield return annotation;
        }

        var same = await SameTracksAsync(prepared, task, job, cancel);
        var number = 0;
        await foreach (var track in prepared.ReadTracksAsync(job, onRead, cancel))
        {
            if (same.Contains(number++))
            {
                onKept();
            }
            else
            {
                yield return track;
            }
        }
    }

    private async IAsyncEnumerable<AnnotationObject> NewOnFramesAsync(
        PreparedImport prepared, ImportTask task, AnnotationJob job, Action onRead, Action onKept, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<AnnotationStore>();
        await using var there = store.ReadFramesAsync(job.Id, cancel).GetAsyncEnumerator(cancel);
        var more = await there.MoveNextAsync();
        var frame = new List<AnnotationObject>();
        await foreach (var annotation in prepared.ReadFramesAsync(job, onRead, cancel))
        {
            if (frame.Count > 0 && frame[0].Frame != annotation.Frame)
            {
                foreach (var fresh in await NewAsync())
                {
                    yield return fresh;
                }

                frame.Clear();
            }

            frame.Add(annotation);
        }

        foreach (var fresh in frame.Count > 0 ? await NewAsync() : [])
        {
            yield return fresh;
        }

        async ValueTask<List<AnnotationObject>> NewAsync()
        {
            while (more && there.Current.Frame < frame[0].Frame)
            {
                more = await there.MoveNextAsync();
            }

            var existing = more && there.Current.Frame == frame[0].Frame ? there.Current : new FrameObjects(frame[0].Frame, [], []);
            return Without(frame, existing, task.Size(frame[0].Frame), onKept);
        }
    }

    private List<AnnotationObject> Without(List<AnnotationObject> frame, FrameObjects existing, (int Width, int Height) size, Action onKept)
    {
        var pairs = new List<(double Likeness, int Mine, int Theirs)>();
        var shapes = frame.ConvertAll(annotation => annotation is Shape { LabelId: > 0 } shape ? _objects.Shape(shape) : null);
        for (var theirs = 0; theirs < existing.Shapes.Count; theirs++)
        {
            DatasetShape? other = null;
            for (var mine = 0; mine < shapes.Count; mine++)
            {
                if (shapes[mine] is { } shape && frame[mine].LabelId == existing.Shapes[theirs].LabelId && shape.Kind == existing.Shapes[theirs].Kind
                    && (other ??= _objects.Shape(existing.Shapes[theirs])) is { } there
                    && ShapeMeasures.Overlap(shape, there, size.Width, size.Height) is var likeness && likeness >= threshold)
                {
                    pairs.Add((likeness, mine, theirs));
                }
            }
        }

        var kept = Paired(pairs);
        var fresh = new List<AnnotationObject>(frame.Count);
        for (var mine = 0; mine < frame.Count; mine++)
        {
            if (kept.Contains(mine) || (frame[mine] is Tag tag && existing.Tags.Any(other => other.LabelId == tag.LabelId)))
            {
                onKept();
            }
            else
            {
                fresh.Add(frame[mine]);
            }
        }

        return fresh;
    }

    /// <summary>The file's tracks, counted in order of their first frames, that are tracks of the job already.</summary>
    private async Task<HashSet<int>> SameTracksAsync(PreparedImport prepared, ImportTask task, AnnotationJob job, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<AnnotationStore>();
        await using var mine = new TrackSweep(NamedAsync(prepared.ReadTracksAsync(job, () => { }, cancel)), NoFrames, cancel);
        await using var theirs = new TrackSweep(NamedAsync(store.ReadTracksAsync(job.Id, cancel)), NoFrames, cancel);
        var together = new Dictionary<(int Mine, int Theirs), (double Sum, int Frames)>();
        var (myFrames, theirFrames) = (new Dictionary<int, int>(), new Dictionary<int, int>());
        for (var frame = job.StartFrame; frame <= job.StopFrame; frame++)
        {
            var (left, right) = (await mine.AtAsync(frame), await theirs.AtAsync(frame));
            foreach (var shape in left)
            {
                myFrames[shape.TrackId!.Value] = myFrames.GetValueOrDefault(shape.TrackId.Value) + 1;
            }

            foreach (var other in right)
            {
                theirFrames[other.TrackId!.Value] = theirFrames.GetValueOrDefault(other.TrackId.Value) + 1;
                foreach (var shape in left.Where(shape => shape.Label == other.Label && shape.Kind == other.Kind))
                {
                    var key = (shape.TrackId!.Value, other.TrackId.Value);
                    var (sum, frames) = together.GetValueOrDefault(key);
                    together[key] = (sum + ShapeMeasures.Overlap(shape, other, task.Size(frame).Width, task.Size(frame).Height), frames + 1);
                }
            }
        }

        return Paired([.. together
            .Select(pair => (Likeness: pair.Value.Sum / (myFrames[pair.Key.Mine] + theirFrames[pair.Key.Theirs] - pair.Value.Frames), pair.Key.Mine, pair.Key.Theirs))
            .Where(pair => pair.Likeness >= threshold)]);
    }

    private async IAsyncEnumerable<DatasetTrack> NamedAsync(IAsyncEnumerable<AnnotationObject> tracks)
    {
        var number = 0;
        await foreach (var track in tracks)
        {
            if (track.LabelId > 0 && _objects.Track((Track)track, number) is { } named)
            {
                yield return named;
            }

            number++;
        }
    }

    /// <summary>The likest pairs first, each object once.</summary>
    private static HashSet<int> Paired(List<(double Likeness, int Mine, int Theirs)> pairs)
    {
        var (mine, theirs) = (new HashSet<int>(), new HashSet<int>());
        foreach (var pair in pairs.OrderByDescending(pair => pair.Likeness))
        {
            if (!mine.Contains(pair.Mine) && theirs.Add(pair.Theirs))
            {
                mine.Add(pair.Mine);
            }
        }

        return mine;
    }
}
