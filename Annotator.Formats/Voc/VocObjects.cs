using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.Voc;

/// <summary>Writes the boxes of a frame, and reports what of its shapes cannot be held.</summary>
internal sealed class VocObjects(VocLabels labels, DatasetWriteOptions options, DatasetReport report)
{
    private readonly VocText _text = new(report);
    private readonly Losses _losses = new(report);
    private readonly HashSet<string> _reserved = new(VocXml.Reserved, StringComparer.Ordinal);

    /// <summary>The text stays as it is until the next frame's.</summary>
    public ReadOnlyMemory<byte> Text(DatasetItem item, string name, bool segmented)
    {
        _text.Start(name, item, segmented);
        foreach (var shape in item.Shapes)
        {
            var number = labels.NumberOf(shape.Label);
            if (number < 0)
            {
                _losses.Label(item, shape.Label);
                continue;
            }

            switch (shape.Kind)
            {
                case ShapeKind.Rectangle when shape.Points.Length == 4:
                    Lost(shape, item, isMask: false);
                    Write(shape, labels.Names[number], item);
                    report.Count("rectangle");
                    break;
                case ShapeKind.Rectangle:
                    report.Loss("shape-invalid", "Shapes with missing or impossible numbers were left out", item.Name);
                    break;
                case ShapeKind.Mask or ShapeKind.Ellipse when number == 0:
                    report.Loss("background-not-held", "Masks of the label background cannot be told from no mask", item.Name);
                    break;
                case ShapeKind.Mask or ShapeKind.Ellipse:
                    Lost(shape, item, isMask: true);
                    break;
                default:
                    report.Loss("kind-not-held", "PASCAL VOC 1.1 holds boxes, masks and tags only; Segmentation mask 1.1 holds polygons, as masks", $"{item.Name}: {Words.Of(shape.Kind)}");
                    break;
            }
        }

        _text.End();
        return _text.Written;
    }

    private void Write(DatasetShape shape, string label, DatasetItem item)
    {
        _text.StartObject(label, shape, options.OneBased);
        foreach (var (name, value) in shape.Attributes)
        {
            if (_reserved.Contains(name))
            {
                report.Loss("attribute-reserved", "PASCAL VOC files use this attribute's name for something else", $"{item.Name}: {name}");
                continue;
            }

            _text.Attribute(name, labels.IsCheckbox(shape.Label, name) ? value switch { "true" => "True", "false" => "False", _ => value } : value);
        }

        _text.Attribute("rotation", shape.Rotation);
        if (shape.Rotation != 0)
        {
            report.Repair("rotation-as-attribute", "Rotated rectangles keep their unrotated box; the angle is the attribute rotation", item.Name);
        }

        if (shape.Score < 1)
        {
            _text.Attribute("score", shape.Score);
        }

        if (shape.TrackId is { } track)
        {
            _text.Attribute("track_id", track.ToString(CultureInfo.InvariantCulture));
            _text.Attribute("keyframe", shape.Keyframe ? "True" : "False");
        }

        _text.EndObject();
    }

    private void Lost(DatasetShape shape, DatasetItem item, bool isMask)
    {
        if (!isMask)
        {
            _losses.Group(item, shape);
            _losses.Order(item, shape);
            return;
        }

        _losses.Attributes(item, shape);
        _losses.Occluded(item, shape);
        _losses.Track(item, shape);
    }
}
