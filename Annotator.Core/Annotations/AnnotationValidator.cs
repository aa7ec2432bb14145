using Annotator.Core.Tasks;
using Annotator.Formats.Model;

namespace Annotator.Core.Annotations;

/// <summary>
/// Checks objects against the labels and frames of a job, and completes them: defaults of attributes filled in, keyframes in
/// order, checkboxes in lower case. Of an object that is changed only what differs from its current state is checked, so that
/// an object which was right when it was made can still be moved after its label's rules were tightened.
/// </summary>
/// <param name="frames">Frames that objects may stand on; null when the task's size is not known.</param>
public sealed class AnnotationValidator(LabelSchema schema, FrameRange? frames, AnnotationErrors errors)
{
    private readonly ShapeRules _shapes = new(errors);

    /// <summary>The object as it may be stored. When something is wrong it is noted and the result must not be used.</summary>
    /// <param name="current">The object as it stands, when it is changed; null when it is new.</param>
    /// <param name="at">JSON pointer of the object in the request.</param>
    public AnnotationObject Check(AnnotationObject given, AnnotationObject? current, string at) => given switch
    {
        Tag tag => CheckTag(tag, current, at),
        Shape shape => CheckShape(shape, (Shape?)current, at),
        Track track => CheckTrack(track, (Track?)current, at),
        _ => throw new ArgumentException($"{given.GetType().Name} is not an annotation.", nameof(given)),
    };

    private Tag CheckTag(Tag tag, AnnotationObject? current, string at)
    {
        if (LabelOf(tag, at) is not { } label)
        {
            return tag;
        }

        if (tag.LabelId != current?.LabelId && !label.AllowsTags)
        {
            errors.Add(at + "/label_id", "type-not-allowed", $"The label {label.Name} is for {label.Type}, not for tags.");
        }

        CheckFrame(tag.Frame, current?.Frame, at);
        return tag with { Attributes = Complete(tag.Attributes, current, tag.LabelId, label, label.Defaults, at) };
    }

    private Shape CheckShape(Shape shape, Shape? current, string at)
    {
        if (LabelOf(shape, at) is not { } label)
        {
            return shape;
        }

        if ((shape.LabelId != current?.LabelId || shape.Kind != current.Kind) && !label.Allows(shape.Kind))
        {
            RefuseKind(label, shape.Kind, at);
        }

        CheckFrame(shape.Frame, current?.Frame, at);
        if (current is null || shape.Kind != current.Kind || !AnnotationFields.Same(shape, current, "points"))
        {
            shape = shape with { Points = _shapes.Check(shape.Kind, shape.Points, at) };
        }

        if (current is null || shape.LabelId != current.LabelId || shape.Kind != current.Kind || !ReferenceEquals(shape.Elements, current.Elements))
        {
            shape = shape with { Elements = CheckElements(shape, label, at) };
        }

        return shape with { Attributes = Complete(shape.Attributes, current, shape.LabelId, label, label.Defaults, at) };
    }

    private IReadOnlyList<ShapeElement> CheckElements(Shape shape, SchemaLabel label, string at)
    {
        if (!HasElementsWhereDue(shape.Kind == ShapeKind.Skeleton, shape.Elements.Count, at))
        {
            return shape.Elements;
        }

        var seen = new HashSet<int>();
        return shape.Elements.Count == 0 ? [] : [.. shape.Elements.Select((element, index) =>
        {
            var here = $"{at}/elements/{index}";
            if (SublabelOf(label, element.LabelId, seen, here) is not { } sublabel)
            {
                return element;
            }

            if (!sublabel.Allows(element.Kind))
            {
                RefuseKind(sublabel, element.Kind, here);
            }

            return element with
            {
                Points = _shapes.Check(element.Kind, element.Points, here),
                Attributes = Values(element.Attributes, sublabel, sublabel.Defaults, here),
            };
        })];
    }

    private Track CheckTrack(Track track, Track? current, string at)
    {
        if (LabelOf(track, at) is not { } label)
        {
            return track;
        }

        var isNew = current is null || track.LabelId != current.LabelId;
        var isSkeleton = label.Type == "skeleton";
        if (isNew || !ReferenceEquals(track.Keyframes, current!.Keyframes))
        {
            if (track.Keyframes.Count == 0 && !isSkeleton)
            {
                errors.Add(at + "/shapes", "required", "A track has at least one keyframe.");
            }

            track = track with { Keyframes = CheckKeyframes(track.Keyframes, label, at) };
        }

        if (isNew || !ReferenceEquals(track.Elements, current!.Elements))
        {
            track = track with { Elements = CheckElements(track, label, isSkeleton, at) };
        }

        return track with
        {
            Frame = FirstFrame(track),
            Attributes = Complete(track.Attributes, current, track.LabelId, label, label.ImmutableDefaults, at),
        };
    }

    private IReadOnlyList<TrackElement> CheckElements(Track track, SchemaLabel label, bool isSkeleton, string at)
    {
        if (!HasElementsWhereDue(isSkeleton, track.Elements.Count, at))
        {
            return track.Elements;
        }

        var seen = new HashSet<int>();
        return track.Elements.Count == 0 ? [] : [.. track.Elements.Select((element, index) =>
        {
            var here = $"{at}/elements/{index}";
            if (SublabelOf(label, element.LabelId, seen, here) is not { } sublabel)
            {
                return element;
            }

            var keyframes = CheckKeyframes(element.Keyframes, sublabel, here);
            return element with
            {
                Keyframes = keyframes,
                Frame = keyframes.Length > 0 ? keyframes[0].Frame : track.Frame,
                Attributes = Values(element.Attributes, sublabel, sublabel.ImmutableDefaults, here),
            };
        })];
    }

