using Annotator.Core.Projects;
using Annotator.Formats.Model;

namespace Annotator.Core.Datasets;

/// <summary>Labels and attributes of a project or task between their ids, which tables have, and their names, which files have.</summary>
public sealed class DatasetLabels
{
    private readonly Dictionary<int, Label> _byId = [];
    private readonly Dictionary<int, string> _attributeNames = [];

    /// <param name="labels">All labels of one owner with their attributes; sublabels may stand among them or in their parents.</param>
    public DatasetLabels(IEnumerable<Label> labels)
    {
        var all = labels.SelectMany(label => label.Sublabels.Prepend(label)).DistinctBy(label => label.Id).OrderBy(label => label.Id).ToList();
        foreach (var label in all)
        {
            _byId[label.Id] = label;
            foreach (var attribute in label.Attributes)
            {
                _attributeNames[attribute.Id] = attribute.Name;
            }
        }

        Described = [.. all.Where(label => label.ParentId is null).Select(label => Describe(label, all))];
    }

    /// <summary>The labels as files describe them.</summary>
    public IReadOnlyList<DatasetLabel> Described { get; }

    /// <summary>Null when there is none of the id.</summary>
    public string? NameOf(int labelId) => _byId.TryGetValue(labelId, out var label) ? label.Name : null;

    /// <summary>Values by the attributes' names; values of attributes that are gone are left out.</summary>
    public IReadOnlyDictionary<string, string> Named(IReadOnlyDictionary<int, string> values)
    {
        if (values.Count == 0)
        {
            return DatasetShape.NoAttributes;
        }

        var named = new Dictionary<string, string>(values.Count, StringComparer.Ordinal);
        foreach (var (id, value) in values)
        {
            if (_attributeNames.TryGetValue(id, out var name))
            {
                named[name] = value;
            }
        }

        return named;
    }

    private static DatasetLabel Describe(Label label, List<Label> all) => new()
    {
        Name = label.Name,
        Color = label.Color,
        Type = label.Type,
        Svg = label.Svg,
        Attributes = [.. label.Attributes.OrderBy(attribute => attribute.Id).Select(attribute => new DatasetAttribute
        {
            Name = attribute.Name,
            Mutable = attribute.Mutable,
            InputType = attribute.InputType.ToString().ToLowerInvariant(),
            DefaultValue = attribute.DefaultValue,
            Values = attribute.Values,
        })],
        Sublabels = [.. all.Where(child => child.ParentId == label.Id).Select(child => Describe(child, all))],
    };
}
