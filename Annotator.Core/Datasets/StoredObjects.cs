using Annotator.Core.Annotations;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Formats;
using Annotator.Formats.Model;

namespace Annotator.Core.Datasets;

/// <summary>
/// Objects of a file as the store takes them: ids in place of names, checked by the rules that all annotations obey. What
/// cannot be taken is left out and reported.
/// </summary>
public sealed class StoredObjects(ImportLabels labels, DatasetReport report)
{
    /// <param name="frame">In the task's numbering.</param>
    public Tag? Tag(DatasetTag tag, int frame, FrameRange frames, string place)
    {
        if (Label(tag.Label, place) is not { } label)
        {
            return null;
        }

        return Checked(frames, place, new Tag
        {
            Frame = frame,
            LabelId = label.Id,
            Group = tag.Group,
            Source = tag.Source,
            Attributes = Attributes(label, tag.Attributes, place),
        });
    }

    /// <param name="frame">In the task's numbering.</param>
    public Shape? Shape(DatasetShape shape, int frame, FrameRange frames, string place)
    {
        if (Label(shape.Label, place) is not { } label)
        {
            return null;
        }

        return Checked(frames, place, new Shape
        {
            Frame = frame,
            LabelId = label.Id,
            Kind = shape.Kind,
            Points = shape.Points,
            Rotation = (float)shape.Rotation,
            Occluded = shape.Occluded,
            ZOrder = ZOrder(shape.ZOrder),
            Group = shape.Group,
            Source = shape.Source,
            Score = (float)shape.Score,
            Attributes = Attributes(label, shape.Attributes, place),
            Elements = [.. shape.Elements.Select(element => Element(label, element, place)).OfType<ShapeElement>()],
        });
    }

    public Track? Track(DatasetTrack track, FrameRange frames, string place)
    {
        if (Label(track.Label, place) is not { } label)
        {
            return null;
        }

        return Checked(frames, place, new Track
        {
            Frame = track.FirstFrame,
            LabelId = label.Id,
            Group = track.Group,
            Source = track.Source,
            Interpolation = track.Interpolation,
            Attributes = Attributes(label, track.Attributes, place),
            Keyframes = Keyframes(label, track, place),
            Elements = [.. track.Elements.Select(element => Element(label, element, place)).OfType<TrackElement>()],
        });
    }

    /// <summary>Whether objects of the label can be taken; it counts as one use of it.</summary>
    public bool Knows(string name, string place) => Label(name, place) is not null;

    /// <summary>Whether an attribute may change along a track.</summary>
    public bool IsMutable(string label, string attribute) => labels.IsMutable(label, attribute);

    private Label? Label(string name, string place)
    {
        var label = labels.Use(name);
        if (label is null && labels.IsLeftOut(name))
        {
            report.Note("label-left-out", "Objects of labels that were not wanted were left out", place);
        }

        return label;
    }

    private ShapeElement? Element(Label skeleton, DatasetShape element, string place)
    {
        if (labels.Node(skeleton, element.Label) is not { } label)
        {
            report.Loss("node-unknown", "Nodes that the skeleton does not have were left out", $"{place}: {skeleton.Name} / {element.Label}");
            return null;
        }

        return new ShapeElement
        {
            LabelId = label.Id,
            Kind = element.Kind,
            Points = element.Points,
            Rotation = (float)element.Rotation,
            Occluded = element.Occluded,
            Outside = element.Outside,
            Source = element.Source,
            Attributes = Attributes(label, element.Attributes, place),
        };
    }

    private TrackElement? Element(Label skeleton, DatasetTrack element, string place)
    {
        if (labels.Node(skeleton, element.Label) is not { } label)
        {
            report.Loss("node-unknown", "Nodes that the skeleton does not have were left out", $"{place}: {skeleton.Name} / {element.Label}");
            return null;
        }

        return new TrackElement
        {
            Frame = element.FirstFrame,
            LabelId = label.Id,
            Source = element.Source,
            Attributes = Attributes(label, element.Attributes, place),
            Keyframes = Keyframes(label, element, place),
        };
    }

    private List<Keyframe> Keyframes(Label label, DatasetTrack track, string place) => [.. track.Keyframes.Select(keyframe => new Keyframe
    {
        Frame = keyframe.Frame,
        Kind = keyframe.Kind,
        Points = keyframe.Points,
        Rotation = (float)keyframe.Rotation,
        Occluded = keyframe.Occluded,
        Outside = keyframe.Outside,
        ZOrder = ZOrder(keyframe.ZOrder),
        Attributes = Attributes(label, keyframe.Attributes, place),
    })];

    private IReadOnlyDictionary<int, string> Attributes(Label label, IReadOnlyDictionary<string, string> values, string place)
    {
        if (values.Count == 0)
        {
            return AnnotationObject.EmptyAttributes;
        }

        var result = new Dictionary<int, string>(values.Count);
        foreach (var (name, value) in values)
        {
            if (label.Attributes.Find(declared => declared.Name == name) is not { } declared)
            {
                report.Loss("attribute-unknown", "Attributes that the label does not declare were left out", $"{place}: {label.Name} / {name}");
                continue;
            }

            var (stored, error) = SchemaLabel.Check(declared, value);
            if (error is null)
            {
                result[declared.Id] = stored;
            }
            else
            {
                report.Repair("attribute-value", "Values that an attribute cannot have became its default", $"{place}: {error}");
            }
        }

        return result;
    }

    private T? Checked<T>(FrameRange frames, string place, T made)
        where T : AnnotationObject
    {
        var errors = new AnnotationErrors();
        try
        {
            var result = new AnnotationValidator(labels.Schema, frames, errors).Check(made, null, "");
            if (errors.Count == 0)
            {
                return (T)result;
            }
        }
        catch (InvalidAnnotationsException)
        {
            // So many errors that counting them ended: they are in the list.
        }

        report.Loss("object-refused", "Objects that the labels or the frame do not allow were left out", $"{place}: {errors.All[0].Message}");
        return null;
    }

    private static int ZOrder(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);
}
