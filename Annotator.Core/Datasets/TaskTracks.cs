using System.Runtime.CompilerServices;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;

namespace Annotator.Core.Datasets;

/// <summary>
/// The tracks of a task's jobs. Where neighbouring jobs share frames and both followed one object, its tracks become one: the
/// earlier job's up to its last frame, the later job's from there. Only such tracks are held in memory.
/// </summary>
/// <param name="sameTracks">Tracks of later jobs and the earlier ones that they go on with; numbers count from 0 in the task.</param>
/// <param name="firstNumber">The number that the task's first track gets.</param>
internal sealed class TaskTracks(JobFrames frames, TaskData data, IReadOnlyDictionary<int, int> sameTracks, int firstNumber)
{
    private readonly HashSet<int> _continued = [.. sameTracks.Values];
    private readonly HashSet<int> _deleted = [.. data.DeletedFrames];

    public async IAsyncEnumerable<DatasetTrack> ReadAsync(IReadOnlyList<AnnotationJob> jobs, [EnumeratorCancellation] CancellationToken cancel)
    {
        var held = new SortedDictionary<int, (Track Track, int LastFrame)>();
        foreach (var job in jobs.OrderBy(job => job.StartFrame).ThenBy(job => job.Id))
        {
            await foreach (var (number, track) in frames.ReadTracksAsync(job.Id, cancel))
            {
                var known = sameTracks.GetValueOrDefault(number - firstNumber, -1);
                if (known >= 0 && held.TryGetValue(known, out var earlier))
                {
                    held[known] = (Joined(earlier.Track, earlier.LastFrame, track, job), Math.Max(earlier.LastFrame, job.StopFrame));
                }
                else if (_continued.Contains(number - firstNumber))
                {
                    held[number - firstNumber] = (track, job.StopFrame);
                }
                else if (Named(track, job.StopFrame, number) is { } whole)
                {
                    yield return whole;
                }
            }
        }

        foreach (var (number, (track, lastFrame)) in held)
        {
            if (Named(track, lastFrame, number + firstNumber) is { } whole)
            {
                yield return whole;
            }
        }
    }

    private static Track Joined(Track earlier, int lastFrame, Track later, AnnotationJob job)
    {
        if (job.StopFrame <= lastFrame || TrackSlices.Slice(later, new FrameRange(lastFrame + 1, job.StopFrame)) is not { } rest)
        {
            return earlier;
        }

        return earlier with
        {
            Keyframes = Joined(earlier.Keyframes, rest.Keyframes, lastFrame),
            Elements = [.. earlier.Elements.Select(element =>
                rest.Elements.FirstOrDefault(other => other.LabelId == element.LabelId) is { } more
                    ? element with { Keyframes = Joined(element.Keyframes, more.Keyframes, lastFrame) }
                    : element)],
        };
    }

    private static List<Keyframe> Joined(IReadOnlyList<Keyframe> earlier, IReadOnlyList<Keyframe> later, int lastFrame) =>
        [.. earlier.Where(keyframe => keyframe.Frame <= lastFrame), .. later.Where(keyframe => keyframe.Frame > lastFrame)];

    private DatasetTrack? Named(Track track, int lastFrame, int number)
    {
        // A track ends with its job's frames: those of the next job have their own.
        while (_deleted.Contains(lastFrame + 1))
        {
            lastFrame++;
        }

        var ended = lastFrame < data.Size - 1 ? TrackSlices.EndAt(track, lastFrame) : track;
        return frames.Named(ended, number) is { } named && Numbered(named) is { FirstFrame: < int.MaxValue } kept ? kept : null;
    }

    /// <summary>In the numbering of the source media; keyframes on deleted frames go, the values that were set there stay.</summary>
    private DatasetTrack Numbered(DatasetTrack track)
    {
        var keyframes = new List<DatasetKeyframe>(track.Keyframes.Count);
        var carried = new Dictionary<string, string>();
        foreach (var keyframe in track.Keyframes)
        {
            foreach (var (name, value) in keyframe.Attributes)
            {
                carried[name] = value;
            }

            if (!_deleted.Contains(keyframe.Frame))
            {
                keyframes.Add(keyframe with
                {
                    Frame = SourceFrames.Of(data, keyframe.Frame),
                    Attributes = carried.Count == 0 ? DatasetShape.NoAttributes : new Dictionary<string, string>(carried),
                });
                carried.Clear();
            }
        }

        return track with { Keyframes = keyframes, Elements = [.. track.Elements.Select(Numbered).Where(element => element.Keyframes.Count > 0)] };
    }
}
