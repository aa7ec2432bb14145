using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Voc;

/// <summary>What an image's file of annotations says.</summary>
internal sealed class VocDocument
{
    public string FileName { get; set; } = "";
    public int Width { get; set; }
    public int Height { get; set; }
    public List<DatasetShape> Shapes { get; } = [];
}

/// <summary>Reads an image's <c>annotation</c>. Children may stand in any order, and most may be missing.</summary>
/// <param name="isLabel">Whether the dataset has a label; null where any name is one.</param>
internal sealed class VocXml(Func<string, bool>? isLabel, bool oneBased, DatasetReport report)
{
    public const string Root = "annotation";

    /// <summary>Attributes that are none of the user's, but say something of the shape.</summary>
    public static readonly string[] Reserved = ["occluded", "outside", "keyframe", "track_id", "rotation", "source", "is_crowd", "score"];

    /// <summary>Null when the file's root is another.</summary>
    /// <exception cref="DatasetException">The file is no XML.</exception>
    public VocDocument? Read(SafeXml xml)
    {
        while (xml.Read())
        {
            if (xml.IsStart)
            {
                break;
            }
        }

        if (xml.Name != Root)
        {
            return null;
        }

        var document = new VocDocument();
        while (xml.ReadChild(0))
        {
            switch (xml.Name)
            {
                case "filename":
                    document.FileName = xml.ReadText().Trim();
                    break;
                case "size":
                    while (xml.ReadChild(1))
                    {
                        var (name, number) = (xml.Name, Number(xml.ReadText()));
                        if (name is "width" or "height" && number is > 0 and <= int.MaxValue)
                        {
                            (document.Width, document.Height) = name == "width" ? ((int)number, document.Height) : (document.Width, (int)number);
                        }
                    }

                    break;
                case "object":
                    ReadObject(xml, document);
                    break;
                default:
                    break;
            }
        }

        return document;
    }

    private void ReadObject(SafeXml xml, VocDocument document)
    {
        var place = xml.Place;
        var voc = new VocObject();
        while (xml.ReadChild(1))
        {
            switch (xml.Name)
            {
                case "name":
                    voc.Name = xml.ReadText().Trim();
                    break;
                case "bndbox" when voc.Box is null:
                    voc.Box = Box(xml, 2);
                    break;
                case "bndbox":
                    voc.FurtherBoxes.Add(Box(xml, 2));
                    break;
                case "polygon":
                    voc.Outline = Outline(xml);
                    break;
                case "robndbox":
                    (voc.Box, voc.Rotation) = TurnedBox(xml);
                    break;
                case "occluded":
                    voc.Occluded = IsTrue(xml.ReadText());
                    break;
                case "truncated" or "difficult":
                    var name = xml.Name;
                    if (IsTrue(xml.ReadText()))
                    {
                        voc.Attributes[name] = "true";
                    }

                    break;
                case "pose":
                    var pose = xml.ReadText().Trim();
                    if (pose is not ("" or "Unspecified"))
                    {
                        voc.Attributes["pose"] = pose;
                    }

                    break;
                case "actions":
                    while (xml.ReadChild(2))
                    {
                        voc.Attributes[xml.Name] = IsTrue(xml.ReadText()) ? "true" : "false";
                    }

                    break;
                case "attributes":
                    ReadAttributes(xml, voc);
                    break;
                case "part":
                    voc.Parts.Add(Part(xml));
                    break;
                default:
                    break;
            }
        }

        Add(voc, document, place);
    }

    private static void ReadAttributes(SafeXml xml, VocObject voc)
    {
        while (xml.ReadChild(2))
        {
            if (xml.Name != "attribute")
            {
                continue;
            }

            string name = "", value = "";
            while (xml.ReadChild(3))
            {
                if (xml.Name == "name")
                {
                    name = xml.ReadText();
                }
                else if (xml.Name == "value")
                {
                    value = xml.ReadText();
                }
            }

            if (name.Length > 0)
            {
                // A checkbox is written in Python's words.
                voc.Attributes[name] = value is "True" ? "true" : value is "False" ? "false" : value;
            }
        }
    }

    private (string Name, double[]? Box) Part(SafeXml xml)
    {
        (string Name, double[]? Box) part = ("", null);
        while (xml.ReadChild(2))
        {
            if (xml.Name == "name")
            {
                part.Name = xml.ReadText().Trim();
            }
            else if (xml.Name == "bndbox")
            {
                part.Box = Box(xml, 3);
            }
        }

        return part;
    }

