using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Coco;
using Annotator.Formats.LabelImages;

namespace Annotator.Formats.Voc;

/// <summary>
/// Segmentation mask 1.1: everything that covers pixels, painted over each other in the labels' own colours, and once more in
/// a colour for each object.
/// </summary>
public sealed class SegmentationMaskWriter : IDatasetWriter
{
    private const string ImageFolder = "JPEGImages/";

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using var lists = new SpooledFiles();
        var palette = new ClassPalette(source.Info, VocLabels.Plain, report);
        var frames = new MaskFrames(palette, report);
        await using (var map = archive.Create(VocLayout.LabelMapName))
        {
            await map.WriteAsync(Encoding.UTF8.GetBytes(VocLabels.LabelMap(palette.Classes)), cancel);
        }

        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var name = archive.ReserveStem(ImageFolder, item, report);
            var id = ImageNames.Stem(name);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync(ImageFolder + name, item, report, cancel);
            }

            var painted = frames.Paint(item);
            if (painted is not null)
            {
                VocWriter.WriteMasks(archive, id, painted, number => frames.ClassOf(painted, number).Color);
            }

            // Like the contract's own exporter: frames without any annotation are listed, too.
            if (painted is not null || item.Shapes.Count + item.Tags.Count == 0)
            {
                await lists[$"ImageSets/Segmentation/{(item.Subset.Length > 0 ? CocoWriter.FileName(item.Subset) : "default")}.txt"].WriteAsync(id + "\n");
            }

            report.Images++;
        }

        await lists.WriteAsync(archive, cancel);
    }
}
