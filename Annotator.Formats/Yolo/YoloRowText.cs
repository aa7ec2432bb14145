using System.Globalization;
using System.Text;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Yolo;

/// <summary>Writes an image's objects as rows of six decimals.</summary>
internal sealed class YoloRowText(YoloKind kind, IReadOnlyList<DatasetLabel> labels, DatasetReport report)
{
    private const double RotationTolerance = 1e-5;

    /// <summary>How far outside of the image trainers accept a corner.</summary>
    private const double CornerTolerance = 0.0099;

    private readonly Dictionary<string, int> _classes = YoloPoseText.Classes(kind, labels).Select((label, index) => (label.Name, index))
        .GroupBy(pair => pair.Name).ToDictionary(group => group.Key, group => group.First().index);

    private readonly YoloPoseText _pose = new(labels);

    public string Of(DatasetItem item)
    {
        if (item.Tags.Count > 0)
        {
            report.Loss("tag-not-held", "The format has no tags", item.Name, item.Tags.Count);
        }

        if (item.Shapes.Count > 0 && (item.Width <= 0 || item.Height <= 0))
        {
            report.Loss("size-unknown", "Images whose size is not known cannot have rows", item.Name, item.Shapes.Count);
            return "";
        }

        var text = new StringBuilder();
        foreach (var shape in item.Shapes)
        {
            if (Numbers(item, shape) is { } numbers)
            {
                text.Append(CultureInfo.InvariantCulture, $"{_classes[shape.Label]}");
                for (var i = 0; i < numbers.Length; i++)
                {
                    text.Append(' ').Append(numbers[i].ToString(kind == YoloKind.Pose && YoloPoseText.IsWhole(i) ? "F0" : "F6", CultureInfo.InvariantCulture));
                }

                text.Append('\n');
                report.Count(Words.Of(shape.Kind));
            }
        }

        return text.ToString();
    }

    private double[]? Numbers(DatasetItem item, DatasetShape shape)
    {
        var place = $"{item.Name}: {Words.Of(shape.Kind)} {shape.Label}";
        if (!_classes.ContainsKey(shape.Label))
        {
            report.Loss("label-unknown", "Objects of labels that the dataset does not have were left out", place);
            return null;
        }

        if (shape.Kind != Held)
        {
            report.Loss("kind-not-held", "The format cannot hold this kind of shape", place);
            return null;
        }

        Simplified(shape, place);
        return kind switch
        {
            YoloKind.Segmentation => Corners(item, shape.Points, 0, place),
            YoloKind.Pose => Skeleton(item, shape, place),
            YoloKind.OrientedBoxes => Corners(item, Outlines.RectangleCorners(shape.Points, shape.Rotation), CornerTolerance, place),
            _ => Box(item, shape, place),
        };
    }

    private ShapeKind Held => kind switch
    {
        YoloKind.Segmentation => ShapeKind.Polygon,
        YoloKind.Pose => ShapeKind.Skeleton,
        _ => ShapeKind.Rectangle,
    };

    private double[]? Skeleton(DatasetItem item, DatasetShape shape, string place)
    {
        if (_pose.Numbers(item, shape, out var clipped) is not { } numbers)
        {
            report.Loss("skeleton-empty", "Skeletons without a visible node were left out", place);
            return null;
        }

        if (clipped)
        {
            report.Repair("clipped", "Objects that reach over the image's edge were cut there", place);
        }

        return numbers;
    }

    private void Simplified(DatasetShape shape, string place)
    {
        if (shape.TrackId is not null)
        {
            report.Loss("track-flattened", "The format has no tracks: each visible frame of a track became a shape of its own", place);
        }

        if (shape.Attributes.Count > 0)
        {
            report.Loss("attributes-not-held", "The format has no attributes", place);
        }
    }

    private double[]? Box(DatasetItem item, DatasetShape shape, string place)
    {
        if (Math.Min(shape.Rotation, 360 - shape.Rotation) > RotationTolerance)
        {
            report.Loss("rotation-not-held", "Rotated boxes cannot be held and were left out", place);
            return null;
        }

        double left = shape.Points[0] / item.Width, top = shape.Points[1] / item.Height;
        double right = shape.Points[2] / item.Width, bottom = shape.Points[3] / item.Height;
        if (kind == YoloKind.Detection)
        {
            var corners = Clipped([left, top, right, bottom], 0, place);
            (left, top, right, bottom) = (corners[0], corners[1], corners[2], corners[3]);
        }

        if (right - left < 1e-6 || bottom - top < 1e-6)
        {
            report.Loss("outside-image", "Objects without any part in the image were left out", place);
            return null;
        }

        return [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top];
    }

    private double[]? Corners(DatasetItem item, double[] points, double tolerance, string place)
    {
        var box = Outlines.BoxAround(points);
        if (box.Right <= 0 || box.Bottom <= 0 || box.Left >= item.Width || box.Top >= item.Height)
        {
            report.Loss("outside-image", "Objects without any part in the image were left out", place);
            return null;
        }

        return Clipped([.. points.Select((number, i) => number / (i % 2 == 0 ? item.Width : item.Height))], tolerance, place);
    }

    /// <summary>Trainers leave out a whole image for one number outside of it.</summary>
    private double[] Clipped(double[] numbers, double tolerance, string place)
    {
        var clipped = false;
        for (var i = 0; i < numbers.Length; i++)
        {
            var inside = Math.Clamp(numbers[i], -tolerance, 1 + tolerance);
            clipped |= inside != numbers[i];
            numbers[i] = inside;
        }

        if (clipped)
        {
            report.Repair("clipped", "Objects that reach over the image's edge were cut there", place);
        }

        return numbers;
    }
}
