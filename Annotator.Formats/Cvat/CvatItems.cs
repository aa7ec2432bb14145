using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cvat;

/// <summary>Reads frames one by one. A shape that is not valid is left out and reported; the rest of the file goes on.</summary>
internal sealed class CvatItems(SafeXml xml, DatasetLimits limits, DatasetReport report)
{
    private static readonly string[] _corners = ["tl1", "bl1", "tr1", "br1", "tl2", "bl2", "tr2", "br2"];

    private bool _started;

    /// <summary>The next frame, or null at the end of the file.</summary>
    public DatasetItem? Next()
    {
        if (!_started)
        {
            _started = true;
            while (!xml.IsStart && xml.Read())
            {
                // To the root.
            }
        }

        while (xml.ReadChild(0))
        {
            switch (xml.Name)
            {
                case "image":
                    return ReadImage();
                case "track":
                    report.Loss("track-not-read", "Tracks of the video form are not read", xml.Place);
                    CvatLabels.Skip(xml);
                    break;
                default:
                    CvatLabels.Skip(xml);
                    break;
            }
        }

        return null;
    }

    private DatasetItem ReadImage()
    {
        var item = new DatasetItem
        {
            Name = xml["name"] ?? "",
            Frame = Whole(xml["id"]),
            Subset = xml["subset"] is { } subset && subset != "default" ? subset : "",
            TaskId = Whole(xml["task_id"]),
            Width = Whole(xml["width"]) ?? 0,
            Height = Whole(xml["height"]) ?? 0,
        };
        var tags = new List<DatasetTag>();
        var shapes = new List<DatasetShape>();
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            var place = $"{xml.Place} ({item.Name})";
            if (xml.Name == "tag")
            {
                var tag = new DatasetTag { Label = xml["label"] ?? "", Group = Whole(xml["group_id"]) ?? 0, Source = Source() };
                tags.Add(tag with { Attributes = ReadChildren(place).Attributes });
                report.Count("tag");
            }
            else if (ReadShape(place, element: false) is { } shape)
            {
                shapes.Add(shape);
                report.Count(Words.Of(shape.Kind));
            }
        }

        report.Images++;
        return item with { Tags = tags, Shapes = shapes };
    }

    private DatasetShape? ReadShape(string place, bool element)
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
        };
        var (attributes, elements) = ReadChildren(place);
        if (points is null)
        {
            report.Loss("shape-invalid", "Shapes with missing or impossible numbers were left out", $"{place}: {Words.Of(kind)}");
            return null;
        }

        if (kind == ShapeKind.Skeleton && elements.Count == 0)
        {
            report.Loss("skeleton-empty", "Skeletons without nodes were left out", place);
            return null;
        }

        return shape with
        {
            Attributes = attributes,
            Elements = elements,
            Occluded = kind == ShapeKind.Skeleton ? elements.TrueForAll(node => node.Occluded) : shape.Occluded,
        };
    }

    private (IReadOnlyDictionary<string, string> Attributes, List<DatasetShape> Elements) ReadChildren(string place)
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
            else if (ReadShape(place, element: true) is { } element)
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

    private AnnotationSource Source() => Words.ParseSource(xml["source"]) ?? AnnotationSource.Manual;

    private bool Flag(string name) => xml[name] is { } text && (text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase));

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

    private static int? Whole(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Degrees brought into 0 up to but not including 360.</summary>
    private static double Turn(double degrees)
    {
        var rest = degrees % 360;
        return rest < 0 ? (rest + 360) % 360 : rest;
    }
}
