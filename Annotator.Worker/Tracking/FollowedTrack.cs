using Annotator.Core.Annotations;
using Annotator.Formats.Model;
using Annotator.Inference.Tracking;

namespace Annotator.Worker.Tracking;

/// <summary>
/// One track while it is followed: where it was found on each frame, and how that becomes keyframes beside those that people
/// set. What a person put, moved or took away, before or meanwhile, stays as it is.
/// </summary>
internal sealed class FollowedTrack
{
    /// <summary>What float32 and hundredths of a pixel make of a coordinate.</summary>
    private const double Same = 0.006;

    private readonly SortedDictionary<int, double[]> _found = [];
    private Dictionary<int, Keyframe> _written = [], _merged = [];
    private readonly HashSet<int> _refused = [];
    private readonly Keyframe _start;
    private Dictionary<int, Keyframe> _theirs = [];

    /// <param name="track">As it is now; visible on the frame.</param>
    /// <param name="start">Its pose on the frame where it is known: see <see cref="TrackPose"/>.</param>
    public FollowedTrack(Track track, Keyframe start)
    {
        (Track, _start, Reached) = (track, start, start.Frame);
        _found[start.Frame] = TrackedOutline.Of(start.Kind, start.Points, start.Rotation);
        _theirs = track.Keyframes.ToDictionary(keyframe => keyframe.Frame);
    }

    /// <summary>Of a skeleton's node, its keyframes and label under the skeleton's id.</summary>
    public Track Track { get; private set; }

    /// <summary>The name of the node of a skeleton that this is; null for a whole track.</summary>
    public string? Node { get; init; }

    /// <summary>The last frame on which it was found.</summary>
    public int Reached { get; private set; }

    /// <summary>Where and why it was lost; null while it is held.</summary>
    public (int Frame, string Reason)? Lost { get; private set; }

    /// <summary>Whether it is still looked for.</summary>
    public bool Goes { get; private set; } = true;

    public double[] Outline => _found[Reached];

    /// <summary>What follows it; null before the first frame, and after a person's keyframe.</summary>
    public IObjectTracker? Tracker { get; set; }

    /// <summary>What a person set on the frame; null for nothing.</summary>
    public Keyframe? SetByHand(int frame) => _theirs.GetValueOrDefault(frame);

    /// <summary>It was found on the frame.</summary>
    public void Found(int frame, double[] outline) => (_found[frame], Reached) = (outline, frame);

    /// <summary>It is followed no further, and nothing is wrong: a person ended it here, or deleted it.</summary>
    public void End() => Goes = false;

    public void Lose(int frame, string reason) => (Lost, Goes) = ((frame, reason), false);

    /// <summary>The track as it stands now, with what was found so far. It counts as written only after <see cref="Written"/>.</summary>
    /// <param name="now">As it is stored; a person may have changed it since the last time.</param>
    /// <param name="deleted">Frames whose keyframes do not count.</param>
    public Track Merge(Track now, IReadOnlySet<int> deleted)
    {
        _theirs = now.Keyframes.Where(keyframe => !IsOurs(keyframe)).ToDictionary(keyframe => keyframe.Frame);
        var there = now.Keyframes.Select(keyframe => keyframe.Frame).ToHashSet();
        _refused.UnionWith(_written.Keys.Where(frame => !there.Contains(frame)));
        foreach (var (frame, keyframe) in _theirs.Where(pair => !deleted.Contains(pair.Key) && !pair.Value.Outside && _found.ContainsKey(pair.Key)))
        {
            _found[frame] = TrackedOutline.Of(keyframe.Kind, keyframe.Points, keyframe.Rotation);
        }

        _merged = [];
        foreach (var frame in Kept().Where(frame => !_theirs.ContainsKey(frame) && !_refused.Contains(frame)))
        {
            _merged[frame] = KeyframeOf(frame, _found[frame], outside: false);
        }

        // Attributes hold from keyframe to keyframe: what now comes first says all that held where it was known.
        var first = Math.Min(_merged.Count > 0 ? _merged.Keys.Min() : int.MaxValue, _theirs.Count > 0 ? _theirs.Keys.Min() : int.MaxValue);
        if (first < _start.Frame && _merged.TryGetValue(first, out var earliest))
        {
            _merged[first] = earliest with { Attributes = _start.Attributes };
        }

        // A lost object must not stand still to the end of the video; before the first keyframe it is not there anyway.
        if (Lost is { } lost && lost.Frame > _start.Frame && _theirs.Keys.All(frame => frame < lost.Frame) && !_refused.Contains(lost.Frame))
        {
            _merged[lost.Frame] = KeyframeOf(lost.Frame, _found[Reached], outside: true);
        }

        List<Keyframe> all = [.. _theirs.Values.Concat(_merged.Values).OrderBy(keyframe => keyframe.Frame)];
        Track = now with { Frame = all[0].Frame, Keyframes = all };
        return Track;
    }

    /// <summary>What was merged last is stored: from here on, whatever differs from it is a person's.</summary>
    public void Written() => _written = _merged;

    /// <summary>The frames that a person needs, between one that is set by hand and the next.</summary>
    private IEnumerable<int> Kept()
    {
        int[] frames = [.. _found.Keys];
        if (_start.Kind == ShapeKind.Points && _start.Points.Length > 2)
        {
            // Several points are not interpolated: they stay until the next keyframe.
            return Moved(frames);
        }

        List<int> kept = [];
        for (var from = 0; from < frames.Length;)
        {
            var to = from + 1;
            while (to < frames.Length - 1 && !_theirs.ContainsKey(frames[to]))
            {
                to++;
            }

            var part = frames[from..Math.Min(to + 1, frames.Length)];
            kept.AddRange(KeyframeReduction.Keep(part, [.. part.Select(frame => _found[frame])]).Select(i => part[i]));
            from = to;
        }

        return kept.Distinct();
    }

    private IEnumerable<int> Moved(int[] frames)
    {
        double[]? last = null;
        foreach (var frame in frames)
        {
            if (last is null || _found[frame].Zip(last, (one, other) => Math.Abs(one - other)).Max() > 1)
            {
                last = _found[frame];
                yield return frame;
            }
        }
    }

    private bool IsOurs(Keyframe keyframe) =>
        _written.TryGetValue(keyframe.Frame, out var written) && written.Outside == keyframe.Outside && written.Occluded == keyframe.Occluded
        && written.ZOrder == keyframe.ZOrder && written.Points.Length == keyframe.Points.Length && Math.Abs(written.Rotation - keyframe.Rotation) < Same
        && written.Points.Zip(keyframe.Points, (one, other) => Math.Abs(one - other)).All(off => off < Same)
        && (keyframe.Attributes.Count == 0 || keyframe.Attributes.Count == written.Attributes.Count);

    private Keyframe KeyframeOf(int frame, double[] outline, bool outside)
    {
        var (points, rotation) = TrackedOutline.Back(_start.Kind, outline);
        return _start with
        {
            Id = 0,
            Frame = frame,
            Points = [.. points.Select(value => Math.Round(value, 2))],
            Rotation = (float)Math.Round(rotation, 2) % 360,
            Outside = outside,
            Attributes = AnnotationObject.EmptyAttributes,
        };
    }
}
