using Annotator.Core.Annotations;
using Annotator.Core.Models;
using Annotator.Core.Projects;
using Annotator.Formats.Model;
using Annotator.Inference;

namespace Annotator.Worker.Models;

/// <summary>Makes annotations of predictions: the label that each class becomes, its attributes, a score, and <c>source=auto</c>.</summary>
/// <param name="labels">The task's, with attributes and sublabels.</param>
internal sealed class FoundObjects(IReadOnlyList<Label> labels, AutoAnnotateArguments arguments)
{
    private readonly Dictionary<string, (Label? Label, LabelChoice? Choice)> _targets = new(StringComparer.Ordinal);

    /// <summary>Objects that were left out because their class becomes no label, by class.</summary>
    public Dictionary<string, int> LeftOut { get; } = new(StringComparer.Ordinal);

    /// <summary>Null for a class that becomes nothing, or a score that is too low for its class.</summary>
    public AnnotationObject? Of(Prediction found, int frame)
    {
        if (!_targets.TryGetValue(found.Label, out var target))
        {
            _targets[found.Label] = target = TargetOf(found.Label);
        }

        if (target.Label is not { } label || !Fits(label, found))
        {
            LeftOut[found.Label] = LeftOut.GetValueOrDefault(found.Label) + 1;
            return null;
        }

        if (found.Score < (target.Choice?.Threshold ?? 0))
        {
            return null;
        }

        var attributes = AttributesOf(found, label, target.Choice);
        if (found.Kind == PredictionKind.Tag)
        {
            return new Tag { Frame = frame, LabelId = label.Id, Source = AnnotationSource.Auto, Attributes = attributes };
        }

        return new Shape
        {
            Frame = frame,
            LabelId = label.Id,
            Source = AnnotationSource.Auto,
            Attributes = attributes,
            Kind = KindOf(found.Kind),
            Points = found.Kind == PredictionKind.Skeleton ? [] : found.Points,
            Rotation = (float)found.Rotation,
            Score = (float)Math.Clamp(found.Score, 0, 1),
            Elements = found.Kind == PredictionKind.Skeleton ? ElementsOf(found, label) : [],
        };
    }

    /// <summary>The labels that a model's classes become in this run.</summary>
    public HashSet<int> LabelsOf(IEnumerable<string> classes) => [.. classes.Concat(arguments.Mapping.Keys).Select(name => TargetOf(name).Item1?.Id).OfType<int>()];

    private (Label?, LabelChoice?) TargetOf(string name)
    {
        if (arguments.Mapping.TryGetValue(name, out var choice))
        {
            return (choice.Label is null ? null : Find(choice.Label), choice);
        }

        return (Find(name), null);
    }

    private Label? Find(string name) => labels.FirstOrDefault(label => label.ParentId is null && label.Name == name);

    /// <summary>A label of one kind takes only that kind; a skeleton needs a label with nodes.</summary>
    private static bool Fits(Label label, Prediction found)
    {
        var kind = found.Kind == PredictionKind.Tag ? "tag" : PredictionJson.Of(found).Kind;
        return kind == "skeleton" ? label.Type == "skeleton" : label.Type is "any" || label.Type == kind;
    }

    private static ShapeKind KindOf(PredictionKind kind) => kind switch
    {
        PredictionKind.Rectangle or PredictionKind.RotatedRectangle => ShapeKind.Rectangle,
        PredictionKind.Polygon => ShapeKind.Polygon,
        PredictionKind.Mask => ShapeKind.Mask,
        PredictionKind.Points => ShapeKind.Points,
        PredictionKind.Skeleton => ShapeKind.Skeleton,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a shape."),
    };

    private static IReadOnlyDictionary<int, string> AttributesOf(Prediction found, Label label, LabelChoice? choice)
    {
        if (found.Attributes.Count == 0)
        {
            return AnnotationObject.EmptyAttributes;
        }

        var values = new Dictionary<int, string>();
        foreach (var (name, value) in found.Attributes)
        {
            var wanted = choice?.Attributes?.GetValueOrDefault(name) ?? name;
            if (label.Attributes.Find(attribute => attribute.Name == wanted) is { } attribute)
            {
                values[attribute.Id] = value;
            }
        }

        return values;
    }

    /// <summary>By name; where the model's nodes have other names than the label's, by their order.</summary>
    private static List<ShapeElement> ElementsOf(Prediction found, Label label)
    {
        var sublabels = label.Sublabels.OrderBy(sub => sub.Id).ToList();
        var byName = sublabels.TrueForAll(sub => found.Nodes.Any(node => node.Name == sub.Name));
        return
        [
            .. sublabels.Select((sub, index) =>
            {
                var node = byName ? found.Nodes.First(node => node.Name == sub.Name) : index < found.Nodes.Count ? found.Nodes[index] : null;
                return new ShapeElement
                {
                    LabelId = sub.Id,
                    Kind = ShapeKind.Points,
                    Source = AnnotationSource.Auto,
                    Points = node is null ? [0, 0] : [node.X, node.Y],
                    Outside = node is not { Visible: true },
                };
            }),
        ];
    }
}
