using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.CvatJson;

/// <summary>Turns objects as the contract's servers tell them into ours. What is not valid is left out and reported.</summary>
internal sealed class CvatJsonObjects(CvatJsonLabels labels, DatasetLimits limits, DatasetReport report)
{
    public DatasetTag? Tag(JsonElement element, string place)
    {
        if (Label(element, null, place) is not { } label)
        {
            return null;
        }

        report.Count("tag");
        return new DatasetTag
        {
            Label = label.Name,
            Group = JsonElements.Whole(element, "group") ?? 0,
            Source = Source(element),
            Attributes = Attributes(element, label.Known, place),
        };
    }

    public DatasetShape? Shape(JsonElement element, string place)
    {
        var shape = Shape(element, null, isNode: false, place);
        if (shape is not null)
        {
            report.Count(Words.Of(shape.Kind));
        }

        return shape;
    }

    /// <summary>Frames stay in the file's numbering.</summary>
    public DatasetTrack? Track(JsonElement element, int number, string place)
    {
        if (Track(element, number, null, isNode: false, place) is not { } track)
        {
            return null;
        }

        if (track.Keyframes.Count == 0 && track.Elements.Count == 0)
        {
            report.Loss("track-empty", "Tracks without a keyframe were left out", place);
            return null;
        }

        if (track.Keyframes.Any(keyframe => keyframe.Kind == ShapeKind.Mask))
        {
            report.Loss("mask-track-not-held", "Tracks of masks were left out", place);
            return null;
        }

        report.Count("track");
        return track;
    }

    private DatasetShape? Shape(JsonElement element, CvatJsonLabel? skeleton, bool isNode, string place)
    {
        if (Label(element, skeleton, place) is not { } label || Geometry(element, isNode, place) is not { } geometry)
        {
            return null;
        }

        var nodes = new List<DatasetShape>();
        foreach (var child in JsonElements.List(element, "elements"))
        {
            if (!isNode && Shape(child, label.Known, isNode: true, place) is { } node)
            {
                nodes.Add(node);
            }
        }

        if (geometry.Kind == ShapeKind.Skeleton && nodes.Count == 0)
        {
            report.Loss("skeleton-empty", "Skeletons without nodes were left out", place);
            return null;
        }

        return new DatasetShape
        {
            Kind = geometry.Kind,
            Label = label.Name,
            Points = geometry.Points,
            Rotation = geometry.Rotation,
            Occluded = geometry.Kind == ShapeKind.Skeleton ? nodes.TrueForAll(node => node.Occluded) : JsonElements.Flag(element, "occluded"),
            Outside = isNode && JsonElements.Flag(element, "outside"),
            ZOrder = JsonElements.Whole(element, "z_order") ?? 0,
            Group = JsonElements.Whole(element, "group") ?? 0,
            Source = Source(element),
            Score = Math.Clamp(JsonElements.Number(element, "score") ?? 1, 0, 1),
            Attributes = Attributes(element, label.Known, place),
            Elements = nodes,
        };
    }

    private DatasetTrack? Track(JsonElement element, int number, CvatJsonLabel? skeleton, bool isNode, string place)
    {
        if (Label(element, skeleton, place) is not { } label)
        {
            return null;
        }

        var keyframes = new SortedDictionary<int, DatasetKeyframe>();
        foreach (var shape in JsonElements.List(element, "shapes"))
        {
            var frame = JsonElements.Whole(shape, "frame") ?? -1;
            var where = string.Create(CultureInfo.InvariantCulture, $"{place} frame {frame}");
            if (frame < 0)
            {
                report.Loss("frame-missing", "Objects that do not say their frame were left out", where);
            }
            else if (Geometry(shape, isNode, where) is { } geometry)
            {
                if (keyframes.ContainsKey(frame))
                {
                    report.Repair("keyframe-repeated", "Of several shapes of a track on one frame the last was kept", where);
                }

                keyframes[frame] = new DatasetKeyframe
                {
                    Frame = frame,
                    Kind = geometry.Kind,
                    Points = geometry.Points,
                    Rotation = geometry.Rotation,
                    Occluded = JsonElements.Flag(shape, "occluded"),
                    Outside = JsonElements.Flag(shape, "outside"),
                    ZOrder = JsonElements.Whole(shape, "z_order") ?? 0,
                    Attributes = Attributes(shape, label.Known, where),
                };
            }
        }

        var nodes = new List<DatasetTrack>();
        foreach (var child in JsonElements.List(element, "elements"))
        {
            if (!isNode && Track(child, number, label.Known, isNode: true, place) is { Keyframes.Count: > 0 } node)
            {
                nodes.Add(node);
            }
        }

        return new DatasetTrack
        {
            TrackId = number,
            Label = label.Name,
            Group = JsonElements.Whole(element, "group") ?? 0,
            Source = Source(element),
            Interpolation = JsonElements.Text(element, "interpolation") == "aligned" ? InterpolationMode.Aligned : InterpolationMode.Cvat,
            Attributes = Attributes(element, label.Known, place),
            Keyframes = [.. keyframes.Values],
            Elements = nodes,
        };
    }

