using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.LabelmeJson;

/// <summary>Writes the labelme file of one image.</summary>
internal sealed class LabelmeObjects(Utf8JsonWriter json, Dictionary<string, DatasetLabel> labels, DatasetReport report)
{
    /// <summary>The version of the program whose files these are.</summary>
    private const string Version = "5.5.0";

    private const int EllipseCorners = 64;
    private const int White = 0xFFFFFF;

    /// <summary>Numbers above are not counted on from.</summary>
    private const int MostGroups = 1_000_000_000;

    public void Write(DatasetItem item, string path)
    {
        json.WriteStartObject();
        json.WriteString("version", Version);
        WriteTags(item);
        json.WriteStartArray("shapes");
        var group = item.Shapes.Select(shape => shape.Group).Where(number => number < MostGroups).DefaultIfEmpty().Max();
        foreach (var shape in item.Shapes)
        {
            if (!labels.ContainsKey(shape.Label))
            {
                report.Loss("label-unknown", "Shapes of labels that the dataset does not declare were left out", $"{item.Name}: {shape.Label}");
                continue;
            }

            Write(item, shape, ref group);
        }

        json.WriteEndArray();
        json.WriteString("imagePath", path[(path.LastIndexOf('/') + 1)..]);
        json.WriteNull("imageData");
        json.WriteNumber("imageHeight", item.Height);
        json.WriteNumber("imageWidth", item.Width);
        json.WriteEndObject();
    }

    private void WriteTags(DatasetItem item)
    {
        json.WriteStartObject("flags");
        foreach (var tag in item.Tags.DistinctBy(tag => tag.Label))
        {
            json.WriteBoolean(tag.Label, true);
            report.Count("tag");
        }

        json.WriteEndObject();
        foreach (var tag in item.Tags.Where(tag => tag.Attributes.Count > 0 || tag.Group != 0))
        {
            report.Loss("tag-details-not-held", "labelme's flags of an image have no attributes and no groups", $"{item.Name}: {tag.Label}");
        }

        if (item.Tags.DistinctBy(tag => tag.Label).Count() is var distinct && distinct < item.Tags.Count)
        {
            report.Loss("tag-twice", "Of several tags of one label on one image one was kept", item.Name, item.Tags.Count - distinct);
        }
    }

