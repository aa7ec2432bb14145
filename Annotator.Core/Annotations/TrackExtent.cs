using Annotator.Formats.Model;

namespace Annotator.Core.Annotations;

/// <summary>What is stored about a track beside its keyframes.</summary>
internal static class TrackExtent
{
    /// <summary>The kind of its shapes; a track with nodes is a skeleton.</summary>
    public static ShapeKind Kind(this Track track) =>
        track.Elements.Count > 0 || track.Keyframes.Count == 0 ? ShapeKind.Skeleton : track.Keyframes[0].Kind;

    public static int KeyframeCount(this Track track) => track.Keyframes.Count + track.Elements.Sum(element => element.Keyframes.Count);

    /// <summary>
    /// The last frame on which anything of the track stands: that of its last keyframe when it ends outside, else
    /// <see cref="int.MaxValue"/>, because what is visible on the last keyframe stays to the end of the job.
    /// </summary>
    public static int LastFrame(this Track track)
    {
        var last = LastFrame(track.Keyframes);
        foreach (var element in track.Elements)
        {
            last = Math.Max(last, LastFrame(element.Keyframes));
        }

        return Math.Max(last, track.Frame);
    }

    private static int LastFrame(IReadOnlyList<Keyframe> keyframes) =>
        keyframes.Count == 0 ? 0 : keyframes[^1].Outside ? keyframes[^1].Frame : int.MaxValue;
}
