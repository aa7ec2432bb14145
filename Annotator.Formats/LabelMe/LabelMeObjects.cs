using System.Globalization;
using Annotator.Formats.Cvat;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.LabelMe;

/// <summary>Writes the LabelMe file of one image.</summary>
internal sealed class LabelMeObjects(IndentedXml xml, Dictionary<string, DatasetLabel> labels, DatasetReport report)
{
    /// <param name="masks">Gets the masks that the file names, to be written as pictures.</param>
    public void Write(DatasetItem item, string path, string stem, List<(string Name, double[] Points)> masks)
    {
        var slash = path.LastIndexOf('/');
        xml.Start("annotation");
        xml.Text("filename", path[(slash + 1)..]);
        xml.Text("folder", slash < 0 ? "" : path[..slash]);
        xml.Start("source");
        xml.Text("sourceImage", "");
        xml.Text("sourceAnnotation", "Annotator");
        xml.End();
        if (item is { Width: > 0, Height: > 0 })
        {
            xml.Start("imagesize");
            xml.Text("nrows", Whole(item.Height));
            xml.Text("ncols", Whole(item.Width));
            xml.End();
        }

        foreach (var tag in item.Tags)
        {
            report.Loss("tag-not-held", "LabelMe 3.0 has no tags of whole images", $"{item.Name}: {tag.Label}");
        }

        var held = Held(item);
        var parts = held.Select((entry, id) => (entry.Shape.Group, Id: id)).Where(entry => entry.Group != 0).ToLookup(entry => entry.Group, entry => entry.Id);
        for (var id = 0; id < held.Count; id++)
        {
            var (shape, points) = held[id];
            var picture = shape.Kind is ShapeKind.Mask or ShapeKind.Ellipse ? $"{stem[(stem.LastIndexOf('/') + 1)..]}_mask_{Whole(id)}.png" : "";
            WriteObject(item, shape, points, id, [.. parts[shape.Group]], picture);
            if (picture.Length > 0)
            {
                masks.Add((picture, points));
            }
        }

        xml.End();
        xml.Finish();
    }

    /// <summary>The shapes that the format holds, with the numbers that are written.</summary>
    private List<(DatasetShape Shape, double[] Points)> Held(DatasetItem item)
    {
        var held = new List<(DatasetShape, double[])>(item.Shapes.Count);
        foreach (var shape in item.Shapes)
        {
            if (!labels.ContainsKey(shape.Label))
            {
                report.Loss("label-unknown", "Shapes of labels that the dataset does not declare were left out", $"{item.Name}: {shape.Label}");
                continue;
            }

            switch (shape.Kind)
            {
                case ShapeKind.Rectangle or ShapeKind.Polygon:
                    held.Add((shape, shape.Points));
                    break;
                case ShapeKind.Mask or ShapeKind.Ellipse:
                    var points = MaskOf(shape, item);
                    if (points.Length == 0)
                    {
                        report.Loss("mask-empty", "Masks without a pixel inside of the image were left out", $"{item.Name}: {Words.Of(shape.Kind)}");
                        continue;
                    }

                    held.Add((shape, points));
                    break;
                default:
                    report.Loss("kind-not-held", "LabelMe 3.0 holds rectangles, polygons and masks only", $"{item.Name}: {Words.Of(shape.Kind)}");
                    continue;
            }

            report.Count(Words.Of(shape.Kind));
        }

        return held;
    }

    private void WriteObject(DatasetItem item, DatasetShape shape, double[] points, int id, List<int> group, string picture)
    {
        xml.Start("object");
        xml.Text("name", shape.Label);
        xml.Text("deleted", "0");
        xml.Text("verified", "0");
        xml.Text("occluded", shape.Occluded ? "yes" : "no");
        xml.Text("date", "");
        xml.Text("id", Whole(id));
        xml.Start("parts");
        var leads = group.Count > 1 && group[0] == id;
        xml.Text("hasparts", leads ? string.Join(',', group.Skip(1).Select(Whole)) : "");
        xml.Text("ispartof", group.Count > 1 && !leads ? Whole(group[0]) : "");
        xml.End();
        if (shape.Kind == ShapeKind.Rectangle)
        {
            xml.Text("type", "bounding_box");
        }

        if (picture.Length > 0)
        {
            WriteMask(points, picture);
        }
        else
        {
            WritePolygon(shape.Kind == ShapeKind.Rectangle ? Outlines.RectangleCorners(points, 0) : points);
        }

        xml.Text("attributes", LabelMeAttributes.Format(Attributes(item, shape)));
        xml.End();
        ReportLosses(item, shape, group);
    }

    private void WritePolygon(double[] points)
    {
        xml.Start("polygon");
        for (var i = 0; i + 1 < points.Length; i += 2)
        {
            xml.Start("pt");
            xml.Text("x", Number(points[i]));
            xml.Text("y", Number(points[i + 1]));
            xml.End();
        }

        xml.Text("username", "");
        xml.End();
    }

    private void WriteMask(double[] points, string picture)
    {
        xml.Start("segm");
        xml.Text("mask", picture);
        xml.Start("box");
        xml.Text("xmin", Number(points[^4]));
        xml.Text("ymin", Number(points[^3]));
        xml.Text("xmax", Number(points[^2] + 1));
        xml.Text("ymax", Number(points[^1] + 1));
        xml.End();
        xml.Text("username", "");
        xml.End();
    }

    private IEnumerable<(string Name, string InputType, string Value)> Attributes(DatasetItem item, DatasetShape shape)
    {
        foreach (var attribute in LabelMeAttributes.Of(shape, labels[shape.Label]))
        {
            if (attribute.Name is "rotation" or "track_id" or "keyframe" or "occluded" or "username")
            {
                report.Loss("attribute-reserved", "LabelMe files use this attribute's name for something else", $"{item.Name}: {attribute.Name}");
            }
            else
            {
                yield return attribute;
            }
        }

        if (shape.Kind == ShapeKind.Rectangle)
        {
            yield return ("rotation", "number", Math.Round(shape.Rotation, 2).ToString(CultureInfo.InvariantCulture));
        }

        if (shape.TrackId is { } track)
        {
            yield return ("track_id", "text", Whole(track));
            yield return ("keyframe", "checkbox", shape.Keyframe ? "true" : "false");
        }
    }

    private void ReportLosses(DatasetItem item, DatasetShape shape, List<int> group)
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
            report.Loss("z-order-not-held", "LabelMe 3.0 has no painting order", item.Name);
        }

        if (shape.Group != 0 && group.Count == 1)
        {
            report.Loss("group-of-one", "Groups of which only one object could be held were dissolved", $"{item.Name}: group {shape.Group}");
        }
    }

    /// <summary>The part of a mask or an ellipse that lies in the image; empty when there is none.</summary>
    private static double[] MaskOf(DatasetShape shape, DatasetItem item) =>
        Coco.CocoGeometry.OfMask(shape, item, masksAsCrowd: false) is { Runs: { } runs } mask ? MaskRuns.FromCoco(runs, mask.Width, mask.Height) : [];

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Number(double number) => number.ToString("F2", CultureInfo.InvariantCulture);
}