    private void Write(DatasetItem item, DatasetShape shape, ref int group)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Rectangle when shape.Rotation == 0:
                Write(item, shape, "rectangle", shape.Points, shape.Group);
                break;
            case ShapeKind.Rectangle:
                report.Repair("rotation-as-polygon", "Rotated rectangles became polygons", item.Name);
                Write(item, shape, "polygon", Outlines.RectangleCorners(shape.Points, shape.Rotation), shape.Group);
                break;
            case ShapeKind.Polygon:
                Write(item, shape, "polygon", shape.Points, shape.Group);
                break;
            case ShapeKind.Polyline:
                Write(item, shape, shape.Points.Length == 4 ? "line" : "linestrip", shape.Points, shape.Group);
                break;
            case ShapeKind.Points:
                Write(item, shape, shape.Points.Length == 2 ? "point" : "points", shape.Points, shape.Group);
                break;
            case ShapeKind.Ellipse:
                WriteEllipse(item, shape);
                break;
            case ShapeKind.Mask:
                WriteMask(item, shape);
                break;
            case ShapeKind.Cuboid:
                report.Repair("cuboid-as-points", "Cuboids became their eight points", item.Name);
                Write(item, shape, "points", shape.Points, shape.Group);
                break;
            default:
                WriteNodes(item, shape, shape.Group > 0 ? shape.Group : ++group);
                break;
        }

        report.Count(Words.Of(shape.Kind));
        if (shape.ZOrder != 0)
        {
            report.Loss("z-order-not-held", "labelme has no painting order", item.Name);
        }
    }

    private void WriteEllipse(DatasetItem item, DatasetShape shape)
    {
        var (x, y) = (shape.Points[0], shape.Points[1]);
        double radiusX = Math.Abs(shape.Points[2] - x), radiusY = Math.Abs(y - shape.Points[3]);
        if (Math.Abs(radiusX - radiusY) < 0.005)
        {
            Write(item, shape, "circle", [x, y, x + radiusX, y], shape.Group);
            return;
        }

        report.Repair("ellipse-as-polygon", "Ellipses that are no circles became polygons", item.Name);
        var (sin, cos) = Math.SinCos(shape.Rotation * Math.PI / 180);
        var corners = new double[EllipseCorners * 2];
        for (var i = 0; i < EllipseCorners; i++)
        {
            var (up, along) = Math.SinCos(2 * Math.PI * i / EllipseCorners);
            var (dx, dy) = (along * radiusX, up * radiusY);
            (corners[i * 2], corners[i * 2 + 1]) = (x + cos * dx - sin * dy, y + sin * dx + cos * dy);
        }

        Write(item, shape, "polygon", corners, shape.Group);
    }

    private void WriteMask(DatasetItem item, DatasetShape shape)
    {
        var points = shape.Points;
        var (width, height) = ((int)(points[^2] - points[^4]) + 1, (int)(points[^1] - points[^3]) + 1);
        using var picture = new MemoryStream();
        double[] moved = [.. points[..^4], 0, 0, width - 1, height - 1];
        MaskPicture.Write(picture, width, height, moved, White);
        Write(item, shape, "mask", points.AsSpan(points.Length - 4), shape.Group, picture.GetBuffer().AsSpan(0, (int)picture.Length));
    }

    private void WriteNodes(DatasetItem item, DatasetShape skeleton, int group)
    {
        report.Repair("skeleton-as-points", "Skeletons became a point for each node, in one group", $"{item.Name}: {skeleton.Label}");
        foreach (var node in skeleton.Elements)
        {
            if (node.Outside)
            {
                report.Loss("node-outside", "Nodes of skeletons that are not visible were left out", $"{item.Name}: {skeleton.Label} / {node.Label}");
                continue;
            }

            Write(item, node, node.Points.Length == 2 ? "point" : "points", node.Points, group);
        }
    }

    private void Write(DatasetItem item, DatasetShape shape, string type, ReadOnlySpan<double> points, int group, ReadOnlySpan<byte> mask = default)
    {
        json.WriteStartObject();
        json.WriteString("label", shape.Label);
        json.WriteStartArray("points");
        for (var i = 0; i + 1 < points.Length; i += 2)
        {
            json.WriteStartArray();
            json.WriteNumberValue(Math.Round(points[i], 3));
            json.WriteNumberValue(Math.Round(points[i + 1], 3));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        if (group == 0)
        {
            json.WriteNull("group_id");
        }
        else
        {
            json.WriteNumber("group_id", group);
        }

        json.WriteString("description", "");
        json.WriteString("shape_type", type);
        WriteAttributes(item, shape);
        if (mask.IsEmpty)
        {
            json.WriteNull("mask");
        }
        else
        {
            json.WriteBase64String("mask", mask);
        }

        if (shape.Score < 1)
        {
            json.WriteNumber("score", Math.Round(shape.Score, 4));
        }

        json.WriteEndObject();
    }

    /// <summary>Truth values are labelme's flags; others stand in a key of their own, which labelme keeps.</summary>
    private void WriteAttributes(DatasetItem item, DatasetShape shape)
    {
        var all = Attributes(item, shape);
        json.WriteStartObject("flags");
        if (shape.Occluded)
        {
            json.WriteBoolean("occluded", true);
        }

        foreach (var (name, value) in all)
        {
            if (value is "true" or "false")
            {
                json.WriteBoolean(name, value == "true");
            }
        }

        json.WriteEndObject();
        if (shape.TrackId is null && all.All(pair => pair.Value is "true" or "false"))
        {
            return;
        }

        json.WriteStartObject("attributes");
        foreach (var (name, value) in all)
        {
            if (value is not ("true" or "false"))
            {
                json.WriteString(name, value);
            }
        }

        if (shape.TrackId is { } track)
        {
            json.WriteString("track_id", track.ToString(CultureInfo.InvariantCulture));
            json.WriteBoolean("keyframe", shape.Keyframe);
        }

        json.WriteEndObject();
    }

    private Dictionary<string, string> Attributes(DatasetItem item, DatasetShape shape)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var declared in labels.TryGetValue(shape.Label, out var label) ? label.Attributes : [])
        {
            all[declared.Name] = shape.Attributes.GetValueOrDefault(declared.Name) ?? declared.DefaultValue;
        }

        foreach (var (name, value) in shape.Attributes)
        {
            all[name] = value;
        }

        foreach (var name in new[] { "occluded", "track_id", "keyframe" })
        {
            if (all.Remove(name))
            {
                report.Loss("attribute-reserved", "labelme files use this attribute's name for something else", $"{item.Name}: {name}");
            }
        }

        return all;
    }
}
