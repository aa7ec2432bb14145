using Annotator.Core.Annotations;
using Annotator.Inference.Tracking;

namespace Annotator.Worker.Tracking;

/// <summary>
/// A skeleton is followed node by node, because its nodes move on their own: each like a track of a point, whose keyframes then
/// are those of an element. The skeleton stays one track.
/// </summary>
internal static class SkeletonNodes
{
    /// <summary>Those of the nodes that are visible on the frame; the others stay as they are.</summary>
    /// <param name="names">Of the sublabels, for what is told about a node that is lost.</param>
    /// <param name="deleted">Frames whose keyframes do not count.</param>
    public static IEnumerable<FollowedTrack> VisibleOn(Track skeleton, int frame, IReadOnlyDictionary<int, string> names, IReadOnlySet<int> deleted)
    {
        foreach (var element in skeleton.Elements)
        {
            var node = AsTrack(skeleton, element);
            if (TrackPose.Of(node, frame, deleted) is { Outside: false } pose && TrackedOutline.CanFollow(pose.Kind))
            {
                yield return new FollowedTrack(node, pose) { Node = names.GetValueOrDefault(element.LabelId, "a point") };
            }
        }
    }

    /// <summary>The skeleton as it stands now, with what was found of its nodes; see <see cref="FollowedTrack.Merge"/>.</summary>
    /// <param name="now">As it is stored. A node that it no longer has is followed no further.</param>
    public static Track Merge(Track now, IReadOnlyCollection<FollowedTrack> nodes, IReadOnlySet<int> deleted)
    {
        foreach (var gone in nodes.Where(node => now.Elements.All(element => element.LabelId != node.Track.LabelId)))
        {
            gone.End();
        }

        List<TrackElement> elements = [.. now.Elements.Select(element =>
            nodes.FirstOrDefault(node => node.Track.LabelId == element.LabelId)?.Merge(AsTrack(now, element), deleted) is { } merged
                ? element with { Frame = merged.Frame, Keyframes = merged.Keyframes }
                : element)];
        var first = elements.Where(element => element.Keyframes.Count > 0).Min(element => element.Keyframes[0].Frame);

        // A skeleton's own keyframes have no place, only values that hold from them on: they begin where its nodes begin.
        var own = now.Keyframes is [{ Outside: false } earliest, ..] && first < earliest.Frame
            ? [earliest with { Id = 0, Frame = first }, .. now.Keyframes.Skip(1)]
            : now.Keyframes;
        return now with { Frame = own.Count > 0 ? Math.Min(first, own[0].Frame) : first, Keyframes = own, Elements = elements };
    }

    private static Track AsTrack(Track skeleton, TrackElement element) => new()
    {
        Id = skeleton.Id,
        Frame = element.Frame,
        LabelId = element.LabelId,
        Source = skeleton.Source,
        Attributes = element.Attributes,
        Keyframes = element.Keyframes,
    };
}
