using System.Globalization;
using Annotator.Api.Errors;
using Annotator.Core.Projects;

namespace Annotator.Api.Labels;

/// <summary>
/// The labels of one project or task while a request changes them: tracked entities, with attributes and sublabels loaded.
/// Nothing is written when <see cref="Checks"/> finds a fault; the caller saves.
/// </summary>
internal sealed class LabelSet(List<Label> labels, int? projectId, int? taskId, Checks checks)
{
    public const int MostLabels = 5000;

    private static readonly HashSet<string> Types =
        ["any", "rectangle", "polygon", "polyline", "points", "ellipse", "cuboid", "cuboid_3d", "mask", "skeleton", "tag"];

    private readonly List<Label> _removed = [];

    /// <summary>Labels to remove, with their annotations.</summary>
    public IReadOnlyList<Label> Removed => _removed;

    /// <summary>Applies a list of labels as the contract sends it with a project or task.</summary>
    public void Apply(IReadOnlyList<LabelRequest> requests)
    {
        if (requests.Count > MostLabels)
        {
            checks.Fail("labels", $"There are at most {MostLabels} labels.");
            return;
        }

        foreach (var request in requests)
        {
            Apply(request);
        }

        var names = labels.Where(label => label.ParentId is null && label.Parent is null && !_removed.Contains(label)).GroupBy(label => label.Name, StringComparer.Ordinal);
        foreach (var name in names.Where(name => name.Count() > 1))
        {
            checks.Fail("labels", $"There are several labels named \"{name.Key}\".");
        }
    }

    /// <summary>Changes one label that exists.</summary>
    public void Change(Label label, LabelRequest request)
    {
        SetName(label, request.Name);
        SetColor(label, request.Color);
        SetType(label, request.Type);
        ApplyAttributes(label, request.Attributes ?? []);
        if (label.Type == "skeleton")
        {
            ChangeSublabels(label, request.Sublabels ?? []);
            if (request.Svg is { Length: > 0 } svg)
            {
                Draw(label, svg, request.Sublabels ?? []);
            }
        }
    }

    private void Apply(LabelRequest request)
    {
        if (request.Id is not { } id)
        {
            if (request.Deleted == true)
            {
                checks.Fail("labels", "A label can only be deleted by its id.");
                return;
            }

            Add(request);
            return;
        }

        var label = labels.FirstOrDefault(label => label.Id == id && label.ParentId is null);
        if (label is null)
        {
            checks.Fail("labels", $"There is no label with id {id} here.");
        }
        else if (request.Deleted == true)
        {
            _removed.Add(label);
        }
        else
        {
            Change(label, request);
        }
    }

    private void Add(LabelRequest request)
    {
        var label = new Label { ProjectId = projectId, TaskId = taskId };
        checks.Required("labels", request.Name, 64);
        SetName(label, request.Name ?? "");
        label.Type = request.Type ?? (request.Sublabels is { Length: > 0 } ? "skeleton" : "any");
        checks.That(Types.Contains(label.Type), "labels", UnknownType(label));
        SetColor(label, request.Color);
        label.Color = label.Color.Length > 0 ? label.Color : LabelPalette.Next([.. labels.Select(other => other.Color)]);
        ApplyAttributes(label, request.Attributes ?? []);
        if (label.Type == "skeleton")
        {
            AddSublabels(label, request);
        }
        else
        {
            checks.That(request.Sublabels is null or { Length: 0 }, "labels", $"Only a skeleton has sublabels; \"{label.Name}\" is of type {label.Type}.");
        }

        labels.Add(label);
    }

    private void AddSublabels(Label skeleton, LabelRequest request)
    {
        var sublabels = request.Sublabels ?? [];
        if (sublabels.Length is 0 or > SkeletonDrawing.MostNodes)
        {
            checks.Fail("labels", $"The skeleton \"{skeleton.Name}\" needs 1 to {SkeletonDrawing.MostNodes} sublabels.");
            return;
        }

        foreach (var sublabel in sublabels)
        {
            var node = new Label { ProjectId = projectId, TaskId = taskId, Parent = skeleton, Type = sublabel.Type is null or "any" ? "points" : sublabel.Type };
            checks.Required("labels", sublabel.Name, 64);
            checks.That(node.Type == "points", "labels", $"The nodes of a skeleton are points; \"{sublabel.Name}\" is {node.Type}.");
            SetName(node, sublabel.Name ?? "");
            SetColor(node, sublabel.Color);
            node.Color = node.Color.Length > 0 ? node.Color : LabelPalette.Next([.. skeleton.Sublabels.Select(other => other.Color)]);
            ApplyAttributes(node, sublabel.Attributes ?? []);
            skeleton.Sublabels.Add(node);
        }

        if (skeleton.Sublabels.DistinctBy(node => node.Name).Count() != skeleton.Sublabels.Count)
        {
            checks.Fail("labels", $"The sublabels of \"{skeleton.Name}\" have different names.");
        }
        else if (string.IsNullOrWhiteSpace(request.Svg))
        {
            skeleton.Svg = SkeletonDrawing.Ring([.. skeleton.Sublabels.Select(node => node.Name)]).ToSvg();
        }
        else
        {
            Draw(skeleton, request.Svg, sublabels);
        }
    }

