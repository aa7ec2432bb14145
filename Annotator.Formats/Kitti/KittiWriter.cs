using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Coco;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.Kitti;

/// <summary>
/// KITTI 1.0: upright boxes as lines; rotated boxes, polygons, ellipses and masks as label images in which each object has a
/// number of its own.
/// </summary>
public sealed class KittiWriter : IDatasetWriter
{
    /// <summary>A pixel's number has a byte each for the class and the object.</summary>
    private const int MostClasses = 255;
    private const int MostObjects = 255;

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        var palette = new ClassPalette(source.Info, ColorList.Plain, report);
        if (palette.Classes.Count - 1 > MostClasses)
        {
            throw new DatasetException("too-many-labels", $"The dataset has {palette.Classes.Count - 1} labels; KITTI's label images can tell {MostClasses}.");
        }

        var frames = new MaskFrames(palette, report, shape => !IsBox(shape));
        var losses = new Losses(report);
        await using (var colors = archive.Create(ColorList.Name))
        {
            await colors.WriteAsync(Encoding.UTF8.GetBytes(ColorList.Text(palette.Classes)), cancel);
        }

        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var subset = item.Subset.Length > 0 ? CocoWriter.FileName(item.Subset) : "default";
            var name = archive.ReserveStem($"{subset}/image_2/", item, report);
            var id = ImageNames.Stem(name);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync($"{subset}/image_2/{name}", item, report, cancel);
            }

            var text = Boxes(item, palette, losses, report);
            var painted = frames.Paint(item);
            if (text.Length > 0)
            {
                await using var boxes = archive.Create($"{subset}/label_2/{id}.txt");
                await boxes.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
            }

            if (painted is not null)
            {
                WriteMasks(archive, subset, id, painted, frames, item, report);
            }

            report.Images++;
        }
    }

    private static bool IsBox(DatasetShape shape) => shape.Kind == ShapeKind.Rectangle && !Losses.IsTurned(shape);

    private static string Boxes(DatasetItem item, ClassPalette palette, Losses losses, DatasetReport report)
    {
        var text = new StringBuilder();
        foreach (var shape in item.Shapes)
        {
            if (!IsBox(shape))
            {
                continue;
            }

            if (palette.NumberOf(shape.Label) is not { } number)
            {
                losses.Label(item, shape.Label);
                continue;
            }

            if (shape.Points.Length != 4)
            {
                report.Loss("shape-invalid", "Shapes with missing or impossible numbers were left out", item.Name);
                continue;
            }

            losses.Attributes(item, shape, "truncated", "occlusion");
            losses.Track(item, shape);
            losses.Group(item, shape);
            losses.Order(item, shape);
            text.Append(KittiRow.Text(shape, palette.Classes[number].Name));
            report.Count("rectangle");
        }

        return text.ToString();
    }

    private static void WriteMasks(ArchiveWriter archive, string subset, string id, PaintedFrame painted, MaskFrames frames, DatasetItem item, DatasetReport report)
    {
        var numbers = new int[painted.Objects.Count + 1];
        var next = new Dictionary<int, int>();
        foreach (var (number, _) in painted.Objects)
        {
            var label = frames.NumberOf(painted, number);
            var instance = next[label] = next.GetValueOrDefault(label) + 1;
            if (instance > MostObjects)
            {
                report.Loss("objects-joined", "Objects of one label on one frame became one mask", item.Name);
            }

            numbers[number] = label << 8 | (instance > MostObjects ? 0 : instance);
        }

        using (var instances = archive.CreateStored($"{subset}/instance/{id}.png"))
        {
            painted.Image.Write(instances, PngForm.Grey16, number => numbers[number]);
        }

        using (var classes = archive.CreateStored($"{subset}/semantic/{id}.png"))
        {
            painted.Image.Write(classes, PngForm.Grey8, number => numbers[number] >> 8);
        }

        using var colors = archive.CreateStored($"{subset}/semantic_rgb/{id}.png");
        painted.Image.Write(colors, PngForm.Rgb8, number => frames.ClassOf(painted, number).Color);
    }
}
