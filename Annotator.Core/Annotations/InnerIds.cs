namespace Annotator.Core.Annotations;

/// <summary>Ids of what is inside an object: a skeleton's nodes and a track's keyframes.</summary>
internal static class InnerIds
{
    public static int CountMissing(AnnotationObject annotation)
    {
        var missing = annotation.Id == 0 ? 1 : 0;
        switch (annotation)
        {
            case Shape shape:
                missing += shape.Elements.Count(element => element.Id == 0);
                break;
            case Track track:
                missing += track.Keyframes.Count(keyframe => keyframe.Id == 0);
                missing += track.Elements.Sum(element => (element.Id == 0 ? 1 : 0) + element.Keyframes.Count(keyframe => keyframe.Id == 0));
                break;
            default:
                break;
        }

        return missing;
    }

    /// <summary>Gives every 0 the next id, the object's own first.</summary>
    public static AnnotationObject Fill(AnnotationObject annotation, ref long next)
    {
        if (annotation.Id == 0)
        {
            annotation = annotation with { Id = next++ };
        }

        switch (annotation)
        {
            case Shape { Elements.Count: > 0 } shape:
                var nodes = new ShapeElement[shape.Elements.Count];
                for (var i = 0; i < nodes.Length; i++)
                {
                    nodes[i] = shape.Elements[i].Id == 0 ? shape.Elements[i] with { Id = next++ } : shape.Elements[i];
                }

                return shape with { Elements = nodes };
            case Track track:
                var keyframes = Fill(track.Keyframes, ref next);
                var elements = new TrackElement[track.Elements.Count];
                for (var i = 0; i < elements.Length; i++)
                {
                    var element = track.Elements[i];
                    element = element.Id == 0 ? element with { Id = next++ } : element;
                    elements[i] = element with { Keyframes = Fill(element.Keyframes, ref next) };
                }

                return track with { Keyframes = keyframes, Elements = elements };
            default:
                return annotation;
        }
    }

    /// <summary>The new state, where nodes (by label) and keyframes (by frame) without ids keep the ids they had.</summary>
    public static AnnotationObject Keep(AnnotationObject before, AnnotationObject after) => (before, after) switch
    {
        (Shape old, Shape shape) when shape.Elements.Count > 0 && !ReferenceEquals(old.Elements, shape.Elements) => shape with
        {
            Elements = [.. shape.Elements.Select(element => element.Id != 0
                ? element
                : element with { Id = old.Elements.FirstOrDefault(other => other.LabelId == element.LabelId)?.Id ?? 0 })],
        },
        (Track old, Track track) => track with
        {
            Keyframes = Keep(old.Keyframes, track.Keyframes),
            Elements = ReferenceEquals(old.Elements, track.Elements) ? track.Elements : [.. track.Elements.Select(element =>
            {
                var known = old.Elements.FirstOrDefault(other => other.LabelId == element.LabelId);
                return known is null ? element : element with
                {
                    Id = element.Id != 0 ? element.Id : known.Id,
                    Keyframes = Keep(known.Keyframes, element.Keyframes),
                };
            })],
        },
        _ => after,
    };

    /// <summary>A skeleton without the nodes of the given labels; anything else as it is.</summary>
    public static AnnotationObject WithoutNodes(AnnotationObject annotation, IReadOnlyCollection<int> labelIds) => annotation switch
    {
        Shape shape => shape with { Elements = [.. shape.Elements.Where(element => !labelIds.Contains(element.LabelId))] },
        Track track => track with { Elements = [.. track.Elements.Where(element => !labelIds.Contains(element.LabelId))] },
        _ => annotation,
    };

    private static Keyframe[] Fill(IReadOnlyList<Keyframe> keyframes, ref long next)
    {
        var filled = new Keyframe[keyframes.Count];
        for (var i = 0; i < filled.Length; i++)
        {
            filled[i] = keyframes[i].Id == 0 ? keyframes[i] with { Id = next++ } : keyframes[i];
        }

        return filled;
    }

    private static IReadOnlyList<Keyframe> Keep(IReadOnlyList<Keyframe> before, IReadOnlyList<Keyframe> after)
    {
        if (ReferenceEquals(before, after) || after.All(keyframe => keyframe.Id != 0))
        {
            return after;
        }

        var ids = before.ToDictionary(keyframe => keyframe.Frame, keyframe => keyframe.Id);
        return [.. after.Select(keyframe => keyframe.Id != 0 ? keyframe : keyframe with { Id = ids.GetValueOrDefault(keyframe.Frame) })];
    }
}
