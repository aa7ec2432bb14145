using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Model;
using Annotator.Formats.Skeletons;

namespace Annotator.Formats.Datumaro;

/// <summary>The labels of one Datumaro file: objects name them by their position in a list.</summary>
internal sealed class DatumaroCategories
{
    private readonly List<(string Name, string Parent)> _all = [];
    private readonly Dictionary<int, SkeletonLayout> _layouts = [];
    private readonly Dictionary<int, string> _colors = [];

    /// <summary>Labels that are no nodes of skeletons, in the file's order.</summary>
    public List<DatasetLabel> Labels { get; } = [];

    /// <summary>Null when the file has no label of that number.</summary>
    public string? Name(int id) => id >= 0 && id < _all.Count ? _all[id].Name : null;

    /// <summary>The names of a skeleton's points in their order; null when the label has none.</summary>
    public IReadOnlyList<string>? Nodes(int id) => _layouts.TryGetValue(id, out var layout) ? layout.Nodes : null;

    /// <summary>Null when the value is no list of categories.</summary>
    /// <exception cref="DatasetException">There are too many labels.</exception>
    public static DatumaroCategories? Read(JsonElement value, string path, DatasetLimits limits)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var categories = new DatumaroCategories();
        var specs = new List<IReadOnlyList<DatasetAttribute>>();
        foreach (var label in List(value, "label", "labels"))
        {
            if (specs.Count == limits.MaxLabels)
            {
                throw new DatasetException("too-many-labels", $"{path} has more than {limits.MaxLabels} labels.");
            }

            // What is no label keeps its number: the others are named by their positions.
            categories._all.Add((Text(label, "name"), Text(label, "parent")));
            specs.Add(Attributes(label));
        }

        foreach (var points in List(value, "points", "items"))
        {
            categories.ReadLayout(points);
        }

        foreach (var color in List(value, "mask", "colormap"))
        {
            if (Whole(color, "label_id") is { } id && Whole(color, "r") is { } red && Whole(color, "g") is { } green && Whole(color, "b") is { } blue)
            {
                categories._colors[id] = string.Create(CultureInfo.InvariantCulture, $"#{red & 255:x2}{green & 255:x2}{blue & 255:x2}");
            }
        }

        categories.Build(specs);
        return categories;
    }

    private void ReadLayout(JsonElement points)
    {
        if (Whole(points, "label_id") is not { } id || id < 0 || id >= _all.Count)
        {
            return;
        }

        var nodes = new List<string>();
        foreach (var node in List(points, "labels"))
        {
            if (node.ValueKind == JsonValueKind.String)
            {
                nodes.Add(node.GetString()!);
            }
        }

        var joints = new List<(int, int)>();
        foreach (var joint in List(points, "joints"))
        {
            if (joint.ValueKind == JsonValueKind.Array && joint.GetArrayLength() == 2 && Whole(joint[0]) is { } from && Whole(joint[1]) is { } to)
            {
                joints.Add((from, to));
            }
        }

        _layouts[id] = SkeletonLayout.Of([.. nodes.Distinct(StringComparer.Ordinal)], joints);
    }

    private void Build(List<IReadOnlyList<DatasetAttribute>> specs)
    {
        var parents = _all.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        bool IsNode((string Name, string Parent) entry) => entry.Parent.Length > 0 && parents.Contains(entry.Parent);
        var free = _all.Where(entry => !IsNode(entry)).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        var children = _all.Where(IsNode).ToLookup(entry => entry.Parent, entry => entry.Name);
        for (var i = 0; i < _all.Count; i++)
        {
            var (name, _) = _all[i];
            if (name.Length == 0 || IsNode(_all[i]) || Labels.Exists(known => known.Name == name))
            {
                continue;
            }

            // Other writers tell the points of a label without making them labels.
            var layout = _layouts.GetValueOrDefault(i);
            var nodes = children[name].Distinct(StringComparer.Ordinal).ToList();
            if (nodes.Count == 0 && layout is not null && !layout.Nodes.Any(free.Contains))
            {
                nodes = [.. layout.Nodes];
            }

            if (nodes.Count == 0)
            {
                Labels.Add(new DatasetLabel { Name = name, Color = _colors.GetValueOrDefault(i, ""), Attributes = specs[i] });
                continue;
            }

            if (layout is null || !layout.Nodes.Order(StringComparer.Ordinal).SequenceEqual(nodes.Order(StringComparer.Ordinal)))
            {
                layout = new SkeletonLayout(nodes, []);
            }

            _layouts[i] = layout;
            Labels.Add(layout.ToLabel(name, _colors.GetValueOrDefault(i, "")) with { Attributes = specs[i] });
        }
    }

    private static List<DatasetAttribute> Attributes(JsonElement label)
    {
        var result = new List<DatasetAttribute>();
        foreach (var name in List(label, "attributes"))
        {
            if (name.ValueKind == JsonValueKind.String && !DatumaroAnnotation.IsReserved(name.GetString()!))
            {
                result.Add(new DatasetAttribute { Name = name.GetString()! });
            }
        }

        return result;
    }

    private static JsonElement.ArrayEnumerator List(JsonElement owner, string name, string list) =>
        owner.TryGetProperty(name, out var inner) ? List(inner, list) : default;

    private static JsonElement.ArrayEnumerator List(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : default;

    private static string Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";

    private static int? Whole(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) ? Whole(value) : null;

    private static int? Whole(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var whole) ? whole : null;
}
