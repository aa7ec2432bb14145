using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Coco;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Datumaro;

/// <summary>Writes a frame's tags and shapes as Datumaro objects.</summary>
internal sealed class DatumaroObjects(Utf8JsonWriter json, DatumaroLabels labels, DatasetReport report)
{
    public void Write(DatasetItem item)
    {
        foreach (var tag in item.Tags)
        {
            if (Label(item, tag.Label) is not { } label)
            {
                continue;
            }

            Start("label");
            WriteAttributes(item, label.Label, tag.Attributes);
            json.WriteEndObject();
            json.WriteNumber("group", tag.Group);
            json.WriteNumber("label_id", label.Id);
            json.WriteEndObject();
            report.Count("tag");
        }

        foreach (var shape in item.Shapes)
        {
            if (Label(item, shape.Label) is { } label)
            {
                WriteShape(item, shape, label);
            }
        }
    }

    private DatumaroLabels.Numbered? Label(DatasetItem item, string name)
    {
        var label = labels.Find(name);
        if (label is null)
        {
            report.Loss("label-unknown", "Objects of labels that the dataset does not declare were left out", $"{item.Name}: {name}");
        }

        return label;
    }

    private void WriteShape(DatasetItem item, DatasetShape shape, DatumaroLabels.Numbered label)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Rectangle:
                Begin("bbox", item, shape, label);
                json.WriteStartArray("bbox");
                Rounded(shape.Points[0]);
                Rounded(shape.Points[1]);
                Rounded(shape.Points[2] - shape.Points[0]);
                Rounded(shape.Points[3] - shape.Points[1]);
                json.WriteEndArray();
                break;
            case ShapeKind.Polygon:
                Begin("polygon", item, shape, label);
                WritePoints(shape.Points);
                break;
            case ShapeKind.Polyline:
                Begin("polyline", item, shape, label);
                WritePoints(shape.Points);
                break;
            case ShapeKind.Points:
                Begin("points", item, shape, label);
                WritePoints(shape.Points);
                WriteVisibility(shape.Points.Length / 2);
                break;
            case ShapeKind.Mask or ShapeKind.Ellipse:
                if (!WriteMask(item, shape, label))
                {
                    return;
                }

