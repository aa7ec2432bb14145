using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Coco;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.Voc;

/// <summary>
/// PASCAL VOC 1.1: boxes as XML, masks and ellipses as label images, tags as lists. Other kinds go to the report.
/// </summary>
public sealed class VocWriter : IDatasetWriter
{
    private const string ImageFolder = "JPEGImages/";

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using var lists = new SpooledFiles();
        await using var tags = new VocTagLists();
        var labels = new VocLabels(source.Info, report);
        var losses = new Losses(report);
        var objects = new VocObjects(labels, options, report);
        var painter = new ShapePainter(shape => shape.Kind is ShapeKind.Mask or ShapeKind.Ellipse && labels.NumberOf(shape.Label) > 0, DatasetLimits.Default, report);
        await using (var map = archive.Create(VocLayout.LabelMapName))
        {
            await map.WriteAsync(Encoding.UTF8.GetBytes(labels.Text()), cancel);
        }

        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var name = archive.ReserveStem(ImageFolder, item, report);
            var id = ImageNames.Stem(name);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync(ImageFolder + name, item, report, cancel);
            }

            var painted = painter.Paint(item);
            await using (var xml = archive.Create($"Annotations/{id}.xml"))
            {
                await xml.WriteAsync(objects.Text(item, name, painted is not null), cancel);
            }

            if (painted is not null)
            {
                WriteMasks(archive, id, painted, number => ClassColors.ObjectColor(labels.NumberOf(painted.Objects[number - 1].First.Label)));
            }

            losses.TagAttributes(item);
            AddToLists(lists, tags, item, id, painted is not null, labels, report);
            report.Images++;
        }

        await lists.WriteAsync(archive, cancel);
        await tags.WriteToAsync(archive, labels, cancel);
    }

    /// <summary>A label image of the classes and one of the objects.</summary>
    internal static void WriteMasks(ArchiveWriter archive, string id, PaintedFrame painted, Func<int, int> colorOf)
    {
        using (var classes = archive.CreateStored($"SegmentationClass/{id}.png"))
        {
            painted.Image.Write(classes, PngForm.Rgb8, number => number == 0 ? 0 : colorOf(number));
        }

        using var objects = archive.CreateStored($"SegmentationObject/{id}.png");
        painted.Image.Write(objects, PngForm.Rgb8, ClassColors.ObjectColor);
    }

    private static void AddToLists(SpooledFiles lists, VocTagLists tags, DatasetItem item, string id, bool masked, VocLabels labels, DatasetReport report)
    {
        var subset = item.Subset.Length > 0 ? CocoWriter.FileName(item.Subset) : "default";
        lists[$"ImageSets/Main/{subset}.txt"].Write(id + "\n");
        var bare = item.Shapes.Count == 0 && item.Tags.Count == 0;
        if (masked || bare)
        {
            lists[$"ImageSets/Segmentation/{subset}.txt"].Write(id + "\n");
        }

        if (bare)
        {
            lists[$"ImageSets/Layout/{subset}.txt"].Write(id + "\n");
            lists[$"ImageSets/Action/{subset}.txt"].Write(id + "\n");
        }

        var numbers = new SortedSet<int>();
        foreach (var tag in item.Tags)
        {
            var number = labels.NumberOf(tag.Label);
            if (number < 0)
            {
                report.Loss("label-unknown", "Tags of labels that the dataset does not have were left out", $"{item.Name}: {tag.Label}");
                continue;
            }

            if (!numbers.Add(number))
            {
                report.Repair("tag-twice", "Tags that a frame has twice were written once", $"{item.Name}: {tag.Label}");
                continue;
            }

            report.Count("tag");
        }

        if (numbers.Count > 0)
        {
            tags.Add(subset, id, numbers);
        }
    }
}