    private void Add(VocObject voc, VocDocument document, string place)
    {
        var outline = VocOutline.IsBox(voc.Outline, voc.Box) ? null : voc.Outline;
        if (Shape(voc.Name, voc.Box ?? VocOutline.Around(outline), place) is not { } shape)
        {
            return;
        }

        if (outline is not null)
        {
            report.Note("outline-for-box", "Objects with an outline were read as polygons; their boxes are those around them", place);
            shape = shape with { Kind = ShapeKind.Polygon, Points = outline };
        }

        var attributes = voc.Attributes;
        var track = int.TryParse(attributes.GetValueOrDefault("track_id"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            && attributes.TryGetValue("keyframe", out var keyframe) ? (Id: id, Keyframe: IsTrue(keyframe)) : ((int Id, bool Keyframe)?)null;
        shape = shape with
        {
            Rotation = Degrees(voc.Rotation ?? Number(attributes.GetValueOrDefault("rotation")) ?? 0),
            Occluded = voc.Occluded || IsTrue(attributes.GetValueOrDefault("occluded")),
            Score = Math.Clamp(Number(attributes.GetValueOrDefault("score")) ?? 1, 0, 1),
            TrackId = track?.Id,
            Keyframe = track is { Keyframe: true },
            Group = voc.Parts.Count > 0 ? Group(document) : 0,
        };
        foreach (var name in Reserved)
        {
            attributes.Remove(name);
        }

        shape = attributes.Count > 0 ? shape with { Attributes = attributes } : shape;
        document.Shapes.Add(shape);
        report.Count(Words.Of(shape.Kind));
        foreach (var further in voc.FurtherBoxes)
        {
            if (Shape(voc.Name, further, place) is { } box)
            {
                report.Repair("box-several", "Objects of several boxes became one for each box", place);
                document.Shapes.Add(shape with { Kind = ShapeKind.Rectangle, Points = box.Points });
                report.Count("rectangle");
            }
        }

        foreach (var part in voc.Parts)
        {
            if (Shape(part.Name, part.Box, place) is { } box)
            {
                document.Shapes.Add(box with { Group = shape.Group });
                report.Count("rectangle");
            }
        }
    }

    private DatasetShape? Shape(string label, double[]? box, string place)
    {
        if (label.Length == 0)
        {
            report.Loss("label-missing", "Annotations without a label were left out", place);
            return null;
        }

        if (isLabel is not null && !isLabel(label))
        {
            report.Loss("label-unknown", "Annotations of labels that the file does not list were left out", $"{place}: {label}");
            return null;
        }

        if (box is null)
        {
            report.Loss("shape-invalid", "Shapes with missing or impossible numbers were left out", place);
            return null;
        }

        if (box[2] < box[0] || box[3] < box[1])
        {
            report.Repair("box-reversed", "Boxes whose sides were exchanged were set right", place);
            box = [Math.Min(box[0], box[2]), Math.Min(box[1], box[3]), Math.Max(box[0], box[2]), Math.Max(box[1], box[3])];
        }

        if (box[2] == box[0] || box[3] == box[1])
        {
            report.Loss("box-empty", "Boxes without an area were left out", place);
            return null;
        }

        return new DatasetShape { Kind = ShapeKind.Rectangle, Label = label, Points = box, Source = AnnotationSource.File };
    }

    /// <summary>Null when a number is missing.</summary>
    private double[]? Box(SafeXml xml, int depth)
    {
        double[] box = [double.NaN, double.NaN, double.NaN, double.NaN];
        while (xml.ReadChild(depth))
        {
            var side = xml.Name switch { "xmin" => 0, "ymin" => 1, "xmax" => 2, "ymax" => 3, _ => -1 };
            if (side >= 0)
            {
                box[side] = Number(xml.ReadText()) ?? double.NaN;
            }
        }

        if (double.IsNaN(box[0] + box[1] + box[2] + box[3]))
        {
            return null;
        }

        if (oneBased)
        {
            box[0]--;
            box[1]--;
        }

        return box;
    }

    /// <summary>Corners as <c>x1 y1 x2 y2</c> and so on, in any order; null when they are no three whole points.</summary>
    private double[]? Outline(SafeXml xml)
    {
        var corners = new VocOutline();
        while (xml.ReadChild(2))
        {
            var name = xml.Name;
            corners.Add(name, Number(xml.ReadText()));
        }

        return corners.Points(oneBased ? 1 : 0);
    }

    /// <summary>roLabelImg's turned box: centre, size, and an angle clockwise in radians.</summary>
    private (double[]? Box, double? Rotation) TurnedBox(SafeXml xml)
    {
        double x = double.NaN, y = double.NaN, width = double.NaN, height = double.NaN, angle = double.NaN;
        while (xml.ReadChild(2))
        {
            var name = xml.Name;
            var number = Number(xml.ReadText()) ?? double.NaN;
            switch (name)
            {
                case "cx":
                    x = number;
                    break;
                case "cy":
                    y = number;
                    break;
                case "w":
                    width = number;
                    break;
                case "h":
                    height = number;
                    break;
                case "angle":
                    angle = number;
                    break;
                default:
                    break;
            }
        }

        if (double.IsNaN(x + y + width + height + angle))
        {
            return (null, null);
        }

        var shift = oneBased ? 1 : 0;
        return ([x - width / 2 - shift, y - height / 2 - shift, x + width / 2 - shift, y + height / 2 - shift], angle * 180 / Math.PI);
    }

    private static int Group(VocDocument document)
    {
        var highest = 0;
        foreach (var shape in document.Shapes)
        {
            highest = Math.Max(highest, shape.Group);
        }

        return highest + 1;
    }

    private static double Degrees(double rotation)
    {
        var rest = rotation % 360;
        return rest < 0 ? (rest + 360) % 360 : rest;
    }

    private static double? Number(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static bool IsTrue(string? text) =>
        text is "1" or "True" || (text is { Length: > 0 } && text.Trim() is var word
            && (word == "1" || word.Equals("true", StringComparison.OrdinalIgnoreCase) || word.Equals("yes", StringComparison.OrdinalIgnoreCase)));

    private sealed class VocObject
    {
        public string Name { get; set; } = "";
        public double[]? Box { get; set; }

        /// <summary>Boxes behind the first; null for one that misses a number.</summary>
        public List<double[]?> FurtherBoxes { get; } = [];

        /// <summary>Corners of an outline, flattened; null when there is none.</summary>
        public double[]? Outline { get; set; }
        public double? Rotation { get; set; }
        public bool Occluded { get; set; }
        public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);
        public List<(string Name, double[]? Box)> Parts { get; } = [];
    }
}
