using System.Globalization;
using Annotator.Core.Annotations;
using Annotator.Core.Projects;
using Annotator.Formats;
using Annotator.Formats.Model;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Datasets;

/// <summary>How often a label of a file is used, and what becomes of it.</summary>
/// <param name="Target">The label's name here; null where its objects are left out.</param>
/// <param name="State">matched, mapped, created, missing or left_out.</param>
public sealed record ImportedLabel(string Name, long Objects, string? Target, string State, string Type, string Color);

/// <summary>
/// The labels that an import may use: those that there are, under their own names or others that they were mapped to, and new
/// ones. New ones have ids below zero until they are made, in the transaction that writes the annotations.
/// </summary>
public sealed class ImportLabels
{
    /// <summary>Labels that are made without the file having declared them.</summary>
    private const int MostUndeclared = 500;

    private readonly int? _projectId;
    private readonly int? _taskId;
    private readonly ImportArguments _choices;
    private readonly bool _create;
    private readonly List<DatasetLabel> _declared;
    private readonly List<Label> _known;
    private readonly List<Label> _new = [];
    private readonly Dictionary<string, Label> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<(int ParentId, string Name), Label> _nodes = [];
    private readonly Dictionary<string, long> _used = new(StringComparer.Ordinal);
    private int _lastId;
    private int _undeclared;

    private ImportLabels(int? projectId, int? taskId, List<Label> known, IEnumerable<DatasetLabel> declared, ImportArguments choices)
    {
        (_projectId, _taskId, _choices) = (projectId, taskId, choices);
        _create = choices.CreateLabels || choices.DryRun;
        _declared = [.. declared.DistinctBy(label => label.Name)];
        _known = known;
        known.ForEach(Index);

        if (choices.LabelMap.FirstOrDefault(pair => pair.Value is not null && !_byName.ContainsKey(pair.Value)) is { Key: not null, Value: { } target })
        {
            throw new DatasetException("label-unknown", $"Labels cannot be mapped to \"{target}\": there is no such label.");
        }

        if (_create)
        {
            Add(_declared.Where(label => !_byName.ContainsKey(label.Name) && !choices.LabelMap.ContainsKey(label.Name)));
        }

        Schema = new LabelSchema([.. _known, .. _new]);
    }

    /// <summary>What the labels allow, new ones included.</summary>
    public LabelSchema Schema { get; private set; }

