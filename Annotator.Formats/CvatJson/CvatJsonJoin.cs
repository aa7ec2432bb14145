using Annotator.Formats.Merging;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;

namespace Annotator.Formats.CvatJson;

/// <summary>
/// Where jobs share frames and both followed one object, makes one track of its two: the earlier job's up to its last frame,
/// the later job's from there. The tracks of two jobs are held at a time.
/// </summary>
internal sealed class CvatJsonJoin(CvatJsonFrames frames)
{
    /// <summary>Frames by which tracks are compared; jobs seldom share more than a few.</summary>
    private const int MostShared = 1000;

    private List<Followed> _earlier = [];
    private int _last = -1;

    /// <summary>Takes the next job's tracks, and gives those of earlier jobs that nothing will be added to any more.</summary>
    /// <param name="first">The job's first frame; jobs come in order of it.</param>
    public IEnumerable<DatasetTrack> Add(int first, int last, IReadOnlyList<DatasetTrack> tracks)
    {
        var same = first <= _last ? Same(first, Math.Min(_last, last), tracks) : new Dictionary<int, int>();
        var known = _earlier.ToDictionary(followed => followed.Own.TrackId);
        var next = new List<Followed>(tracks.Count);
        foreach (var track in tracks)
        {
            if (same.TryGetValue(track.TrackId, out var id) && known.Remove(id, out var before))
            {
                next.Add(new Followed(last > _last ? track : before.Own, last > _last ? Joined(before.Whole, track, _last) : before.Whole));
            }
            else
            {
                next.Add(new Followed(track, track));
            }
        }

        if (last <= _last)
        {
            // A job within another: the outer one may still be followed by the next.
            _earlier = [.. known.Values, .. next];
            return [];
        }

        var done = known.Values.Select(followed => followed.Whole).ToList();
        (_earlier, _last) = (next, last);
        return done;
    }

    /// <summary>What is left once the last job was added.</summary>
    public IEnumerable<DatasetTrack> Rest() => _earlier.Select(followed => followed.Whole);

    private IReadOnlyDictionary<int, int> Same(int first, int last, IReadOnlyList<DatasetTrack> later)
    {
        var before = _earlier.Select(followed => new TrackCursor(followed.Own, frames.Deleted)).ToList();
        var behind = later.Where(track => track.FirstFrame <= last).Select(track => new TrackCursor(track, frames.Deleted)).ToList();
        var shared = new List<OverlapFrame>();
        for (var frame = first; frame <= last && shared.Count < MostShared; frame++)
        {
            if (!frames.Deleted.Contains(frame))
            {
                var (_, width, height) = frames.Of(frame);
                shared.Add(new OverlapFrame(width, height, Shapes(before, frame), Shapes(behind, frame)));
            }
        }

        return OverlapMerge.Tracks(shared);
    }

    private static List<DatasetShape> Shapes(List<TrackCursor> cursors, int frame) => [.. cursors.Select(cursor => cursor.At(frame)).OfType<DatasetShape>()];

    private DatasetTrack Joined(DatasetTrack earlier, DatasetTrack later, int last) => earlier with
    {
        Keyframes = Joined(earlier.Keyframes, later, last),
        Elements =
        [
            .. earlier.Elements.Select(element => later.Elements.FirstOrDefault(other => other.Label == element.Label) is { } more
                ? element with { Keyframes = Joined(element.Keyframes, more, last) }
                : element),
            .. later.Elements.Where(element => earlier.Elements.All(other => other.Label != element.Label)),
        ],
    };

    /// <summary>At the border stands a keyframe of what the later job had there.</summary>
    private List<DatasetKeyframe> Joined(IReadOnlyList<DatasetKeyframe> earlier, DatasetTrack later, int last)
    {
        var result = earlier.Where(keyframe => keyframe.Frame <= last).ToList();
        var cursor = new KeyframeCursor(later, frames.Deleted);
        if (later.Keyframes.All(keyframe => keyframe.Frame != last + 1) && cursor.At(last + 1) is { } state)
        {
            result.Add(new DatasetKeyframe
            {
                Frame = last + 1,
                Kind = state.Kind,
                Points = state.Points,
                Rotation = state.Rotation,
                Occluded = state.Occluded,
                Outside = state.Outside,
                ZOrder = state.ZOrder,
                Attributes = cursor.Attributes.Where(pair => !later.Attributes.ContainsKey(pair.Key)).ToDictionary(StringComparer.Ordinal),
            });
        }

        result.AddRange(later.Keyframes.Where(keyframe => keyframe.Frame > last));
        return result;
    }

    /// <param name="Own">As the last job that had it tells it.</param>
    /// <param name="Whole">With what earlier jobs told.</param>
    private sealed record Followed(DatasetTrack Own, DatasetTrack Whole);
}
