using Annotator.Formats.Model;
using Annotator.Formats.Tracks;

namespace Annotator.Formats.Cvat;

/// <summary>The frames of one task, in the numbering of the source media.</summary>
internal sealed record FrameSteps(int First, int Last, int Step, IReadOnlySet<int> Deleted)
{
    /// <summary>A whole task, or the frames of the one job that is exported.</summary>
    public static FrameSteps Of(DatasetTask task, DatasetTask? job)
    {
        var (first, last) = (task.StartFrame, task.StopFrame);
        if (job is { Segments: [var segment] })
        {
            (first, last) = (task.StartFrame + segment.Start * task.Step, Math.Min(task.StopFrame, task.StartFrame + segment.Stop * task.Step));
        }

        return new FrameSteps(first, last, task.Step, task.DeletedFrames);
    }
}

/// <summary>
/// Writes tracks of a CVAT file: the shape on every frame on which it is visible, and every keyframe, those that end a
/// visible run included.
/// </summary>
internal sealed class CvatTrackXml(IndentedXml xml, CvatShapeXml shapes)
{
    private int _number;

    /// <summary>Tracks tell attributes that may change first; shapes of one frame tell them as the label does.</summary>
    private bool _mutableFirst;

    /// <param name="owner">The task, named in files of projects only.</param>
    public void Track(DatasetTrack track, FrameSteps frames, DatasetTask? owner)
    {
        _mutableFirst = true;
        Write(track, frames, owner);
    }

    /// <summary>A shape of one frame as a track that is gone on the next.</summary>
    public void Single(DatasetShape shape, int frame, FrameSteps frames, DatasetTask? owner)
    {
        var next = (long)frame + frames.Step;
        var ends = next <= frames.Last && shape.Kind != ShapeKind.Mask ? [frame, (int)next] : new[] { frame };
        var track = new DatasetTrack
        {
            Label = shape.Label,
            Group = shape.Group,
            Source = shape.Source,
            Attributes = shape.Attributes,
            Keyframes = Keyframes(shape),
            Elements = [.. shape.Elements.Select(element => new DatasetTrack
            {
                Label = element.Label,
                Attributes = element.Attributes,
                Keyframes = Keyframes(element),
            })],
        };
        _mutableFirst = false;
        Write(track, frames with { First = frame, Last = ends[^1], Deleted = new HashSet<int>() }, owner);

        List<DatasetKeyframe> Keyframes(DatasetShape one) => [.. ends.Select((at, i) => new DatasetKeyframe
        {
            Frame = at,
            Kind = one.Kind,
            Points = one.Points,
            Rotation = one.Rotation,
            Occluded = one.Occluded,
            Outside = i > 0 || one.Outside,
            ZOrder = one.ZOrder,
        })];
    }

    private void Write(DatasetTrack track, FrameSteps frames, DatasetTask? owner)
    {
        Start(track.Label, track.Source, track.Group, owner);
        var label = shapes.Label(track.Label);
        var own = new KeyframeCursor(track, frames.Deleted);
        var nodes = track.Elements.Select(element => (Track: element, Cursor: new KeyframeCursor(element, frames.Deleted))).ToList();
        for (long at = FirstFrame(track, frames); at <= frames.Last; at += frames.Step)
        {
            var frame = (int)at;
            if (frames.Deleted.Contains(frame))
            {
                continue;
            }

            var state = own.At(frame);
            if (nodes.Count > 0)
            {
                Skeleton(label, frame, state, own.Attributes, [.. nodes.Select(node => (node.Track, node.Cursor.At(frame), node.Cursor.Attributes))]);
            }
            else if (state is { } shape && (!shape.Outside || shape.Keyframe))
            {
                Shape(label, frame, shape, own.Attributes);
            }

            if (nodes.Count > 0 ? nodes.TrueForAll(node => node.Cursor.Finished) : own.Finished)
            {
                break;
            }
        }

        xml.End();
    }

    private static int FirstFrame(DatasetTrack track, FrameSteps frames)
    {
        var first = Math.Max(track.FirstFrame, frames.First);
        var over = (first - frames.First) % frames.Step;
        return over == 0 ? first : first + frames.Step - over;
    }

    private void Start(string label, AnnotationSource source, int group, DatasetTask? owner)
    {
        xml.Start("track");
        xml.Attribute("id", CvatShapeXml.Number(_number++));
        xml.Attribute("label", label);
        xml.Attribute("source", Words.Of(source));
        if (owner is not null)
        {
            xml.Attribute("task_id", CvatShapeXml.Number(owner.Id));
            xml.Attribute("subset", owner.Subset.Length > 0 ? owner.Subset : "default");
        }

        shapes.Group(group);
    }

    private void Shape(DatasetLabel? label, int frame, TrackState state, IReadOnlyDictionary<string, string> attributes)
    {
        xml.Start(CvatShapeXml.ElementName(state.Kind));
        xml.Attribute("frame", CvatShapeXml.Number(frame));
        Flags(state);
        shapes.Geometry(Placed(state));
        xml.Attribute("z_order", CvatShapeXml.Number(state.ZOrder));
        shapes.Attributes(label, attributes, _mutableFirst);
        xml.End();
    }

    private void Skeleton(
        DatasetLabel? label, int frame, TrackState? own, IReadOnlyDictionary<string, string> attributes,
        List<(DatasetTrack Track, TrackState? State, IReadOnlyDictionary<string, string> Attributes)> nodes)
    {
        var seen = nodes.Where(node => node.State is { } state && (!state.Outside || state.Keyframe)).ToList();
        var keyframe = own is { Keyframe: true } || seen.Exists(node => node.State!.Value.Keyframe);
        if (seen.Count == 0 || (own is { Outside: true } && !keyframe))
        {
            return;
        }

        xml.Start("skeleton");
        xml.Attribute("frame", CvatShapeXml.Number(frame));
        xml.Attribute("keyframe", CvatShapeXml.Flag(keyframe));
        xml.Attribute("z_order", CvatShapeXml.Number(own?.ZOrder ?? 0));
        shapes.Attributes(label, attributes, _mutableFirst);
        foreach (var (track, state, values) in seen)
        {
            xml.Start(CvatShapeXml.ElementName(state!.Value.Kind));
            xml.Attribute("label", track.Label);
            Flags(state.Value);
            shapes.Geometry(Placed(state.Value));
            shapes.Attributes(label?.Sublabels.FirstOrDefault(sublabel => sublabel.Name == track.Label), values, _mutableFirst);
            xml.End();
        }

        xml.End();
    }

    private void Flags(TrackState state)
    {
        xml.Attribute("keyframe", CvatShapeXml.Flag(state.Keyframe));
        xml.Attribute("outside", CvatShapeXml.Flag(state.Outside));
        xml.Attribute("occluded", CvatShapeXml.Flag(state.Occluded));
    }

    private static DatasetShape Placed(TrackState state) =>
        new() { Kind = state.Kind, Label = "", Points = state.Points, Rotation = state.Rotation };
}
