using System.Globalization;
using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.OpenImages;

/// <summary>
/// Open Images V6 1.0: tables of images, boxes, labels and masks for each subset. Boxes stay boxes; whatever else covers
/// pixels becomes a mask, an image of its own.
/// </summary>
public sealed class OpenImagesWriter : IDatasetWriter
{
    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using var files = new SpooledFiles();
        var names = new StemNames(archive, report);
        var rows = new OpenImagesRows(archive, files, source.Info.Labels, report);
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var subset = Subset(item.Subset);
            var name = names.Reserve($"images/{subset}/", item);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync($"images/{subset}/{name}", item, report, cancel);
            }

            rows.Write(item, subset, StemNames.Stem(name));
            report.Images++;
        }

        var descriptions = files["annotations/class-descriptions.csv"];
        foreach (var label in source.Info.Labels.Select(label => CsvLine.Field(label.Name)))
        {
            await descriptions.WriteAsync($"{label},{label}\n");
        }

        await files["annotations/bbox_labels_600_hierarchy.json"].WriteAsync("{\"LabelName\": \"/m/0\", \"Subcategory\": []}\n");
        await files.WriteAsync(archive, cancel);
    }

    /// <summary>The subset ends at the first dash of a table's name.</summary>
    private static string Subset(string subset)
    {
        var plain = new StringBuilder(subset.Length);
        foreach (var letter in subset)
        {
            plain.Append(char.IsLetterOrDigit(letter) ? letter : '_');
        }

        return plain.Length > 0 ? plain.ToString() : "default";
    }
}

/// <summary>Writes each frame's lines.</summary>
internal sealed class OpenImagesRows(ArchiveWriter archive, SpooledFiles files, IReadOnlyList<DatasetLabel> labels, DatasetReport report)
{
    private const string Boxes = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside\n";
    private const string Tags = "ImageID,Source,LabelName,Confidence\n";
    private const string Masks = "MaskPath,ImageID,LabelName,BoxID,BoxXMin,BoxXMax,BoxYMin,BoxYMax,PredictedIoU,Clicks\n";
    private const string Images = "ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title,OriginalSize,OriginalMD5,Thumbnail300KURL,Rotation\n";

    private static readonly string[] _held = [.. OpenImagesFlags.All.Select(flag => flag.Attribute)];

    private readonly HashSet<string> _labels = [.. labels.Select(label => label.Name)];
    private readonly Losses _losses = new(report);
    private int _masks;

    public void Write(DatasetItem item, string subset, string name)
    {
        var image = CsvLine.Field(name);
        files[$"annotations/{subset}-images-with-rotation.csv", Images].Write($"{image},{subset},,,,,,,,,,\n");
        if (item.Width > 0 && item.Height > 0)
        {
            var quoted = name.Any(char.IsWhiteSpace) ? $"\"{name}\"" : name;
            files["annotations/images.meta", "# <image name> <height> <width>\n"].Write(string.Create(CultureInfo.InvariantCulture, $"{quoted} {item.Height} {item.Width}\n"));
        }

        WriteTags(item, subset, image);
        if (item.Shapes.Count > 0 && (item.Width <= 0 || item.Height <= 0))
        {
            report.Loss("size-unknown", "Images whose size is not known cannot have boxes or masks", item.Name, item.Shapes.Count);
            return;
        }

        foreach (var shape in item.Shapes)
        {
            WriteShape(item, shape, subset, name);
        }
    }

    private void WriteTags(DatasetItem item, string subset, string image)
    {
        _losses.TagAttributes(item);
        foreach (var tag in item.Tags)
        {
            if (!_labels.Contains(tag.Label))
            {
                _losses.Label(item, tag.Label);
                continue;
            }

            files[$"annotations/{subset}-annotations-human-imagelabels.csv", Tags].Write($"{image},,{CsvLine.Field(tag.Label)},1\n");
            report.Count("tag");
        }
    }

