using Annotator.Core.Annotations;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;

namespace Annotator.Worker.Tracking;

/// <summary>Where a track is on a frame, by the rules of docs/tracks.md.</summary>
internal static class TrackPose
{
    /// <summary>As a keyframe of that frame with all attributes that hold there; null before the track begins.</summary>
    /// <param name="deleted">Frames whose keyframes do not count.</param>
    public static Keyframe? Of(Track track, int frame, IReadOnlySet<int> deleted)
    {
        var counted = track.Keyframes.Where(keyframe => !deleted.Contains(keyframe.Frame)).ToList();
        var left = counted.LastOrDefault(keyframe => keyframe.Frame <= frame);
        if (left is null)
        {
            return null;
        }

        var attributes = new Dictionary<int, string>();
        foreach (var (id, value) in track.Keyframes.Where(keyframe => keyframe.Frame <= frame).SelectMany(keyframe => keyframe.Attributes))
        {
            attributes[id] = value;
        }

        var here = left with { Id = 0, Frame = frame, Attributes = attributes };
        var right = counted.FirstOrDefault(keyframe => keyframe.Frame > frame);
        if (left.Frame == frame || right is null || left.Outside || left.Kind != right.Kind)
        {
            return here;
        }

        var share = (double)(frame - left.Frame) / (right.Frame - left.Frame);
        var to = track.Interpolation == InterpolationMode.Aligned ? Alignment.Of(left.Kind, left.Points, right.Points) : right.Points;
        return here with
        {
            Points = Interpolation.Points(left.Kind, left.Points, to, share),
            Rotation = (float)Interpolation.Rotation(left.Rotation, right.Rotation, share),
        };
    }
}