    private (string Name, CvatJsonLabel? Known)? Label(JsonElement element, CvatJsonLabel? skeleton, string place)
    {
        var label = labels.Find(element, skeleton);
        if (label is null)
        {
            report.Loss("label-missing", "Objects without a label were left out", place);
        }

        return label;
    }

    private (ShapeKind Kind, double[] Points, double Rotation)? Geometry(JsonElement element, bool isNode, string place)
    {
        var type = JsonElements.Text(element, "type") ?? "";
        if (Kind(type) is not { } kind || (isNode && kind == ShapeKind.Skeleton))
        {
            report.Loss("kind-unknown", "Objects of unknown kinds were left out", $"{place}: {(type.Length > 40 ? type[..40] : type)}");
            return null;
        }

        var points = kind == ShapeKind.Skeleton ? [] : JsonElements.Numbers(element, "points");
        var good = points is not null && kind switch
        {
            ShapeKind.Rectangle or ShapeKind.Ellipse => points.Length == 4,
            ShapeKind.Polygon => points.Length >= 6 && points.Length % 2 == 0,
            ShapeKind.Polyline => points.Length >= 4 && points.Length % 2 == 0,
            ShapeKind.Points => points.Length >= 2 && points.Length % 2 == 0,
            ShapeKind.Cuboid => points.Length == 16,
            ShapeKind.Mask => MaskRuns.IsMask(points, limits.MaxPixels),
            _ => true,
        };
        if (!good)
        {
            report.Loss("shape-invalid", "Shapes with missing or impossible numbers were left out", $"{place}: {type}");
            return null;
        }

        var rest = (JsonElements.Number(element, "rotation") ?? 0) % 360;
        return (kind, points!, rest < 0 ? (rest + 360) % 360 : rest);
    }

    private IReadOnlyDictionary<string, string> Attributes(JsonElement element, CvatJsonLabel? label, string place)
    {
        Dictionary<string, string>? result = null;
        foreach (var attribute in JsonElements.List(element, "attributes"))
        {
            var id = JsonElements.Whole(attribute, "spec_id");
            var name = JsonElements.Text(attribute, "name")
                ?? (id is { } number && label?.Attributes.TryGetValue(number, out var known) == true ? known : null);
            if (name is not { Length: > 0 })
            {
                report.Loss("attribute-unknown", "Values of attributes that nothing describes were left out", string.Create(CultureInfo.InvariantCulture, $"{place}: attribute {id}"));
            }
            else
            {
                (result ??= new(StringComparer.Ordinal))[name] = JsonElements.Text(attribute, "value") ?? "";
            }
        }

        return result ?? DatasetShape.NoAttributes;
    }

    private static AnnotationSource Source(JsonElement element) => Words.ParseSource(JsonElements.Text(element, "source")) ?? AnnotationSource.Manual;

    private static ShapeKind? Kind(string word) => word switch
    {
        "rectangle" => ShapeKind.Rectangle,
        "polygon" => ShapeKind.Polygon,
        "polyline" => ShapeKind.Polyline,
        "points" => ShapeKind.Points,
        "ellipse" => ShapeKind.Ellipse,
        "cuboid" => ShapeKind.Cuboid,
        "mask" => ShapeKind.Mask,
        "skeleton" => ShapeKind.Skeleton,
        _ => null,
    };
}
