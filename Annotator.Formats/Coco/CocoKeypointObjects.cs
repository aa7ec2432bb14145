using System.Text.Json;
using Annotator.Formats.Model;
using Annotator.Formats.Skeletons;

namespace Annotator.Formats.Coco;

/// <summary>Writes frames as COCO objects.</summary>
internal interface ICocoObjects
{
    void Write(DatasetItem item, int imageId);
}

/// <summary>Writes a frame's skeletons as COCO objects with keypoints; nothing else is held.</summary>
internal sealed class CocoKeypointObjects(Utf8JsonWriter json, CocoCategories categories, DatasetReport report) : ICocoObjects
{
    private readonly CocoAttributes _attributes = new(json, report);
    private readonly Dictionary<string, SkeletonLayout> _layouts = new(StringComparer.Ordinal);
    private int _id;

    public void Write(DatasetItem item, int imageId)
    {
        foreach (var tag in item.Tags)
        {
            report.Loss("tag-not-held", "COCO Keypoints 1.0 has no tags of whole images", $"{item.Name}: {tag.Label}");
        }

        foreach (var shape in item.Shapes)
        {
            if (shape.Kind != ShapeKind.Skeleton)
            {
                report.Loss("kind-not-held", "COCO Keypoints 1.0 holds skeletons only", $"{item.Name}: {Words.Of(shape.Kind)}");
            }
            else if (categories.Find(shape.Label) is { Label.Sublabels.Count: > 0 } category)
            {
                WriteSkeleton(item, imageId, shape, category.Id, category.Label);
            }
            else
            {
                report.Loss("label-unknown", "Skeletons of labels that the dataset does not declare, or that have no nodes, were left out", $"{item.Name}: {shape.Label}");
            }
        }
    }

    private void WriteSkeleton(DatasetItem item, int imageId, DatasetShape skeleton, int category, DatasetLabel label)
    {
        if (!_layouts.TryGetValue(label.Name, out var layout))
        {
            _layouts[label.Name] = layout = SkeletonLayout.Of(label);
        }

        var points = Points(item, skeleton, layout);
        var (left, top, width, height) = CocoKeypoints.Hull(points);
        json.WriteStartObject();
        json.WriteNumber("id", ++_id);
        json.WriteNumber("image_id", imageId);
        json.WriteNumber("category_id", category);
        json.WriteStartArray("segmentation");
        json.WriteEndArray();
        json.WriteNumber("area", Math.Round(width * height, 6));
        json.WriteStartArray("bbox");
        Rounded(left);
        Rounded(top);
        Rounded(width);
        Rounded(height);
        json.WriteEndArray();
        json.WriteNumber("iscrowd", 0);
        _attributes.Write(item, skeleton, label);
        json.WriteStartArray("keypoints");
        var seen = 0;
        for (var i = 0; i < points.Length; i++)
        {
            Rounded(points[i]);
            seen += i % 3 == 2 && points[i] > 0 ? 1 : 0;
        }

        json.WriteEndArray();
        json.WriteNumber("num_keypoints", seen);
        json.WriteEndObject();
        report.Count(Words.Of(ShapeKind.Skeleton));
        ReportLosses(item, skeleton);
    }

    /// <summary>Triplets; nodes that the skeleton lacks are absent and at 0, 0.</summary>
    private double[] Points(DatasetItem item, DatasetShape skeleton, SkeletonLayout layout)
    {
        var points = new double[layout.Nodes.Count * 3];
        for (var i = 0; i < layout.Nodes.Count; i++)
        {
            if (skeleton.Elements.FirstOrDefault(element => element.Label == layout.Nodes[i]) is not { Points.Length: >= 2 } node)
            {
                continue;
            }

            if (node.Points.Length > 2)
            {
                report.Loss("node-points-not-held", "A skeleton's node is one point: of nodes with more the first was kept", $"{item.Name}: {skeleton.Label} / {node.Label}");
            }

            if (node.Attributes.Count > 0)
            {
                report.Loss("node-attributes-not-held", "COCO Keypoints 1.0 has no attributes of single nodes", $"{item.Name}: {skeleton.Label} / {node.Label}");
            }

            (points[i * 3], points[i * 3 + 1]) = (node.Points[0], node.Points[1]);
            points[i * 3 + 2] = node.Outside ? 0 : node.Occluded ? 1 : 2;
        }

        return points;
    }

    private void ReportLosses(DatasetItem item, DatasetShape skeleton)
    {
        if (skeleton.ZOrder != 0)
        {
            report.Loss("z-order-not-held", "COCO Keypoints 1.0 has no painting order", item.Name);
        }

        if (skeleton.Group != 0)
        {
            report.Loss("group-not-held", "COCO Keypoints 1.0 has no groups", item.Name);
        }
    }

    private void Rounded(double number) => json.WriteNumberValue(Math.Round(number, 2));
}
