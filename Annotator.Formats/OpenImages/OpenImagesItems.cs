using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.OpenImages;

/// <summary>Makes frames of the lines of each image.</summary>
internal sealed class OpenImagesItems(
    DatasetArchive archive, List<OpenImagesFile> files, OpenImagesLabels labels, Dictionary<string, (int Width, int Height)> sizes, DatasetReport report)
{
    private const double SameBox = 1e-4;

    /// <summary>Sides so far outside of the image are no places.</summary>
    private const double MostFraction = 1e6;

    private readonly ArchiveImages _images = new(archive);

    public DatasetItem Read(string subset, string name, List<SpooledRow> rows)
    {
        var size = sizes.GetValueOrDefault(name);
        var item = _images.AttachStem(new DatasetItem { Name = name, Subset = subset, Width = size.Width, Height = size.Height });
        var tags = new List<DatasetTag>();
        var objects = new List<Found>();
        foreach (var row in rows)
        {
            var file = files[row.Kind];
            var place = string.Create(CultureInfo.InvariantCulture, $"{file.Entry.Path} line {row.Number}");
            var fields = file.Split(row.Text);
            var label = fields.Text(OpenImagesFile.LabelName);
            if (label.Length == 0)
            {
                report.Loss("row-invalid", "Lines that are not of the format were left out", $"{place}: no label");
                continue;
            }

            switch (file.Table)
            {
                case OpenImagesTable.Labels:
                    AddTag(tags, labels.Shown(label), fields.Number(OpenImagesFile.Confidence) ?? 1, place);
                    break;
                case OpenImagesTable.Boxes:
                    AddBox(objects, labels.Shown(label), fields, place);
                    break;
                default:
                    AddMask(objects, subset, labels.Shown(label), fields, place);
                    break;
            }
        }

        report.Images++;
        item = item with { Tags = tags };
        Group(objects);
        if (item.Width > 0 && item.Height > 0)
        {
            return item with { Shapes = Shapes(objects, item.Width, item.Height) };
        }

        return objects.Count == 0 ? item : item with { AtSize = (width, height) => item with { Width = width, Height = height, Shapes = Shapes(objects, width, height) } };
    }

    private void AddTag(List<DatasetTag> tags, string label, double confidence, string place)
    {
        if (confidence <= 0)
        {
            report.Note("label-absent", "Labels that were verified to be absent were left out", $"{place}: {label}");
            return;
        }

        tags.Add(new DatasetTag { Label = label });
        report.Count("tag");
    }

    private void AddBox(List<Found> objects, string label, OpenImagesFile.OpenImagesLine fields, string place)
    {
        if (Box(fields, "") is not { } box)
        {
            report.Loss("box-invalid", "Boxes without size, or with sides that are no numbers, were left out", place);
            return;
        }

        var attributes = new Dictionary<string, string>();
        foreach (var (column, name) in OpenImagesFlags.All)
        {
            if (fields.Number(column) is 0 or 1)
            {
                attributes[name] = fields.Number(column) == 1 ? "true" : "false";
            }
        }

        objects.Add(new Found(label, box)
        {
            Occluded = fields.Number(OpenImagesFlags.Occluded) == 1,
            Score = Math.Clamp(fields.Number(OpenImagesFile.Confidence) ?? 1, 0, 1),
            Attributes = attributes.Count > 0 ? attributes : DatasetShape.NoAttributes,
        });
        report.Count("rectangle");
    }

    private void AddMask(List<Found> objects, string subset, string label, OpenImagesFile.OpenImagesLine fields, string place)
    {
        var path = fields.Text(OpenImagesFile.MaskPath).Replace('\\', '/');
        var mask = EntryNames.IsPlain(path) ? _images.FindFile(path, subset) : null;
        if (mask is null)
        {
            report.Loss("mask-missing", "Masks whose image is not in the archive were left out", $"{place}: {path}");
            return;
        }

        var iou = fields.Text(OpenImagesFile.PredictedIou);
        objects.Add(new Found(label, Box(fields, "Box"))
        {
            Mask = mask,
            Attributes = iou.Length > 0 ? new Dictionary<string, string> { [OpenImagesFlags.PredictedIou] = iou } : DatasetShape.NoAttributes,
        });
        report.Count("mask");
    }

    private static double[]? Box(OpenImagesFile.OpenImagesLine fields, string prefix) =>
        fields.Number(prefix + "XMin") is { } left && fields.Number(prefix + "YMin") is { } top
        && fields.Number(prefix + "XMax") is { } right && fields.Number(prefix + "YMax") is { } bottom && right > left && bottom > top
        && Math.Max(Math.Abs(left), Math.Abs(top)) < MostFraction && Math.Max(Math.Abs(right), Math.Abs(bottom)) < MostFraction
            ? [left, top, right, bottom]
            : null;

    /// <summary>A mask names its box by the box's sides.</summary>
    private static void Group(List<Found> objects)
    {
        var groups = 0;
        foreach (var mask in objects)
        {
            if (mask is { Mask: not null, Box: { } sides })
            {
                var box = objects.Find(other => other.Mask is null && other.Group == 0 && other.Label == mask.Label && Same(other.Box!, sides));
                if (box is not null)
                {
                    box.Group = mask.Group = ++groups;
                }
            }
        }

        static bool Same(double[] one, double[] other)
        {
            for (var i = 0; i < one.Length; i++)
            {
                if (Math.Abs(one[i] - other[i]) > SameBox)
                {
                    return false;
                }
            }

            return true;
        }
    }

    private List<DatasetShape> Shapes(List<Found> objects, int width, int height)
    {
        var shapes = new List<DatasetShape>(objects.Count);
        foreach (var found in objects)
        {
            var points = found.Mask is { } mask ? Pixels(mask, width, height)
                : [found.Box![0] * width, found.Box[1] * height, found.Box[2] * width, found.Box[3] * height];
            if (points.Length > 0)
            {
                shapes.Add(new DatasetShape
                {
                    Kind = found.Mask is null ? ShapeKind.Rectangle : ShapeKind.Mask,
                    Label = found.Label,
                    Points = points,
                    Occluded = found.Occluded,
                    Group = found.Group,
                    Score = found.Score,
                    Attributes = found.Attributes,
                });
            }
        }

        return shapes;
    }

    private double[] Pixels(DatasetArchiveEntry mask, int width, int height)
    {
        try
        {
            using var content = archive.Open(mask);
            var points = MaskPng.Read(content, mask.Path, archive.Limits, width, height);
            if (points.Length == 0)
            {
                report.Loss("mask-empty", "Masks without a pixel were left out", mask.Path);
            }

            return points;
        }
        catch (DatasetException error)
        {
            report.Loss("mask-invalid", "Masks that could not be read were left out", error.Message);
            return [];
        }
    }

    /// <summary>A box, or a mask with the box it says it belongs to; in fractions of the image's size.</summary>
    private sealed class Found(string label, double[]? box)
    {
        public string Label => label;
        public double[]? Box => box;
        public DatasetArchiveEntry? Mask { get; init; }
        public bool Occluded { get; init; }
        public double Score { get; init; } = 1;
        public int Group { get; set; }
        public IReadOnlyDictionary<string, string> Attributes { get; init; } = DatasetShape.NoAttributes;
    }
}

/// <summary>Columns of properties and the attributes they are.</summary>
internal static class OpenImagesFlags
{
    public const string Occluded = "IsOccluded";
    public const string PredictedIou = "predicted_iou";

    public static (string Column, string Attribute)[] All { get; } =
        [("IsTruncated", "truncated"), ("IsGroupOf", "is_group_of"), ("IsDepiction", "is_depiction"), ("IsInside", "is_inside")];
}
