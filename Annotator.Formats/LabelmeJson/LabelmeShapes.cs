using System.Globalization;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.LabelmeJson;

/// <summary>Turns labelme's shapes into ours. What is not valid is left out and reported; the file goes on.</summary>
internal sealed class LabelmeShapes(DatasetLimits limits, DatasetReport report)
{
    /// <summary>Numbers above are not counted on from.</summary>
    private const int MostGroups = 1_000_000_000;

    public List<DatasetShape> Read(LabelmeFile file, string path)
    {
        var shapes = new List<DatasetShape>(file.Shapes.Count);
        var groups = Groups(file.Shapes);
        for (var i = 0; i < file.Shapes.Count; i++)
        {
            var read = file.Shapes[i];
            if (read.Broken || read.Label.Length == 0)
            {
                report.Loss("shape-invalid", "Shapes without a label, or with values that are no finite numbers, were left out", Place(path, i, read));
            }
            else if (Geometry(read, path, i) is { } geometry)
            {
                shapes.Add(Shape(read, geometry, read.Group is { } group ? groups[group] : 0));
                report.Count(Words.Of(geometry.Kind));
            }
        }

        if (file.Unreadable > 0)
        {
            report.Loss("annotation-unreadable", "Annotations that cannot be read were left out", path, file.Unreadable);
        }

        return shapes;
    }

    private static DatasetShape Shape(LabelmeShape read, (ShapeKind Kind, double[] Points, double Rotation) geometry, int group)
    {
        var attributes = read.Attributes;
        attributes.Remove("occluded", out var occluded);
        attributes.Remove("keyframe", out var keyframe);
        int? track = keyframe is not null && attributes.Remove("track_id", out var id) && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new DatasetShape
        {
            Kind = geometry.Kind,
            Label = read.Label,
            Points = geometry.Points,
            Rotation = geometry.Rotation,
            Occluded = occluded == "true",
            Group = group,
            Source = AnnotationSource.File,
            Score = Math.Clamp(read.Score ?? 1, 0, 1),
            Attributes = attributes.Count > 0 ? attributes : DatasetShape.NoAttributes,
            TrackId = track,
            Keyframe = track is not null && keyframe == "true",
        };
    }

    private (ShapeKind Kind, double[] Points, double Rotation)? Geometry(LabelmeShape read, string path, int index)
    {
        var points = read.Points;
        if (points.Count % 2 == 0)
        {
            switch (read.Type)
            {
                case "polygon" when points.Count >= 6:
                    return (ShapeKind.Polygon, [.. points], 0);
                case "rectangle" when points.Count >= 4 && Outlines.BoxAround([.. points]) is { Width: > 0, Height: > 0 } box:
                    return (ShapeKind.Rectangle, [box.Left, box.Top, box.Right, box.Bottom], 0);
                case "oriented_rectangle" or "rotation" when points.Count == 8 && TurnedBox.Around([.. points]) is var turned && turned.Points[2] > turned.Points[0] && turned.Points[3] > turned.Points[1]:
                    return (ShapeKind.Rectangle, turned.Points, turned.Rotation);
                case "circle" when points.Count == 4 && double.Hypot(points[2] - points[0], points[3] - points[1]) is > 0 and var radius:
                    return (ShapeKind.Ellipse, [points[0], points[1], points[0] + radius, points[1] - radius], 0);
                case "line" or "linestrip" when points.Count >= 4:
                    return (ShapeKind.Polyline, [.. points], 0);
                case "point" or "points" when points.Count >= 2:
                    return (ShapeKind.Points, [.. points], 0);
                case "mask" when points.Count == 4 && read.Mask is not null:
                    return Mask(read, path, index);
                default:
                    break;
            }
        }

        report.Loss("shape-unusual", "Shapes of too few points, without a size, or of a kind that is not known were left out", $"{Place(path, index, read)}: {read.Type}");
        return null;
    }

    private (ShapeKind Kind, double[] Points, double Rotation)? Mask(LabelmeShape read, string path, int index)
    {
        var (left, top) = (Math.Round(Math.Min(read.Points[0], read.Points[2])), Math.Round(Math.Min(read.Points[1], read.Points[3])));
        if (Math.Abs(left) > limits.MaxPixels || Math.Abs(top) > limits.MaxPixels)
        {
            report.Loss("mask-invalid", "Masks far outside of any image were left out", Place(path, index, read));
            return null;
        }

        try
        {
            var points = MaskPicture.Read(new MemoryStream(read.Mask!, writable: false), Place(path, index, read), limits, (int)left, (int)top);
            if (points.Length > 0)
            {
                return (ShapeKind.Mask, points, 0);
            }

            report.Loss("mask-empty", "Masks without a pixel were left out", Place(path, index, read));
        }
        catch (DatasetException error)
        {
            report.Loss("mask-unreadable", "Masks whose picture cannot be read were left out", error.Message);
        }

        return null;
    }

    /// <summary>Their numbers, which may be 0 or less, and ours, which are more than 0.</summary>
    private static Dictionary<int, int> Groups(List<LabelmeShape> shapes)
    {
        var groups = new Dictionary<int, int>();
        var next = 1;
        foreach (var shape in shapes)
        {
            if (shape.Group is > 0 and var own)
            {
                groups[own] = own;
                next = Math.Max(next, own < MostGroups ? own + 1 : 1);
            }
        }

        foreach (var shape in shapes)
        {
            if (shape.Group is <= 0 and var own && !groups.ContainsKey(own))
            {
                groups[own] = next++;
            }
        }

        return groups;
    }

    private static string Place(string path, int index, LabelmeShape read) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}: shape {index + 1} {(read.Label.Length > 40 ? read.Label[..40] : read.Label)}");
}
