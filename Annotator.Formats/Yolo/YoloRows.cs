using System.Globalization;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Yolo;

/// <summary>Reads rows of a label file: numbers in fractions of the image's size.</summary>
internal sealed class YoloRows(YoloKind kind, IReadOnlyList<string> names, YoloSkeletons skeletons, DatasetReport report)
{
    private const double MostFraction = 2;
    private const int BoxFields = 5;
    private const int CornerFields = 9;

    /// <summary>A row that is good, still in fractions; null when it is blank or was reported.</summary>
    public YoloRow? Read(string line, string place)
    {
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 0)
        {
            return null;
        }

        var numbers = new double[fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            if (!double.TryParse(fields[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                return Bad(place, $"\"{(fields[i].Length > 40 ? fields[i][..40] : fields[i])}\" is no number");
            }
        }

        if (!Fits(numbers.Length))
        {
            return Bad(place, $"{numbers.Length} numbers");
        }

        if (numbers[0] < 0 || numbers[0] != Math.Truncate(numbers[0]) || (names.Count > 0 ? numbers[0] >= names.Count : numbers[0] > int.MaxValue))
        {
            report.Loss("class-unknown", "Rows of classes that the names do not have were left out", $"{place}: class {numbers[0]} of {names.Count}");
            return null;
        }

        var label = names.Count > 0 ? names[(int)numbers[0]] : ((int)numbers[0]).ToString(CultureInfo.InvariantCulture);
        var row = IsBox(numbers.Length) ? Box(label, numbers) : new YoloRow(label, numbers[1..], IsBox: false);
        if (row.Numbers.Any(number => Math.Abs(number) > MostFraction))
        {
            report.Note("not-fractions", "Numbers over 2: they may be pixels and not fractions of the image's size", place);
        }

        if (kind == YoloKind.Pose)
        {
            var step = skeletons.NumbersOfNode(numbers.Length - BoxFields);
            return row with { Numbers = numbers[1..], NodeNumbers = step, Nodes = skeletons.NodesOf((int)numbers[0], (numbers.Length - BoxFields) / step) };
        }

        if (row.IsBox && (row.Numbers[2] <= 0 || row.Numbers[3] <= 0))
        {
            return Bad(place, "a box without width or height");
        }

        return row;
    }

    private bool Fits(int fields) => kind switch
    {
        YoloKind.Darknet or YoloKind.Detection => fields is BoxFields or BoxFields + 1,
        YoloKind.OrientedBoxes => fields is BoxFields or CornerFields,
        YoloKind.Pose => fields > BoxFields && skeletons.NumbersOfNode(fields - BoxFields) > 0,
        _ => fields == BoxFields || (fields >= 7 && fields % 2 == 1),
    };

    private bool IsBox(int fields) => kind is YoloKind.Darknet or YoloKind.Detection || fields == BoxFields;

    private YoloRow Box(string label, double[] numbers)
    {
        var row = new YoloRow(label, numbers[1..BoxFields], IsBox: true);
        if (numbers.Length == BoxFields)
        {
            return row;
        }

        var last = numbers[BoxFields];
        return kind == YoloKind.Detection && last == Math.Truncate(last) && last is >= 0 and <= int.MaxValue
            ? row with { TrackId = (int)last }
            : row with { Score = Math.Clamp(last, 0, 1) };
    }

    private YoloRow? Bad(string place, string what)
    {
        report.Loss("row-invalid", "Rows that are not of the format were left out", $"{place}: {what}");
        return null;
    }
}

/// <summary>One object, in fractions of the image's size: centre and size of a box, or corners, or a box and nodes.</summary>
internal sealed record YoloRow(string Label, double[] Numbers, bool IsBox)
{
    public double Score { get; init; } = 1;
    public int? TrackId { get; init; }

    /// <summary>Names of the skeleton's nodes, whose numbers follow those of the box.</summary>
    public IReadOnlyList<string>? Nodes { get; init; }

    /// <summary>Numbers of a node: 2 or 3.</summary>
    public int NodeNumbers { get; init; }

    /// <param name="oriented">Corners are those of a turned box, not of a polygon.</param>
    public DatasetShape At(int width, int height, bool oriented)
    {
        if (Nodes is not null)
        {
            return Skeleton(Nodes, width, height);
        }

        var shape = new DatasetShape { Kind = ShapeKind.Rectangle, Label = Label, Score = Score, TrackId = TrackId, Keyframe = TrackId is not null };
        if (IsBox)
        {
            var (x, y, w, h) = (Numbers[0] * width, Numbers[1] * height, Numbers[2] * width, Numbers[3] * height);
            return shape with { Points = [x - w / 2, y - h / 2, x + w / 2, y + h / 2] };
        }

        double[] points = [.. Numbers.Select((number, i) => number * (i % 2 == 0 ? width : height))];
        if (!oriented)
        {
            return shape with { Kind = ShapeKind.Polygon, Points = points };
        }

        var (box, rotation) = TurnedBox.Around(points);
        return shape with { Points = box, Rotation = rotation };
    }

    private DatasetShape Skeleton(IReadOnlyList<string> nodes, int width, int height)
    {
        const int BoxNumbers = 4;
        var elements = new List<DatasetShape>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            var at = BoxNumbers + i * NodeNumbers;
            var (x, y) = (Numbers[at], Numbers[at + 1]);
            // Without a third number, places outside of the image say that a node cannot be seen.
            var seen = NodeNumbers > 2 ? Numbers[at + 2] : x < 0 || y < 0 ? 0 : 2;
            elements.Add(new DatasetShape { Kind = ShapeKind.Points, Label = nodes[i], Points = [x * width, y * height], Outside = seen == 0, Occluded = seen == 1 });
        }

        return new DatasetShape { Kind = ShapeKind.Skeleton, Label = Label, Elements = elements };
    }
}
