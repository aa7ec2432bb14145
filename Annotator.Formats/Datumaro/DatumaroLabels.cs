using System.Text.Json;
using Annotator.Formats.Model;
using Annotator.Formats.Skeletons;

namespace Annotator.Formats.Datumaro;

/// <summary>The labels of a dataset in the order in which Datumaro numbers them: from 0, the nodes behind their skeleton.</summary>
internal sealed class DatumaroLabels
{
    private readonly List<(string Name, string Parent)> _all = [];
    private readonly SortedSet<string> _attributes = new(StringComparer.Ordinal) { "occluded" };
    private readonly Dictionary<string, Numbered> _byName = new(StringComparer.Ordinal);

    public DatumaroLabels(IReadOnlyList<DatasetLabel> labels)
    {
        foreach (var label in labels)
        {
            _byName.TryAdd(label.Name, new Numbered(_all.Count, label, label.Sublabels.Count > 0 ? SkeletonLayout.Of(label) : null));
            Add(label, "");
            foreach (var node in label.Sublabels)
            {
                Add(node, label.Name);
            }
        }
    }

    /// <summary>Null for a label that the dataset does not declare.</summary>
    public Numbered? Find(string name) => _byName.GetValueOrDefault(name);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("categories");
        json.WriteStartObject("label");
        json.WriteStartArray("labels");
        foreach (var (name, parent) in _all)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("parent", parent);
            json.WriteStartArray("attributes");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("attributes");
        foreach (var name in _attributes)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        WriteLayouts(json);
        json.WriteEndObject();
    }

    private void WriteLayouts(Utf8JsonWriter json)
    {
        json.WriteStartObject("points");
        json.WriteStartArray("items");
        foreach (var skeleton in _byName.Values.Where(label => label.Layout is not null).OrderBy(label => label.Id))
        {
            json.WriteStartObject();
            json.WriteNumber("label_id", skeleton.Id);
            json.WriteStartArray("labels");
            foreach (var node in skeleton.Layout!.Nodes)
            {
                json.WriteStringValue(node);
            }

            json.WriteEndArray();
            json.WriteStartArray("joints");
            foreach (var (from, to) in skeleton.Layout.Edges)
            {
                json.WriteStartArray();
                json.WriteNumberValue(from);
                json.WriteNumberValue(to);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Add(DatasetLabel label, string parent)
    {
        _all.Add((label.Name, parent));
        foreach (var attribute in label.Attributes)
        {
            _attributes.Add(attribute.Name);
        }
    }

    /// <summary>A label with its number; <paramref name="Layout"/> is null when it is no skeleton.</summary>
    internal sealed record Numbered(int Id, DatasetLabel Label, SkeletonLayout? Layout);
}