    /// <summary>Names that were used and for which there is no label, with how often.</summary>
    public IReadOnlyDictionary<string, long> Unknown => _used
        .Where(pair => Resolve(pair.Key, create: false) is null && !IsLeftOut(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>Names of the labels that there are.</summary>
    public IReadOnlyList<string> Known => [.. _known.Where(label => label.ParentId is null).Select(label => label.Name)];

    /// <summary>The labels that there are, by their ids.</summary>
    public DatasetLabels Stored => new(_known);

    /// <summary>Reads the labels of a project, or of a task that stands alone.</summary>
    /// <param name="declared">The file's labels.</param>
    /// <exception cref="DatasetException">A label is mapped to one that there is not.</exception>
    public static async Task<ImportLabels> LoadAsync(
        AnnotatorDbContext db, int? projectId, int? taskId, IReadOnlyList<DatasetLabel> declared, ImportArguments choices, CancellationToken cancel)
    {
        var labels = db.Labels.AsNoTracking().Include(label => label.Attributes).OrderBy(label => label.Id);
        var known = await (projectId is not null
            ? labels.Where(label => label.ProjectId == projectId)
            : labels.Where(label => label.TaskId == taskId)).ToListAsync(cancel);
        return new ImportLabels(projectId, projectId is null ? taskId : null, known, declared, choices);
    }

    /// <summary>The label for a name of the file, and one more use of it; null when its objects cannot be taken.</summary>
    public Label? Use(string name)
    {
        _used[name] = _used.GetValueOrDefault(name) + 1;
        return Resolve(name, _create);
    }

    /// <summary>Whether objects of a name of the file are to be left out.</summary>
    public bool IsLeftOut(string name) => _choices.LabelMap.TryGetValue(name, out var target) && target is null;

    /// <summary>
    /// A node of a skeleton; null when the skeleton has none of the name. Files that know nodes by their place only call them
    /// by their number from 1.
    /// </summary>
    public Label? Node(Label skeleton, string name)
    {
        if (_nodes.TryGetValue((skeleton.Id, name), out var node) || !IsPlace(name, out var place))
        {
            return node;
        }

        var nodes = _nodes.Values.Where(other => other.ParentId == skeleton.Id).OrderBy(other => other.Id).ToList();
        return place <= nodes.Count && !nodes.Exists(other => IsPlace(other.Name, out _)) ? nodes[place - 1] : null;
    }

    private static bool IsPlace(string name, out int place) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out place) && place > 0;

    /// <summary>Whether an attribute may change along a track.</summary>
    /// <param name="label">The file's name of the label.</param>
    public bool IsMutable(string label, string attribute) =>
        Resolve(label, create: false)?.Attributes.Find(declared => declared.Name == attribute)?.Mutable == true;

    /// <summary>Every label that the file declares or uses, in its order.</summary>
    public IReadOnlyList<ImportedLabel> Describe()
    {
        var names = _declared.Select(label => label.Name).Concat(_used.Keys).Distinct();
        var declared = _declared.ToDictionary(label => label.Name);
        return [.. names.Select(name =>
        {
            var label = declared.GetValueOrDefault(name);
            var found = Resolve(name, create: false);
            var state = IsLeftOut(name) ? "left_out"
                : _choices.LabelMap.ContainsKey(name) ? "mapped"
                : found is { Id: > 0 } ? "matched"
                : found is not null && _choices.CreateLabels ? "created"
                : "missing";
            return new ImportedLabel(
                name, _used.GetValueOrDefault(name), state == "missing" ? null : found?.Name, state, label?.Type ?? "any", found?.Color ?? label?.Color ?? "");
        })];
    }

    /// <summary>
    /// Makes the new labels that were used; call it in the transaction that writes the annotations. The answer turns the ids
    /// below zero into theirs.
    /// </summary>
    public async Task<NewLabelIds> MakeAsync(AnnotatorDbContext db, CancellationToken cancel)
    {
        var names = _used.Keys.Select(name => Resolve(name, create: false)).ToHashSet();
        var used = _new.Where(names.Contains).ToList();
        if (used.Count == 0)
        {
            return NewLabelIds.None;
        }

        var made = used.ConvertAll(label => Copy(label, null));
        db.Labels.AddRange(made);
        await db.SaveChangesAsync(cancel);
        var ids = new NewLabelIds(used, made);
        db.ChangeTracker.Clear();
        return ids;
    }

    private Label? Resolve(string name, bool create)
    {
        if (_choices.LabelMap.TryGetValue(name, out var target))
        {
            return target is null ? null : _byName.GetValueOrDefault(target);
        }

        if (_byName.TryGetValue(name, out var label))
        {
            return label;
        }

        if (!create || name.Length is 0 or > NewLabels.LongestName || _undeclared >= MostUndeclared)
        {
            return null;
        }

        _undeclared++;
        Add([new DatasetLabel { Name = name }]);
        Schema = new LabelSchema([.. _known, .. _new]);
        return _byName.GetValueOrDefault(name);
    }

    private void Add(IEnumerable<DatasetLabel> labels)
    {
        foreach (var label in NewLabels.Of(labels, _projectId, _taskId, _known.Concat(_new).Select(other => other.Color)))
        {
            Number(label, null);
            _new.Add(label);
            Index(label);
        }
    }

    private void Index(Label label)
    {
        if (label.ParentId is { } parentId)
        {
            _nodes[(parentId, label.Name)] = label;
        }
        else
        {
            _byName[label.Name] = label;
        }

        label.Sublabels.ForEach(Index);
    }

    private void Number(Label label, int? parentId)
    {
        (label.Id, label.ParentId) = (--_lastId, parentId);
        foreach (var attribute in label.Attributes)
        {
            (attribute.Id, attribute.LabelId) = (--_lastId, label.Id);
        }

        label.Sublabels.ForEach(node => Number(node, label.Id));
    }

    private static Label Copy(Label label, Label? parent)
    {
        var copy = new Label
        {
            ProjectId = label.ProjectId,
            TaskId = label.TaskId,
            Parent = parent,
            Name = label.Name,
            Color = label.Color,
            Type = label.Type,
            Svg = label.Svg,
        };
        copy.Attributes.AddRange(label.Attributes.Select(attribute => new LabelAttribute
        {
            Name = attribute.Name,
            Mutable = attribute.Mutable,
            InputType = attribute.InputType,
            DefaultValue = attribute.DefaultValue,
            Values = attribute.Values,
        }));
        copy.Sublabels.AddRange(label.Sublabels.Select(node => Copy(node, copy)));
        return copy;
    }
}

/// <summary>The ids that new labels and attributes got, by the ones below zero that they had before.</summary>
public sealed class NewLabelIds
{
    private readonly Dictionary<int, int> _ids = [];

    internal NewLabelIds(IEnumerable<Label> before, IEnumerable<Label> made)
    {
        foreach (var (old, label) in before.Zip(made))
        {
            Add(old, label);
        }
    }

    /// <summary>No label is new.</summary>
    public static NewLabelIds None { get; } = new([], []);

    /// <summary>The object with the ids that its labels and attributes have now.</summary>
    public AnnotationObject Apply(AnnotationObject annotation)
    {
        if (annotation.LabelId > 0)
        {
            return annotation;
        }

        return annotation switch
        {
            Shape shape => shape with
            {
                LabelId = _ids[shape.LabelId],
                Attributes = Apply(shape.Attributes),
                Elements = [.. shape.Elements.Select(node => node with { LabelId = _ids[node.LabelId], Attributes = Apply(node.Attributes) })],
            },
            Track track => track with
            {
                LabelId = _ids[track.LabelId],
                Attributes = Apply(track.Attributes),
                Keyframes = Apply(track.Keyframes),
                Elements = [.. track.Elements.Select(node => node with
                {
                    LabelId = _ids[node.LabelId],
                    Attributes = Apply(node.Attributes),
                    Keyframes = Apply(node.Keyframes),
                })],
            },
            _ => annotation with { LabelId = _ids[annotation.LabelId], Attributes = Apply(annotation.Attributes) },
        };
    }

    private List<Keyframe> Apply(IReadOnlyList<Keyframe> keyframes) =>
        [.. keyframes.Select(keyframe => keyframe with { Attributes = Apply(keyframe.Attributes) })];

    private IReadOnlyDictionary<int, string> Apply(IReadOnlyDictionary<int, string> values) =>
        values.Count == 0 ? values : values.ToDictionary(pair => _ids[pair.Key], pair => pair.Value);

    private void Add(Label old, Label made)
    {
        _ids[old.Id] = made.Id;
        foreach (var (before, attribute) in old.Attributes.Zip(made.Attributes))
        {
            _ids[before.Id] = attribute.Id;
        }

        foreach (var (before, node) in old.Sublabels.Zip(made.Sublabels))
        {
            Add(before, node);
        }
    }
}
