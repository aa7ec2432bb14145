using System.Globalization;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Coco;

/// <summary>Turns COCO objects into shapes and tags. What is not valid is left out and reported; the file goes on.</summary>
internal sealed class CocoShapes(CocoFile file, DatasetLimits limits, DatasetReport report)
{
    private readonly HashSet<string> _reserved = new(CocoAnnotations.Reserved, StringComparer.Ordinal);

    public void Add(CocoAnnotation annotation, CocoImage image, List<DatasetShape> shapes, List<DatasetTag> tags)
    {
        var place = $"{image.Name}: annotation {annotation.Id}";
        if (annotation.HasCaption || annotation.HasSegments)
        {
            report.Loss("kind-not-held", "Captions and panoptic segments were left out", place);
            return;
        }

        if (annotation.Broken)
        {
            report.Loss("annotation-invalid", "Annotations with values that are no finite numbers were left out", place);
            return;
        }

        if (Label(annotation) is not { } label)
        {
            report.Loss("category-unknown", "Annotations of categories that the file does not list were left out", $"{place}: category {annotation.CategoryId}");
            return;
        }

        if (annotation.HasKeypoints)
        {
            report.Loss("keypoints-not-held", "Keypoints were left out; boxes and outlines of such objects were read", place);
        }

        if (annotation.Counts is not null || annotation.PackedCounts is not null)
        {
            AddMask(annotation, image, label, place, shapes);
        }
        else if (annotation.Parts.Count > 0 || annotation.Box is not null)
        {
            AddOutline(annotation, label, place, shapes);
        }
        else
        {
            tags.Add(new DatasetTag { Label = label, Source = AnnotationSource.File, Attributes = Attributes(annotation) });
            report.Count("tag");
        }
    }

    private string? Label(CocoAnnotation annotation) =>
        file.Categories.TryGetValue(annotation.CategoryId, out var name) ? name
        : file.IsResults && annotation.CategoryId.Length > 0 ? annotation.CategoryId
        : null;

    private void AddMask(CocoAnnotation annotation, CocoImage image, string label, string place, List<DatasetShape> shapes)
    {
        var (width, height) = annotation is { RunWidth: > 0, RunHeight: > 0 } ? (annotation.RunWidth, annotation.RunHeight) : (image.Width, image.Height);
        var runs = annotation.Counts ?? CocoRunText.Unpack(annotation.PackedCounts);
        if (runs is null || width <= 0 || height <= 0 || (long)width * height > limits.MaxPixels || !MaskRuns.Fill(runs, (long)width * height))
        {
            report.Loss("mask-invalid", "Masks whose run lengths do not fill their image were left out", place);
            return;
        }

        if (image.Width > 0 && (width != image.Width || height != image.Height))
        {
            report.Repair("mask-size-differs", "Masks of another size than their image were taken as they are", place);
        }

        var points = MaskRuns.FromCoco(runs, width, height);
        if (points.Length == 0)
        {
            report.Loss("mask-empty", "Masks without a pixel were left out", place);
            return;
        }

        Add(annotation, ShapeKind.Mask, label, points, 0, shapes);
    }

    private void AddOutline(CocoAnnotation annotation, string label, string place, List<DatasetShape> shapes)
    {
        var parts = annotation.Parts.Where(part => part.Length >= 6 && part.Length % 2 == 0).ToList();
        if (parts.Count < annotation.Parts.Count)
        {
            report.Repair("part-dropped", "Polygon parts of fewer than three points, or of an odd count of numbers, were left out", place);
        }

        if (parts.Count > 0)
        {
            var group = parts.Count > 1 ? Group(annotation, shapes) : 0;
            foreach (var part in parts)
            {
                Add(annotation, ShapeKind.Polygon, label, part, group, shapes);
            }

            return;
        }

        if (annotation.Box is not { Length: 4 } box || box[2] <= 0 || box[3] <= 0)
        {
            report.Loss("box-empty", "Boxes without an area were left out", place);
            return;
        }

        Add(annotation, ShapeKind.Rectangle, label, [box[0], box[1], box[0] + box[2], box[1] + box[3]], 0, shapes);
    }

    private void Add(CocoAnnotation annotation, ShapeKind kind, string label, double[] points, int group, List<DatasetShape> shapes)
    {
        var attributes = annotation.Attributes;
        var track = int.TryParse(attributes.GetValueOrDefault("track_id"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var id)
            && attributes.ContainsKey("keyframe") ? id : (int?)null;
        shapes.Add(new DatasetShape
        {
            Kind = kind,
            Label = label,
            Points = points,
            Rotation = kind == ShapeKind.Rectangle ? Rotation(attributes.GetValueOrDefault("rotation")) : 0,
            Occluded = IsTrue(attributes.GetValueOrDefault("occluded")),
            Group = group,
            Source = file.IsResults ? AnnotationSource.Auto : AnnotationSource.File,
            Score = Math.Clamp(annotation.Score ?? Number(attributes.GetValueOrDefault("score")) ?? 1, 0, 1),
            Attributes = Attributes(annotation),
            TrackId = track,
            Keyframe = track is not null && IsTrue(attributes.GetValueOrDefault("keyframe")),
            Crowd = annotation.Crowd,
        });
        report.Count(Words.Of(kind));
    }

    private IReadOnlyDictionary<string, string> Attributes(CocoAnnotation annotation)
    {
        if (annotation.Attributes.Keys.All(_reserved.Contains))
        {
            return DatasetShape.NoAttributes;
        }

        return annotation.Attributes.Where(pair => !_reserved.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The annotation's id where it is a number that no group on this frame has, as other tools choose it.</summary>
    private static int Group(CocoAnnotation annotation, List<DatasetShape> shapes)
    {
        var group = int.TryParse(annotation.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
        return group > 0 && shapes.TrueForAll(shape => shape.Group != group)
            ? group
            : shapes.Select(shape => shape.Group).DefaultIfEmpty().Max() + 1;
    }

    private static double Rotation(string? text)
    {
        var rest = (Number(text) ?? 0) % 360;
        return rest < 0 ? (rest + 360) % 360 : rest;
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static bool IsTrue(string? text) => text is "1" || string.Equals(text, "true", StringComparison.OrdinalIgnoreCase);
}