    private void WriteShape(DatasetItem item, DatasetShape shape, string subset, string name)
    {
        if (shape.Kind is not (ShapeKind.Rectangle or ShapeKind.Polygon or ShapeKind.Ellipse or ShapeKind.Mask))
        {
            _losses.Kind(item, shape);
            return;
        }

        if (!_labels.Contains(shape.Label))
        {
            _losses.Label(item, shape.Label);
            return;
        }

        _losses.Track(item, shape);
        _losses.Order(item, shape);
        if (shape.Kind != ShapeKind.Rectangle || Losses.IsTurned(shape))
        {
            WriteMask(item, shape, subset, name);
            return;
        }

        _losses.Attributes(item, shape, _held);
        Grouped(item, shape, ShapeKind.Mask);
        var row = new StringBuilder();
        row.Append(CultureInfo.InvariantCulture, $"{CsvLine.Field(name)},,{CsvLine.Field(shape.Label)},{shape.Score},{Sides(shape, item)},{(shape.Occluded ? 1 : 0)}");
        foreach (var (_, attribute) in OpenImagesFlags.All)
        {
            row.Append(CultureInfo.InvariantCulture, $",{Flag(shape, attribute)}");
        }

        files[$"annotations/{subset}-annotations-bbox.csv", Boxes].Write(row.Append('\n').ToString());
        report.Count("rectangle");
    }

    private void WriteMask(DatasetItem item, DatasetShape shape, string subset, string name)
    {
        var pixels = ShapeMasks.Of(shape, item.Width, item.Height);
        if (pixels.Length == 0)
        {
            report.Loss("mask-empty", "Masks without a pixel inside of the image were left out", Losses.Place(item, shape));
            return;
        }

        if (shape.Kind != ShapeKind.Mask)
        {
            report.Repair("shape-as-mask", "Polygons, ellipses and rotated boxes were written as masks", Losses.Place(item, shape));
        }

        _losses.Attributes(item, shape, OpenImagesFlags.PredictedIou);
        _losses.Occluded(item, shape);
        var id = _masks++.ToString("x8", CultureInfo.InvariantCulture);
        var path = $"{Plain(name)}_{Plain(shape.Label)}_{id}.png";
        using (var png = archive.CreateStored($"masks/{subset}/{path}"))
        {
            MaskPng.Write(png, pixels, item.Width, item.Height);
        }

        var box = Grouped(item, shape, ShapeKind.Rectangle) is { } partner ? Sides(partner, item) : ",,,";
        files[$"annotations/{subset}-annotations-object-segmentation.csv", Masks]
            .Write($"{path},{CsvLine.Field(name)},{CsvLine.Field(shape.Label)},{id},{box},{CsvLine.Field(shape.Attributes.GetValueOrDefault(OpenImagesFlags.PredictedIou) ?? "")},\n");
        report.Count("mask");
    }

    /// <summary>The box of a mask, or the mask of a box: the only two of a group that belong together here.</summary>
    private DatasetShape? Grouped(DatasetItem item, DatasetShape shape, ShapeKind kind)
    {
        if (shape.Group == 0)
        {
            return null;
        }

        foreach (var other in item.Shapes)
        {
            var box = other.Kind == ShapeKind.Rectangle && !Losses.IsTurned(other);
            if (other.Group == shape.Group && other.Label == shape.Label && other != shape && box == (kind == ShapeKind.Rectangle))
            {
                return other;
            }
        }

        _losses.Group(item, shape);
        return null;
    }

    private static string Sides(DatasetShape box, DatasetItem item) => string.Create(
        CultureInfo.InvariantCulture,
        $"{box.Points[0] / item.Width},{box.Points[2] / item.Width},{box.Points[1] / item.Height},{box.Points[3] / item.Height}");

    private static int Flag(DatasetShape shape, string attribute) => shape.Attributes.GetValueOrDefault(attribute)?.ToLowerInvariant() switch
    {
        "true" or "1" => 1,
        "false" or "0" => 0,
        _ => -1,
    };

    /// <summary>Part of the name of a mask's file: plain letters.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            plain.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '_');
        }

        return plain.ToString(0, Math.Min(plain.Length, 100)).TrimStart('.');
    }
}
