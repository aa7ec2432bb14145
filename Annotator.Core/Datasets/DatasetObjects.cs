using Annotator.Core.Annotations;
using Annotator.Formats.Model;

namespace Annotator.Core.Datasets;

/// <summary>Stored annotations as files know them: names in place of ids.</summary>
public sealed class DatasetObjects(DatasetLabels labels)
{
    /// <summary>Null when the tag's label is gone.</summary>
    public DatasetTag? Tag(Tag tag) => labels.NameOf(tag.LabelId) is not { } label ? null : new DatasetTag
    {
        Label = label,
        Group = tag.Group,
        Source = tag.Source,
        Attributes = labels.Named(tag.Attributes),
    };

    /// <summary>Null when the shape's label is gone.</summary>
    public DatasetShape? Shape(Shape shape) => labels.NameOf(shape.LabelId) is not { } label ? null : new DatasetShape
    {
        Kind = shape.Kind,
        Label = label,
        Points = shape.Points,
        Rotation = shape.Rotation,
        Occluded = shape.Kind == ShapeKind.Skeleton ? shape.Elements.All(element => element.Occluded) : shape.Occluded,
        ZOrder = shape.ZOrder,
        Group = shape.Group,
        Source = shape.Source,
        Score = shape.Score,
        Attributes = labels.Named(shape.Attributes),
        Elements = shape.Elements.Count == 0 ? [] : [.. shape.Elements.Select(Element).OfType<DatasetShape>()],
    };

    /// <summary>Null when the track's label is gone.</summary>
    /// <param name="trackId">The track's number in the file.</param>
    public DatasetTrack? Track(Track track, int trackId) => labels.NameOf(track.LabelId) is not { } label ? null : new DatasetTrack
    {
        TrackId = trackId,
        Label = label,
        Group = track.Group,
        Source = track.Source,
        Interpolation = track.Interpolation,
        Attributes = labels.Named(track.Attributes),
        Keyframes = [.. track.Keyframes.Select(Keyframe)],
        Elements = [.. track.Elements.Select(element => Element(element, trackId)).OfType<DatasetTrack>()],
    };

    private DatasetShape? Element(ShapeElement element) => labels.NameOf(element.LabelId) is not { } label ? null : new DatasetShape
    {
        Kind = element.Kind,
        Label = label,
        Points = element.Points,
        Rotation = element.Rotation,
        Occluded = element.Occluded,
        Outside = element.Outside,
        Source = element.Source,
        Attributes = labels.Named(element.Attributes),
    };

    private DatasetTrack? Element(TrackElement element, int trackId) => labels.NameOf(element.LabelId) is not { } label ? null : new DatasetTrack
    {
        TrackId = trackId,
        Label = label,
        Source = element.Source,
        Attributes = labels.Named(element.Attributes),
        Keyframes = [.. element.Keyframes.Select(Keyframe)],
    };

    private DatasetKeyframe Keyframe(Keyframe keyframe) => new()
    {
        Frame = keyframe.Frame,
        Kind = keyframe.Kind,
        Points = keyframe.Points,
        Rotation = keyframe.Rotation,
        Occluded = keyframe.Occluded,
        Outside = keyframe.Outside,
        ZOrder = keyframe.ZOrder,
        Attributes = labels.Named(keyframe.Attributes),
    };
}
