using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cvat;

/// <summary>Reads single shapes of a CVAT file. One that is not valid is left out and reported.</summary>
internal sealed class CvatShapes(SafeXml xml, DatasetLimits limits, DatasetReport report)
{
    private static readonly string[] _corners = ["tl1", "bl1", "tr1", "br1", "tl2", "bl2", "tr2", "br2"];

    /// <summary>Whether shapes are those of tracks, which say which are keyframes.</summary>
    public bool InTrack { get; init; }

    /// <summary>Call it with the reader on a shape's element; null when it is no shape that can be used.</summary>
    public DatasetShape? Read(string place, bool element)
    {
        if (KindOf(xml.Name) is not { } kind || (element && kind == ShapeKind.Skeleton))
        {
            report.Loss("kind-unknown", "Elements of unknown kinds were left out", $"{place}: <{xml.Name}>");
            CvatLabels.Skip(xml);
            return null;
        }

        var points = ReadPoints(kind);
        var shape = new DatasetShape
        {
            Kind = kind,
            Label = xml["label"] ?? "",
            Points = points ?? [],
            Rotation = Turn(Number(xml["rotation"]) ?? 0),
            Occluded = Flag("occluded"),
            Outside = Flag("outside"),
            ZOrder = Whole(xml["z_order"]) ?? 0,
            Group = Whole(xml["group_id"]) ?? 0,
            Source = Source(),
            Keyframe = InTrack && (xml["keyframe"] is null || Flag("keyframe")),
        };
        var (attributes, elements) = ReadChildren(place);
        if (points is null)
        {
            report.Loss("shape-invalid", "Shapes with missing or impossible numbers were left out", $"{place}: {Words.Of(kind)}");
            return null;
        }

        if (kind == ShapeKind.Skeleton && elements.Count == 0 && !InTrack)
        {
            report.Loss("skeleton-empty", "Skeletons without nodes were left out", place);
            return null;
        }

        return shape with
        {
            Attributes = attributes,
            Elements = elements,
            Occluded = kind == ShapeKind.Skeleton ? elements.Count > 0 && elements.TrueForAll(node => node.Occluded) : shape.Occluded,
        };
    }

    public (IReadOnlyDictionary<string, string> Attributes, List<DatasetShape> Elements) ReadChildren(string place)
    {
        Dictionary<string, string>? attributes = null;
        var elements = new List<DatasetShape>();
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            if (xml.Name == "attribute")
            {
                var name = xml["name"] ?? "";
                (attributes ??= new(StringComparer.Ordinal))[name] = xml.ReadText();
            }
            else if (Read(place, element: true) is { } element)
            {
                elements.Add(element);
            }
        }

        return (attributes ?? DatasetShape.NoAttributes, elements);
    }

    /// <summary>Null when a number is missing, is none, or does not fit the others.</summary>
    private double[]? ReadPoints(ShapeKind kind)
    {
        switch (kind)
        {
            case ShapeKind.Rectangle:
                return All(Number(xml["xtl"]), Number(xml["ytl"]), Number(xml["xbr"]), Number(xml["ybr"]));
            case ShapeKind.Ellipse:
                var (x, y, radiusX, radiusY) = (Number(xml["cx"]), Number(xml["cy"]), Number(xml["rx"]), Number(xml["ry"]));
                return All(x, y, x + radiusX, y - radiusY);
            case ShapeKind.Cuboid:
                return All([.. _corners.SelectMany(corner => new[] { Number(xml["x" + corner]), Number(xml["y" + corner]) })]);
            case ShapeKind.Mask:
                return CvatNumbers.Mask(xml["rle"], Whole(xml["left"]), Whole(xml["top"]), Whole(xml["width"]), Whole(xml["height"]), limits);
            case ShapeKind.Skeleton:
                return [];
            default:
                var points = CvatNumbers.Pairs(xml["points"]);
                var least = kind switch { ShapeKind.Polygon => 6, ShapeKind.Polyline => 4, _ => 2 };
                return points?.Length >= least ? points : null;
        }
    }

    public AnnotationSource Source() => Words.ParseSource(xml["source"]) ?? AnnotationSource.Manual;

    public bool Flag(string name) => xml[name] is { } text && (text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase));

    private static ShapeKind? KindOf(string element) => element switch
    {
        "box" => ShapeKind.Rectangle,
        "polygon" => ShapeKind.Polygon,
        "polyline" => ShapeKind.Polyline,
        "points" => ShapeKind.Points,
        "ellipse" => ShapeKind.Ellipse,
        "cuboid" => ShapeKind.Cuboid,
        "mask" => ShapeKind.Mask,
        "skeleton" => ShapeKind.Skeleton,
        _ => null,
    };

    private static double[]? All(params double?[] numbers)
    {
        var result = new double[numbers.Length];
        for (var i = 0; i < result.Length; i++)
        {
            if (numbers[i] is not { } number)
            {
                return null;
            }

            result[i] = number;
        }

        return result;
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    public static int? Whole(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Degrees brought into 0 up to but not including 360.</summary>
    private static double Turn(double degrees)
    {
        var rest = degrees % 360;
        return rest < 0 ? (rest + 360) % 360 : rest;
    }
}
