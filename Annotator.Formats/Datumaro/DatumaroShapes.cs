using System.Globalization;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Datumaro;

/// <summary>Turns Datumaro objects into shapes and tags. What is not valid is left out and reported; the file goes on.</summary>
internal sealed class DatumaroShapes(DatumaroCategories categories, DatasetLimits limits, DatasetReport report)
{
    /// <param name="index">The object's position on its frame, for messages.</param>
    public void Add(DatumaroAnnotation annotation, string item, int index, List<DatasetShape> shapes, List<DatasetTag> tags)
    {
        if (annotation.Broken)
        {
            report.Loss("annotation-invalid", "Annotations with values that are no finite numbers were left out", Place(item, index));
            return;
        }

        if (annotation.Type is "caption")
        {
            report.Loss("caption-not-held", "Captions were left out", Place(item, index));
            return;
        }

        if (annotation.Type is not ("label" or "bbox" or "polygon" or "polyline" or "points" or "mask" or "skeleton" or "ellipse" or "rotated_bbox"))
        {
            report.Loss("kind-not-held", "Annotations of kinds that have no counterpart were left out", $"{Place(item, index)}: {annotation.Type}");
            return;
        }

        if (annotation.LabelId is not { } id)
        {
            report.Loss("label-missing", "Annotations without a label were left out", $"{Place(item, index)}: {annotation.Type}");
            return;
        }

        if (categories.Name(id) is not { Length: > 0 } label)
        {
            report.Loss("label-unknown", "Annotations of labels that the file does not list were left out", string.Create(CultureInfo.InvariantCulture, $"{Place(item, index)}: label {id}"));
            return;
        }

        if (annotation.Type == "label")
        {
            tags.Add(new DatasetTag { Label = label, Group = annotation.Group, Source = annotation.Source ?? AnnotationSource.File, Attributes = annotation.Attributes });
            report.Count("tag");
            return;
        }

        var (kind, points, rotation) = Geometry(annotation, item, index);
        if (points is null)
        {
            return;
        }

        if (annotation.HasHiddenPoints && kind == ShapeKind.Points)
        {
            report.Loss("visibility-not-held", "Which of several points are hidden was not kept", Place(item, index));
        }

        var elements = kind == ShapeKind.Skeleton ? Nodes(annotation, id) : null;
        if (elements is { Count: 0 })
        {
            report.Loss("skeleton-invalid", "Skeletons whose label has no points, or not so many, were left out", Place(item, index));
            return;
        }

        var track = annotation.Keyframe is not null ? annotation.TrackId : null;
        shapes.Add(new DatasetShape
        {
            Kind = kind,
            Label = label,
            Points = points,
            Rotation = rotation,
            Occluded = elements is null ? annotation.Occluded : elements.TrueForAll(node => node.Occluded),
            Outside = annotation.Outside && track is null,
            ZOrder = annotation.ZOrder,
            Group = annotation.Group,
            Source = annotation.Source ?? AnnotationSource.File,
            Score = Math.Clamp(annotation.Score ?? 1, 0, 1),
            Attributes = annotation.Attributes,
            Elements = elements ?? [],
            TrackId = track,
            Keyframe = track is not null && annotation.Keyframe == true,
            Crowd = annotation.Crowd,
        });
        report.Count(Words.Of(kind));
    }

    /// <summary>The points are null when they are not valid, which is reported.</summary>
    private (ShapeKind Kind, double[]? Points, double Rotation) Geometry(DatumaroAnnotation annotation, string item, int index)
    {
        var read = annotation.Points;
        switch (annotation.Type)
        {
            case "bbox" when read.Count == 4 && read[2] > 0 && read[3] > 0:
                return (ShapeKind.Rectangle, [read[0], read[1], read[0] + read[2], read[1] + read[3]], Turn(annotation.Rotation));
            case "rotated_bbox" when read.Count == 5 && read[2] > 0 && read[3] > 0:
                return (ShapeKind.Rectangle, [read[0] - read[2] / 2, read[1] - read[3] / 2, read[0] + read[2] / 2, read[1] + read[3] / 2], Turn(read[4]));
            case "ellipse" when read.Count == 4 && read[2] > read[0] && read[3] > read[1]:
                return (ShapeKind.Ellipse, [(read[0] + read[2]) / 2, (read[1] + read[3]) / 2, read[2], read[1]], Turn(annotation.Rotation));
            case "polygon" when read.Count >= 6 && read.Count % 2 == 0:
                return (ShapeKind.Polygon, [.. read], 0);
            case "polyline" when read.Count >= 4 && read.Count % 2 == 0:
                return (ShapeKind.Polyline, [.. read], 0);
            case "points" when read.Count >= 2 && read.Count % 2 == 0:
                return (ShapeKind.Points, [.. read], 0);
            case "skeleton" when read.Count >= 3 && read.Count % 3 == 0:
                return (ShapeKind.Skeleton, [], 0);
            case "mask":
                return (ShapeKind.Mask, Mask(annotation, item, index), 0);
            default:
                report.Loss("shape-invalid", "Shapes without a size, or of an impossible count of numbers, were left out", $"{Place(item, index)}: {annotation.Type}");
                return (default, null, 0);
        }
    }

    private double[]? Mask(DatumaroAnnotation annotation, string item, int index)
    {
        var (width, height) = (annotation.MaskWidth, annotation.MaskHeight);
        var runs = annotation.Counts ?? CocoRunText.Unpack(annotation.PackedCounts);
        if (runs is null || width <= 0 || height <= 0 || (long)width * height > limits.MaxPixels || !MaskRuns.Fill(runs, (long)width * height))
        {
            report.Loss("mask-invalid", "Masks whose run lengths do not fill their image were left out", Place(item, index));
            return null;
        }

        var points = MaskRuns.FromCoco(runs, width, height);
        if (points.Length > 0)
        {
            return points;
        }

        report.Loss("mask-empty", "Masks without a pixel were left out", Place(item, index));
        return null;
    }

    /// <summary>Empty when the label has no points, or another number of them.</summary>
    private List<DatasetShape> Nodes(DatumaroAnnotation annotation, int labelId)
    {
        var read = annotation.Points;
        if (categories.Nodes(labelId) is not { } names || names.Count != read.Count / 3)
        {
            return [];
        }

        var nodes = new List<DatasetShape>(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            nodes.Add(new DatasetShape
            {
                Kind = ShapeKind.Points,
                Label = names[i],
                Points = [read[i * 3], read[i * 3 + 1]],
                Outside = read[i * 3 + 2] == 0,
                Occluded = read[i * 3 + 2] == 1,
                Source = annotation.Source ?? AnnotationSource.File,
                Attributes = i < annotation.PointAttributes.Count ? annotation.PointAttributes[i] : DatasetShape.NoAttributes,
            });
        }

        return nodes;
    }

    private static string Place(string item, int index) => string.Create(CultureInfo.InvariantCulture, $"{item}: annotation {index + 1}");

    /// <summary>Degrees brought into 0 up to but not including 360.</summary>
    private static double Turn(double degrees)
    {
        var rest = degrees % 360;
        return rest < 0 ? (rest + 360) % 360 : rest;
    }
}
