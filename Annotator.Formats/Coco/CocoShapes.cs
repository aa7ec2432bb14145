using System.Globalization;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Coco;

/// <summary>Turns COCO objects into shapes and tags. What is not valid is left out and reported; the file goes on.</summary>
/// <param name="keypoints">Whether points become skeletons; otherwise only boxes and outlines of such objects are read.</param>
internal sealed class CocoShapes(CocoFile file, CocoPanoptic panoptic, bool keypoints, DatasetLimits limits, DatasetReport report)
{
    /// <summary>Numbers above are not counted on from.</summary>
    private const int MostGroups = 1_000_000_000;

    private readonly HashSet<string> _reserved = new(CocoAttributes.Reserved, StringComparer.Ordinal);

    public void Add(CocoAnnotation annotation, CocoImage image, List<DatasetShape> shapes, List<DatasetTag> tags)
    {
        var place = $"{image.Name}: annotation {annotation.Id}";
        if (annotation.HasCaption)
        {
            report.Loss("kind-not-held", "Captions were left out", place);
            return;
        }

        if (annotation.Segments is not null)
        {
            panoptic.Add(annotation, image, place, shapes);
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

        if (annotation.Keypoints is { Length: > 0 } points)
        {
            if (keypoints && (CocoKeypoints.HasPlaces(points) || !HasForm(annotation)))
            {
                AddSkeleton(annotation, points, image, label, place, shapes);
                return;
            }

            if (!keypoints)
            {
                report.Loss("keypoints-not-held", "Keypoints were left out, boxes and outlines of such objects were read; COCO Keypoints 1.0 reads both", place);
            }
        }

        if (HasForm(annotation))
        {
            AddForm(annotation, image, label, place, 0, shapes);
            return;
        }

        tags.Add(new DatasetTag { Label = label, Source = AnnotationSource.File, Attributes = Attributes(annotation) });
        report.Count("tag");
    }

    private static bool HasForm(CocoAnnotation annotation) => HasOutline(annotation) || annotation.Box is not null;

    private static bool HasOutline(CocoAnnotation annotation) =>
        annotation.Counts is not null || annotation.PackedCounts is not null || annotation.Parts.Count > 0;

    private void AddForm(CocoAnnotation annotation, CocoImage image, string label, string place, int group, List<DatasetShape> shapes)
    {
        if (annotation.Counts is not null || annotation.PackedCounts is not null)
        {
            AddMask(annotation, image, label, place, group, shapes);
        }
        else
        {
            AddOutline(annotation, label, place, group, shapes);
        }
    }

    /// <summary>An outline beside the points comes into one group with them; a box only tells where they are.</summary>
    private void AddSkeleton(CocoAnnotation annotation, double[] points, CocoImage image, string label, string place, List<DatasetShape> shapes)
    {
        var nodes = CocoKeypoints.Nodes(points, file.Skeletons.GetValueOrDefault(annotation.CategoryId));
        if (nodes is null)
        {
            report.Loss("keypoints-invalid", "Keypoints that are not as many as their category has were left out", place);
            if (HasForm(annotation))
            {
                AddForm(annotation, image, label, place, 0, shapes);
            }

            return;
        }

        var outline = HasOutline(annotation);
        var group = outline ? Group(annotation, shapes) : 0;
        Add(annotation, ShapeKind.Skeleton, label, [], group, shapes, nodes);
        if (outline)
        {
            AddForm(annotation, image, label, place, group, shapes);
        }
        else if (annotation.Box is { Length: 4 } box && !CocoKeypoints.IsHull(box, points))
        {
            report.Note("box-of-keypoints", "Boxes of objects with keypoints were left out where they are not the points' own", place);
        }
    }

    private string? Label(CocoAnnotation annotation) =>
        file.Categories.TryGetValue(annotation.CategoryId, out var name) ? name
        : file.IsResults && annotation.CategoryId.Length > 0 ? annotation.CategoryId
        : null;

    private void AddMask(CocoAnnotation annotation, CocoImage image, string label, string place, int group, List<DatasetShape> shapes)
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

        Add(annotation, ShapeKind.Mask, label, points, group, shapes);
    }

    private void AddOutline(CocoAnnotation annotation, string label, string place, int group, List<DatasetShape> shapes)
    {
        var parts = annotation.Parts.Where(part => part.Length >= 6 && part.Length % 2 == 0).ToList();
        if (parts.Count < annotation.Parts.Count)
        {
            report.Repair("part-dropped", "Polygon parts of fewer than three points, or of an odd count of numbers, were left out", place);
        }

        if (parts.Count > 0)
        {
            group = group == 0 && parts.Count > 1 ? Group(annotation, shapes) : group;
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

        Add(annotation, ShapeKind.Rectangle, label, [box[0], box[1], box[0] + box[2], box[1] + box[3]], group, shapes);
    }

    private void Add(CocoAnnotation annotation, ShapeKind kind, string label, double[] points, int group, List<DatasetShape> shapes, List<DatasetShape>? nodes = null)
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
            Occluded = nodes?.TrueForAll(node => node.Occluded) ?? IsTrue(attributes.GetValueOrDefault("occluded")),
            Group = group,
            Source = file.IsResults ? AnnotationSource.Auto : AnnotationSource.File,
            Score = Math.Clamp(annotation.Score ?? Number(attributes.GetValueOrDefault("score")) ?? 1, 0, 1),
            Attributes = Attributes(annotation),
            Elements = nodes ?? [],
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
            : shapes.Select(shape => shape.Group).Where(number => number < MostGroups).DefaultIfEmpty().Max() + 1;
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
