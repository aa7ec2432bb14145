using Annotator.Core.Projects;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Annotations;

/// <summary>Labels of one owner by their namesakes of another: skeletons with their nodes, attributes by name where they take the value.</summary>
public sealed class LabelMatch
{
    private readonly Dictionary<int, int> _labels = [];
    private readonly Dictionary<int, LabelAttribute> _attributes = [];

    /// <param name="from">Labels that are no nodes, with their nodes and attributes.</param>
    /// <param name="to">The same of the other owner.</param>
    public LabelMatch(IEnumerable<Label> from, IReadOnlyCollection<Label> to)
    {
        foreach (var label in from)
        {
            if (to.FirstOrDefault(other => Fits(label, other)) is { } target)
            {
                Add(label, target);
            }
        }
    }

    /// <summary>Whether objects of the label have a label of the other owner to go to.</summary>
    public bool Has(int labelId) => _labels.ContainsKey(labelId);

    /// <summary>The object with the labels and attributes of the other owner. A value that the attribute there does not take is left to its default.</summary>
    /// <exception cref="DbUpdateConcurrencyException">Its label has none to go to: it was made after <see cref="Has"/> was asked.</exception>
    public AnnotationObject Apply(AnnotationObject annotation) => annotation switch
    {
        Shape shape => shape with
        {
            LabelId = Label(shape.LabelId),
            Attributes = Apply(shape.Attributes),
            Elements = [.. shape.Elements.Select(node => node with { LabelId = Label(node.LabelId), Attributes = Apply(node.Attributes) })],
        },
        Track track => track with
        {
            LabelId = Label(track.LabelId),
            Attributes = Apply(track.Attributes),
            Keyframes = Apply(track.Keyframes),
            Elements = [.. track.Elements.Select(node => node with
            {
                LabelId = Label(node.LabelId),
                Attributes = Apply(node.Attributes),
                Keyframes = Apply(node.Keyframes),
            })],
        },
        _ => annotation with { LabelId = Label(annotation.LabelId), Attributes = Apply(annotation.Attributes) },
    };

    private static bool Fits(Label label, Label other) =>
        other.Name == label.Name
        && (other.Type == label.Type || (other.Type == "any" && label.Type != "skeleton"))
        && label.Sublabels.Count == other.Sublabels.Count
        && label.Sublabels.All(node => other.Sublabels.Exists(namesake => namesake.Name == node.Name));

    private void Add(Label label, Label target)
    {
        _labels[label.Id] = target.Id;
        foreach (var attribute in label.Attributes)
        {
            if (target.Attributes.Find(other => other.Name == attribute.Name && other.Mutable == attribute.Mutable) is { } namesake)
            {
                _attributes[attribute.Id] = namesake;
            }
        }

        label.Sublabels.ForEach(node => Add(node, target.Sublabels.First(other => other.Name == node.Name)));
    }

    private int Label(int id) => _labels.TryGetValue(id, out var target)
        ? target
        : throw new DbUpdateConcurrencyException("An object of a label without a namesake was made meanwhile.");

    private List<Keyframe> Apply(IReadOnlyList<Keyframe> keyframes) =>
        [.. keyframes.Select(keyframe => keyframe with { Attributes = Apply(keyframe.Attributes) })];

    private Dictionary<int, string> Apply(IReadOnlyDictionary<int, string> values) => values
        .Where(pair => _attributes.TryGetValue(pair.Key, out var attribute) && SchemaLabel.Check(attribute, pair.Value).Error is null)
        .ToDictionary(pair => _attributes[pair.Key].Id, pair => pair.Value);
}
