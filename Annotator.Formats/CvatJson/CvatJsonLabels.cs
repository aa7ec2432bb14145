using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.CvatJson;

/// <summary>A label as a server of the contract describes it, with the numbers by which objects name its attributes.</summary>
internal sealed record CvatJsonLabel(DatasetLabel Label, Dictionary<int, string> Attributes, List<CvatJsonLabel> Nodes);

/// <summary>
/// The labels of a task or project. Answers of a server name them by id, backups by name; where the description is missing,
/// a label is called by its id.
/// </summary>
internal sealed class CvatJsonLabels
{
    /// <summary>Characters of a drawing that a server takes; a longer one is left as it is.</summary>
    private const int LongestSvg = 512 * 1024;

    private readonly Dictionary<int, CvatJsonLabel> _byId = [];
    private readonly Dictionary<string, CvatJsonLabel> _byName = new(StringComparer.Ordinal);
    private readonly HashSet<string> _met = new(StringComparer.Ordinal);

    /// <summary>Labels that are no nodes of skeletons: those described, and those only met.</summary>
    public List<DatasetLabel> Described { get; } = [];

    public bool HasDescriptions => _byName.Count > 0;

    /// <summary>Adds the labels of a list; a name that is there already is passed over.</summary>
    /// <exception cref="DatasetException">There are too many.</exception>
    public void Add(JsonElement list, string path, DatasetLimits limits)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var element in list.EnumerateArray())
        {
            if (Described.Count >= limits.MaxLabels)
            {
                throw new DatasetException("too-many-labels", $"{path} has more than {limits.MaxLabels} labels.");
            }

            if (JsonElements.Whole(element, "parent_id") is null && Read(element) is { } label && _byName.TryAdd(label.Label.Name, label))
            {
                Described.Add(label.Label);
            }
        }
    }

    /// <summary>The label that an object names; null when it names none.</summary>
    /// <param name="skeleton">Set for a node: its name is looked for among this label's nodes.</param>
    public (string Name, CvatJsonLabel? Known)? Find(JsonElement owner, CvatJsonLabel? skeleton)
    {
        if (JsonElements.Text(owner, "label") is { Length: > 0 } name)
        {
            return (name, skeleton is not null ? skeleton.Nodes.Find(node => node.Label.Name == name) : _byName.GetValueOrDefault(name));
        }

        return JsonElements.Whole(owner, "label_id") is not { } id ? null
            : _byId.TryGetValue(id, out var known) ? (known.Label.Name, known)
            : (id.ToString(CultureInfo.InvariantCulture), null);
    }

    /// <summary>Notes what an object calls its label, so that it stands among the labels.</summary>
    public void Meet(int id)
    {
        if (!_byId.ContainsKey(id))
        {
            Meet(id.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Notes what an object calls its label, so that it stands among the labels.</summary>
    public void Meet(string name)
    {
        if (name.Length > 0 && !_byName.ContainsKey(name) && _met.Add(name))
        {
            Described.Add(new DatasetLabel { Name = name });
        }
    }

    private CvatJsonLabel? Read(JsonElement element)
    {
        if (JsonElements.Text(element, "name") is not { Length: > 0 } name)
        {
            return null;
        }

        var specs = new Dictionary<int, string>();
        var attributes = new List<DatasetAttribute>();
        foreach (var spec in JsonElements.List(element, "attributes"))
        {
            if (JsonElements.Text(spec, "name") is { Length: > 0 } attribute)
            {
                attributes.Add(Attribute(spec, attribute));
                if (JsonElements.Whole(spec, "id") is { } id)
                {
                    specs[id] = attribute;
                }
            }
        }

        var nodes = new List<CvatJsonLabel>();
        var svg = JsonElements.Text(element, "svg") ?? "";
        foreach (var child in JsonElements.List(element, "sublabels"))
        {
            if (Read(child) is { } node)
            {
                nodes.Add(node);
                if (svg.Length <= LongestSvg && JsonElements.Whole(child, "id") is { } id)
                {
                    svg = svg.Replace(
                        string.Create(CultureInfo.InvariantCulture, $"data-label-id=\"{id}\""),
                        $"data-label-name=\"{System.Security.SecurityElement.Escape(node.Label.Name)}\"",
                        StringComparison.Ordinal);
                }
            }
        }

        var label = new CvatJsonLabel(
            new DatasetLabel
            {
                Name = name,
                Color = JsonElements.Text(element, "color") ?? "",
                Type = JsonElements.Text(element, "type") is { Length: > 0 } type ? type : nodes.Count > 0 ? "skeleton" : "any",
                Svg = svg,
                Attributes = attributes,
                Sublabels = [.. nodes.Select(node => node.Label)],
            },
            specs,
            nodes);
        if (JsonElements.Whole(element, "id") is { } own)
        {
            _byId.TryAdd(own, label);
        }

        return label;
    }

    private static DatasetAttribute Attribute(JsonElement spec, string name)
    {
        var values = new List<string>();
        foreach (var value in JsonElements.List(spec, "values"))
        {
            values.Add(JsonElements.Text(value) ?? "");
        }

        if (JsonElements.Text(spec, "values") is { Length: > 0 } lines)
        {
            values.AddRange(lines.Split('\n'));
        }

        return new DatasetAttribute
        {
            Name = name,
            Mutable = JsonElements.Flag(spec, "mutable"),
            InputType = JsonElements.Text(spec, "input_type") is { Length: > 0 } type ? type : "text",
            DefaultValue = JsonElements.Text(spec, "default_value") ?? "",
            Values = values,
        };
    }
}