    private void ChangeSublabels(Label skeleton, SublabelRequest[] requests)
    {
        foreach (var request in requests)
        {
            var node = skeleton.Sublabels.FirstOrDefault(node => request.Id is { } id ? node.Id == id : node.Name == request.Name);
            if (node is null)
            {
                checks.Fail("labels", $"The nodes of the saved skeleton \"{skeleton.Name}\" stay as they are; there is no \"{request.Name}\" among them.");
                continue;
            }

            var before = node.Name;
            SetName(node, request.Name);
            SetColor(node, request.Color);
            ApplyAttributes(node, request.Attributes ?? []);
            if (node.Name != before && skeleton.Svg.Length > 0)
            {
                skeleton.Svg = SkeletonDrawing.Parse(skeleton.Svg, (name, _) => name == before ? node.Name : name).ToSvg();
            }
        }

        checks.That(
            skeleton.Sublabels.DistinctBy(node => node.Name).Count() == skeleton.Sublabels.Count,
            "labels",
            $"The sublabels of \"{skeleton.Name}\" have different names.");
    }

    /// <summary>Nodes name their sublabel by name, by its id, or by the id that the request itself gives it.</summary>
    private void Draw(Label skeleton, string svg, SublabelRequest[] requests)
    {
        try
        {
            var drawing = SkeletonDrawing.Parse(svg, NameOf);
            checks.That(
                drawing.Nodes.Count == skeleton.Sublabels.Count,
                "labels",
                $"The drawing of \"{skeleton.Name}\" has {drawing.Nodes.Count} nodes for {skeleton.Sublabels.Count} sublabels.");
            skeleton.Svg = drawing.ToSvg();
        }
        catch (InvalidSkeletonException exception)
        {
            checks.Fail("labels", $"The skeleton \"{skeleton.Name}\": {exception.Message}");
        }

        string? NameOf(string? name, string? id)
        {
            var found = name
                ?? skeleton.Sublabels.FirstOrDefault(node => node.Id != 0 && node.Id.ToString(CultureInfo.InvariantCulture) == id)?.Name
                ?? requests.FirstOrDefault(request => request.Id?.ToString(CultureInfo.InvariantCulture) == id)?.Name;
            return skeleton.Sublabels.Any(node => node.Name == found) ? found : null;
        }
    }

    private void SetName(Label label, string? name)
    {
        if (name is not null)
        {
            checks.Required("labels", name, 64);
            label.Name = name;
        }
    }

    private void SetColor(Label label, string? color)
    {
        if (!string.IsNullOrEmpty(color))
        {
            checks.That(LabelPalette.IsColor(color), "labels", $"\"{color}\" is not a colour; one reads #rrggbb.");
            label.Color = color.ToLowerInvariant();
        }
    }

    private void SetType(Label label, string? type)
    {
        if (type is null || type == label.Type)
        {
            return;
        }

        checks.That(type != "skeleton" && label.Type != "skeleton", "labels", $"\"{label.Name}\" cannot be changed to or from a skeleton.");
        label.Type = type;
        checks.That(Types.Contains(type), "labels", UnknownType(label));
    }

    private void ApplyAttributes(Label label, AttributeRequest[] requests)
    {
        foreach (var request in requests)
        {
            var attribute = label.Attributes.FirstOrDefault(attribute => request.Id is { } id && attribute.Id != 0 ? attribute.Id == id : attribute.Name == request.Name);
            if (request.Deleted == true)
            {
                checks.Fail("attributes", $"The attribute \"{request.Name ?? attribute?.Name}\" stays: objects have values of it. Delete the label, or add a new one.");
                continue;
            }

            if (attribute is null)
            {
                attribute = new LabelAttribute { InputType = AttributeInputType.Text };
                checks.Required("attributes", request.Name, 64);
                checks.That(request.InputType is not null, "attributes", $"The attribute \"{request.Name}\" needs an input_type.");
                label.Attributes.Add(attribute);
            }

            Set(label, attribute, request);
        }

        checks.That(
            label.Attributes.DistinctBy(attribute => attribute.Name).Count() == label.Attributes.Count,
            "attributes",
            $"The attributes of \"{label.Name}\" have different names.");
    }

    private void Set(Label label, LabelAttribute attribute, AttributeRequest request)
    {
        checks.AtMost("attributes", request.Name, 64);
        attribute.Name = request.Name ?? attribute.Name;
        attribute.Mutable = request.Mutable ?? attribute.Mutable;
        attribute.DefaultValue = request.DefaultValue ?? attribute.DefaultValue;
        attribute.Values = request.Values is { } values ? [.. values.Select(value => value ?? "")] : attribute.Values;
        if (request.InputType is not null)
        {
            if (AttributeRules.Type(request.InputType) is not { } type)
            {
                checks.Fail("attributes", $"The attribute \"{request.Name}\" has the unknown input_type {request.InputType}; known are checkbox, radio, number, text, select.");
                return;
            }

            attribute.InputType = type;
        }

        AttributeRules.Check(checks, label.Name, attribute);
    }

    private static string UnknownType(Label label) => $"\"{label.Type}\" is no type of a label; known are {string.Join(", ", Types.Order(StringComparer.Ordinal))}.";
}
