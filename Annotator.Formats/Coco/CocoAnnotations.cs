using System.Text.Json;
using Annotator.Formats.Model;

namespace Annotator.Formats.Coco;

/// <summary>Writes a frame's shapes as COCO objects.</summary>
internal sealed class CocoAnnotations(Utf8JsonWriter json, CocoCategories categories, DatasetWriteOptions options, DatasetReport report) : ICocoObjects
{
    private readonly CocoAttributes _attributes = new(json, report);
    private int _id;

    public void Write(DatasetItem item, int imageId)
    {
        foreach (var tag in item.Tags)
        {
            report.Loss("tag-not-held", "COCO 1.0 has no tags of whole images", $"{item.Name}: {tag.Label}");
        }

        foreach (var parts in Objects(item))
        {
            WriteObject(item, imageId, parts);
        }
    }

    /// <summary>Shapes in their order; polygons of one group and label come together at the place of the first.</summary>
    private List<List<DatasetShape>> Objects(DatasetItem item)
    {
        var byGroup = new Dictionary<(int, string), List<DatasetShape>>();
        var result = new List<List<DatasetShape>>(item.Shapes.Count);
        foreach (var shape in item.Shapes)
        {
            if (shape.Kind == ShapeKind.Polygon && shape.Group != 0 && shape.TrackId is null)
            {
                if (byGroup.TryGetValue((shape.Group, shape.Label), out var parts))
                {
                    parts.Add(shape);
                    continue;
                }

                byGroup[(shape.Group, shape.Label)] = parts = [shape];
                result.Add(parts);
                continue;
            }

            result.Add([shape]);
        }

        foreach (var parts in result.Where(parts => parts.Count == 1 && parts[0].Group != 0))
        {
            report.Loss("group-not-held", "COCO 1.0 has no groups, but for polygons of one label", $"{item.Name}: {Words.Of(parts[0].Kind)} in group {parts[0].Group}");
        }

        return result;
    }

    private void WriteObject(DatasetItem item, int imageId, List<DatasetShape> parts)
    {
        var shape = parts[0];
        if (categories.Find(shape.Label) is not { } category)
        {
            report.Loss("label-unknown", "Shapes of labels that the dataset does not declare were left out", $"{item.Name}: {shape.Label}");
            return;
        }

        if (Geometry(item, parts) is not { } geometry)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("id", ++_id);
        json.WriteNumber("image_id", imageId);
        json.WriteNumber("category_id", category.Id);
        WriteSegmentation(geometry);
        json.WriteNumber("area", Math.Round(geometry.Area, 2));
        json.WriteStartArray("bbox");
        WriteRounded(geometry.Box.Left);
        WriteRounded(geometry.Box.Top);
        WriteRounded(geometry.Box.Width);
        WriteRounded(geometry.Box.Height);
        json.WriteEndArray();
        json.WriteNumber("iscrowd", geometry.Crowd ? 1 : 0);
        _attributes.Write(item, shape, category.Label);
        json.WriteEndObject();
        foreach (var part in parts)
        {
            report.Count(Words.Of(part.Kind));
        }

        ReportLosses(item, shape);
    }

    private CocoGeometry? Geometry(DatasetItem item, List<DatasetShape> parts)
    {
        var shape = parts[0];
        switch (shape.Kind)
        {
            case ShapeKind.Rectangle:
                return CocoGeometry.OfRectangle(shape);
            case ShapeKind.Polygon:
                return CocoGeometry.OfPolygons(parts, item);
            case ShapeKind.Mask or ShapeKind.Ellipse:
                if (CocoGeometry.OfMask(shape, item, options.MasksAsCrowd) is { } mask)
                {
                    return mask;
                }

                report.Loss("mask-empty", "Masks without a pixel inside of the image were left out", $"{item.Name}: {Words.Of(shape.Kind)}");
                return null;
            default:
                report.Loss("kind-not-held", "COCO 1.0 holds rectangles, polygons and masks only", $"{item.Name}: {Words.Of(shape.Kind)}");
                return null;
        }
    }

    private void ReportLosses(DatasetItem item, DatasetShape shape)
    {
        if (shape.Kind == ShapeKind.Ellipse)
        {
            report.Repair("ellipse-as-mask", "Ellipses were written as masks", item.Name);
        }

        if (shape is { Kind: ShapeKind.Rectangle, Rotation: not 0 })
        {
            report.Repair("rotation-as-attribute", "Rotated rectangles keep their unrotated box; the angle is the attribute rotation", item.Name);
        }

        if (shape.ZOrder != 0)
        {
            report.Loss("z-order-not-held", "COCO 1.0 has no painting order", item.Name);
        }
    }

    private void WriteSegmentation(CocoGeometry geometry)
    {
        if (geometry.Runs is not null)
        {
            json.WriteStartObject("segmentation");
            json.WriteStartArray("counts");
            foreach (var run in geometry.Runs)
            {
                json.WriteNumberValue(run);
            }

            json.WriteEndArray();
            json.WriteStartArray("size");
            json.WriteNumberValue(geometry.Height);
            json.WriteNumberValue(geometry.Width);
            json.WriteEndArray();
            json.WriteEndObject();
            return;
        }

        json.WriteStartArray("segmentation");
        foreach (var part in geometry.Polygons)
        {
            json.WriteStartArray();
            foreach (var number in part)
            {
                WriteRounded(number);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private void WriteRounded(double number) => json.WriteNumberValue(Math.Round(number, 2));
}