                break;
            case ShapeKind.Skeleton when label.Layout is not null:
                Begin("skeleton", item, shape, label);
                WriteNodes(item, shape, label);
                break;
            default:
                report.Loss("kind-not-held", "Datumaro 1.0 has no flat cuboids, and skeletons only of labels with nodes", $"{item.Name}: {Words.Of(shape.Kind)}");
                return;
        }

        if (shape.Kind != ShapeKind.Skeleton || shape.ZOrder != 0)
        {
            json.WriteNumber("z_order", shape.ZOrder);
        }

        json.WriteEndObject();
        report.Count(Words.Of(shape.Kind));
    }

    private void Start(string type)
    {
        json.WriteStartObject();
        json.WriteNumber("id", 0);
        json.WriteString("type", type);
        json.WriteStartObject("attributes");
    }

    /// <summary>Everything that shapes of all kinds have.</summary>
    private void Begin(string type, DatasetItem item, DatasetShape shape, DatumaroLabels.Numbered label)
    {
        Start(type);
        WriteAttributes(item, label.Label, shape.Attributes);
        json.WriteBoolean("occluded", shape.Occluded);
        if (shape.Kind == ShapeKind.Rectangle)
        {
            json.WriteNumber("rotation", Math.Round(shape.Rotation, 2));
            if (shape.Rotation != 0)
            {
                report.Repair("rotation-as-attribute", "Rotated rectangles keep their unrotated box; the angle is the attribute rotation", item.Name);
            }
        }

        if (shape.TrackId is { } track)
        {
            json.WriteNumber("track_id", track);
        }

        if (shape.TrackId is not null || shape.Kind == ShapeKind.Skeleton)
        {
            json.WriteBoolean("keyframe", shape.Keyframe);
        }

        if (shape.Score < 1)
        {
            json.WriteNumber("score", Math.Round(shape.Score, 4));
        }

        json.WriteEndObject();
        json.WriteNumber("group", shape.Group);
        json.WriteNumber("label_id", label.Id);
    }

    private bool WriteMask(DatasetItem item, DatasetShape shape, DatumaroLabels.Numbered label)
    {
        if (CocoGeometry.OfMask(shape, item, masksAsCrowd: false) is not { Runs: { } runs } mask)
        {
            report.Loss("mask-empty", "Masks without a pixel inside of the image were left out", $"{item.Name}: {Words.Of(shape.Kind)}");
            return false;
        }

        if (shape.Kind == ShapeKind.Ellipse)
        {
            report.Repair("ellipse-as-mask", "Ellipses were written as masks", item.Name);
        }

        Begin("mask", item, shape, label);
        json.WriteStartObject("rle");
        json.WriteString("counts", CocoRunText.Pack(runs));
        json.WriteStartArray("size");
        json.WriteNumberValue(mask.Height);
        json.WriteNumberValue(mask.Width);
        json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    private void WriteNodes(DatasetItem item, DatasetShape skeleton, DatumaroLabels.Numbered label)
    {
        var nodes = label.Layout!.Nodes.Select(name => skeleton.Elements.FirstOrDefault(element => element.Label == name)).ToList();
        json.WriteStartArray("points");
        foreach (var node in nodes)
        {
            if (node is not { Points.Length: >= 2 })
            {
                json.WriteNumberValue(0);
                json.WriteNumberValue(0);
                json.WriteNumberValue(0);
                continue;
            }

            if (node.Points.Length > 2)
            {
                report.Loss("node-points-not-held", "A skeleton's node is one point: of nodes with more the first was kept", $"{item.Name}: {skeleton.Label} / {node.Label}");
            }

            Rounded(node.Points[0]);
            Rounded(node.Points[1]);
            json.WriteNumberValue(node.Outside ? 0 : node.Occluded ? 1 : 2);
        }

        json.WriteEndArray();
        json.WriteStartArray("points_attributes");
        for (var i = 0; i < nodes.Count; i++)
        {
            json.WriteStartObject();
            var declared = label.Label.Sublabels.FirstOrDefault(sublabel => sublabel.Name == label.Layout.Nodes[i]);
            if (declared is not null && nodes[i] is { } node)
            {
                WriteAttributes(item, declared, node.Attributes);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WritePoints(double[] points)
    {
        json.WriteStartArray("points");
        foreach (var number in points)
        {
            Rounded(number);
        }

        json.WriteEndArray();
    }

    private void WriteVisibility(int points)
    {
        json.WriteStartArray("visibility");
        for (var i = 0; i < points; i++)
        {
            json.WriteNumberValue(2);
        }

        json.WriteEndArray();
    }

    /// <summary>All that the label declares, then what the object has beyond that.</summary>
    private void WriteAttributes(DatasetItem item, DatasetLabel label, IReadOnlyDictionary<string, string> values)
    {
        foreach (var declared in label.Attributes)
        {
            WriteAttribute(item, declared.Name, declared.InputType, values.GetValueOrDefault(declared.Name) ?? declared.DefaultValue);
        }

        if (values.Count > 0)
        {
            foreach (var (name, value) in values)
            {
                if (!label.Attributes.Any(declared => declared.Name == name))
                {
                    WriteAttribute(item, name, "text", value);
                }
            }
        }
    }

    private void WriteAttribute(DatasetItem item, string name, string inputType, string value)
    {
        if (DatumaroAnnotation.IsReserved(name))
        {
            report.Loss("attribute-reserved", "Datumaro files use this attribute's name for something else", $"{item.Name}: {name}");
        }
        else if (inputType == "checkbox" && bool.TryParse(value, out var flag))
        {
            json.WriteBoolean(name, flag);
        }
        else if (inputType == "number" && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteString(name, value);
        }
    }

    private void Rounded(double number) => json.WriteNumberValue(Math.Round(number, 2));
}