    private Keyframe[] CheckKeyframes(IReadOnlyList<Keyframe> given, SchemaLabel label, string at)
    {
        var keyframes = new Keyframe[given.Count];
        for (var i = 0; i < given.Count; i++)
        {
            var keyframe = given[i];
            var here = $"{at}/shapes/{i}";
            if (i > 0 && keyframe.Kind != given[0].Kind)
            {
                errors.Add(here + "/type", "mixed-types", "All keyframes of a track have one type.");
            }
            else if (keyframe.Kind == ShapeKind.Mask || !label.Allows(keyframe.Kind))
            {
                RefuseKind(label, keyframe.Kind, here);
            }

            CheckFrame(keyframe.Frame, null, here);
            keyframes[i] = keyframe with
            {
                Points = _shapes.Check(keyframe.Kind, keyframe.Points, here),
                Attributes = CheckValues(keyframe.Attributes, label, label.MutableDefaults, here),
            };
        }

        Array.Sort(keyframes, (left, right) => left.Frame.CompareTo(right.Frame));
        for (var i = 1; i < keyframes.Length; i++)
        {
            if (keyframes[i].Frame == keyframes[i - 1].Frame)
            {
                errors.Add(at + "/shapes", "duplicate-keyframe", $"Frame {keyframes[i].Frame} has two keyframes; a track has one on a frame.");
            }
        }

        if (keyframes.Length > 0)
        {
            keyframes[0] = keyframes[0] with { Attributes = SchemaLabel.Complete(label.MutableDefaults, keyframes[0].Attributes) };
        }

        return keyframes;
    }

    private static int FirstFrame(Track track)
    {
        var first = track.Keyframes.Count > 0 ? track.Keyframes[0].Frame : int.MaxValue;
        foreach (var element in track.Elements)
        {
            first = element.Keyframes.Count > 0 ? Math.Min(first, element.Keyframes[0].Frame) : first;
        }

        return first == int.MaxValue ? track.Frame : first;
    }

    private bool HasElementsWhereDue(bool isSkeleton, int count, string at)
    {
        if (isSkeleton == count > 0)
        {
            return true;
        }

        errors.Add(at + "/elements", "elements", isSkeleton ? "A skeleton has at least one element." : "Only a skeleton has elements.");
        return false;
    }

    private SchemaLabel? LabelOf(AnnotationObject annotation, string at)
    {
        var label = schema.Find(annotation.LabelId);
        if (label is null)
        {
            errors.Add(at + "/label_id", "unknown-label", $"label_id {annotation.LabelId} is invalid: no label of this task has this id.");
        }
        else if (label.ParentId is not null)
        {
            errors.Add(at + "/label_id", "sublabel", $"label_id {annotation.LabelId} is invalid: {label.Name} is a node of a skeleton.");
            label = null;
        }

        return label;
    }

    private SchemaLabel? SublabelOf(SchemaLabel skeleton, int labelId, HashSet<int> seen, string at)
    {
        var label = schema.Find(labelId);
        if (label is null || label.ParentId != skeleton.Id)
        {
            errors.Add(at + "/label_id", "unknown-label", $"label_id {labelId} is invalid: it is no node of {skeleton.Name}.");
            return null;
        }

        if (!seen.Add(labelId))
        {
            errors.Add(at + "/label_id", "duplicate-element", $"{skeleton.Name} has the node {label.Name} once.");
        }

        return label;
    }

    private void RefuseKind(SchemaLabel label, ShapeKind kind, string at)
    {
        // A kind that could not be read was reported by the reader.
        if (kind != default)
        {
            errors.Add(at + "/type", "type-not-allowed", $"{Words.Of(kind)} is not allowed here: the label {label.Name} is for {label.Type}.");
        }
    }

    private void CheckFrame(int frame, int? current, string at)
    {
        if (frame != current && frames is { } range && !range.Contains(frame))
        {
            errors.Add(at + "/frame", "frame", $"Frame {frame} is outside of {range.First} to {range.Last}.");
        }
    }

    private IReadOnlyDictionary<int, string> Complete(
        IReadOnlyDictionary<int, string> given, AnnotationObject? current, int labelId, SchemaLabel label, IReadOnlyDictionary<int, string> defaults, string at)
    {
        if (current is not null && ReferenceEquals(given, current.Attributes))
        {
            // A new label came without new attributes: those that it does not have fall away.
            return labelId == current.LabelId ? given : SchemaLabel.Complete(defaults, given);
        }

        return Values(given, label, defaults, at);
    }

    private IReadOnlyDictionary<int, string> Values(
        IReadOnlyDictionary<int, string> given, SchemaLabel label, IReadOnlyDictionary<int, string> defaults, string at) =>
        SchemaLabel.Complete(defaults, CheckValues(given, label, defaults, at));

    private IReadOnlyDictionary<int, string> CheckValues(
        IReadOnlyDictionary<int, string> given, SchemaLabel label, IReadOnlyDictionary<int, string> allowed, string at)
    {
        if (given.Count == 0)
        {
            return given;
        }

        var values = new Dictionary<int, string>(given.Count);
        foreach (var (id, value) in given)
        {
            if (!allowed.ContainsKey(id))
            {
                errors.Add(at + "/attributes", "unknown-attribute", $"spec_id {id} is invalid: {label.Name} has no such attribute here.");
                continue;
            }

            var (stored, error) = SchemaLabel.Check(label.Attributes[id], value);
            if (error is not null)
            {
                errors.Add(at + "/attributes", "attribute-value", error);
            }

            values[id] = stored;
        }

        return values;
    }
}
