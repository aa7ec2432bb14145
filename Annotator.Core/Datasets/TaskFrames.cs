using System.Runtime.CompilerServices;
using Annotator.Core.Jobs;
using Annotator.Formats.Merging;

namespace Annotator.Core.Datasets;

/// <summary>
/// Reads the annotations of a task's jobs in order of frames. Where neighbouring jobs share frames, what both drew becomes
/// one; only shared frames are held in memory.
/// </summary>
/// <param name="read">Gives every frame of a job's range in order.</param>
/// <param name="size">Width and height of a frame, in pixels.</param>
public sealed class TaskFrames(
    Func<AnnotationJob, IAsyncEnumerable<(int Frame, JobFrame Content)>> read,
    Func<int, (int Width, int Height)> size)
{
    private readonly Queue<(int Frame, JobFrame Content)> _held = new();
    private IReadOnlyDictionary<int, int> _sameTrack = new Dictionary<int, int>();

    /// <summary>After everything was read: the later job's tracks that go on with a track of an earlier job.</summary>
    public IReadOnlyDictionary<int, int> SameTracks => _sameTrack;

    /// <summary>Every frame that a job has, once, in rising order.</summary>
    /// <param name="jobs">Jobs of one task; their ranges may overlap.</param>
    public async IAsyncEnumerable<(int Frame, JobFrame Content)> ReadAsync(
        IEnumerable<AnnotationJob> jobs, [EnumeratorCancellation] CancellationToken cancel)
    {
        var ordered = jobs.OrderBy(job => job.StartFrame).ThenBy(job => job.Id).ToList();
        for (var i = 0; i < ordered.Count; i++)
        {
            var sharedFrom = i + 1 < ordered.Count ? ordered[i + 1].StartFrame : int.MaxValue;
            var known = new Dictionary<int, int>(_sameTrack);
            var shared = new Queue<(int Frame, JobFrame Content)>();
            var overlap = new List<(int Frame, JobFrame Earlier, JobFrame Later)>();
            await foreach (var (frame, content) in read(ordered[i]).WithCancellation(cancel))
            {
                while (_held.TryPeek(out var before) && before.Frame < frame)
                {
                    shared.Enqueue(_held.Dequeue());
                }

                if (_held.TryPeek(out var same) && same.Frame == frame)
                {
                    _held.Dequeue();
                    overlap.Add((frame, same.Content, content));
                    continue;
                }

                foreach (var merged in Merge(overlap, known))
                {
                    shared.Enqueue(merged);
                }

                overlap.Clear();
                shared.Enqueue((frame, Renumber(content, known)));
                while (shared.TryPeek(out var ready) && ready.Frame < sharedFrom)
                {
                    yield return shared.Dequeue();
                }
            }

            foreach (var merged in Merge(overlap, known))
            {
                shared.Enqueue(merged);
            }

            // A later job may end before an earlier one: its frames go on being shared with the next.
            foreach (var rest in _held)
            {
                shared.Enqueue(rest);
            }

            _held.Clear();
            _sameTrack = known;
            while (shared.TryDequeue(out var next))
            {
                if (next.Frame < sharedFrom)
                {
                    yield return next;
                }
                else
                {
                    _held.Enqueue(next);
                }
            }
        }
    }

    private List<(int Frame, JobFrame Content)> Merge(List<(int Frame, JobFrame Earlier, JobFrame Later)> overlap, Dictionary<int, int> sameTrack)
    {
        if (overlap.Count == 0)
        {
            return [];
        }

        var tracks = OverlapMerge.Tracks([.. overlap.Select(entry =>
        {
            var (width, height) = size(entry.Frame);
            return new OverlapFrame(width, height, entry.Earlier.TrackShapes, entry.Later.TrackShapes);
        })]);
        foreach (var (later, earlier) in tracks)
        {
            sameTrack[later] = earlier;
        }

        return [.. overlap.Select(entry =>
        {
            var (width, height) = size(entry.Frame);
            return (entry.Frame, new JobFrame(
                OverlapMerge.Tags(entry.Earlier.Tags, entry.Later.Tags),
                OverlapMerge.Shapes(entry.Earlier.Shapes, entry.Later.Shapes, width, height),
                [.. entry.Earlier.TrackShapes, .. entry.Later.TrackShapes.Where(shape => !tracks.ContainsKey(shape.TrackId ?? -1))]));
        })];
    }

    /// <summary>After the shared frames the later job's track goes on under the earlier one's number.</summary>
    private static JobFrame Renumber(JobFrame content, Dictionary<int, int> sameTrack) =>
        sameTrack.Count == 0 || content.TrackShapes.Count == 0
            ? content
            : content with
            {
                TrackShapes = [.. content.TrackShapes.Select(shape => sameTrack.TryGetValue(shape.TrackId ?? -1, out var earlier) ? shape with { TrackId = earlier } : shape)],
            };
}
