using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Coco;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.Cityscapes;

/// <summary>Cityscapes 1.0: for each frame that has something to paint an image of colours, one of classes and one of objects.</summary>
public sealed class CityscapesWriter : IDatasetWriter
{
    private const int MostClasses = 255;
    private const string ImageRoot = "imgsFine/leftImg8bit";

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        var palette = new ClassPalette(source.Info, ColorList.Plain, report);
        if (palette.Classes.Count - 1 > MostClasses)
        {
            throw new DatasetException("too-many-labels", $"The dataset has {palette.Classes.Count - 1} labels; Cityscapes' label images can tell {MostClasses}.");
        }

        var frames = new MaskFrames(palette, report);
        await using (var colors = archive.Create(ColorList.Name))
        {
            await colors.WriteAsync(Encoding.UTF8.GetBytes(ColorList.Text(palette.Classes)), cancel);
        }

        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var subset = item.Subset.Length > 0 ? CocoWriter.FileName(item.Subset) : "default";
            var name = archive.ReserveStem($"{ImageRoot}/{subset}/", Plain(item), report);
            var id = ImageNames.Stem(name);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync($"{ImageRoot}/{subset}/{id}{CityscapesLayout.ImageEnd}{name[id.Length..]}", item, report, cancel);
            }

            if (frames.Paint(item) is { } painted)
            {
                WriteMasks(archive, $"gtFine/{subset}/{id}_gtFine_", painted, frames, item, report);
            }

            report.Images++;
        }
    }

    /// <summary>The dataset's own frames have its addition in their names already.</summary>
    private static DatasetItem Plain(DatasetItem item)
    {
        var stem = ImageNames.Stem(item.Name);
        return stem.EndsWith(CityscapesLayout.ImageEnd, StringComparison.Ordinal) && stem.Length > CityscapesLayout.ImageEnd.Length
            ? item with { Name = stem[..^CityscapesLayout.ImageEnd.Length] + item.Name[stem.Length..] }
            : item;
    }

    private static void WriteMasks(ArchiveWriter archive, string start, PaintedFrame painted, MaskFrames frames, DatasetItem item, DatasetReport report)
    {
        using (var colors = archive.CreateStored(start + "color.png"))
        {
            painted.Image.Write(colors, PngForm.Rgb8, number => frames.ClassOf(painted, number).Color);
        }

        using (var classes = archive.CreateStored(start + "labelIds.png"))
        {
            painted.Image.Write(classes, PngForm.Grey8, number => frames.NumberOf(painted, number));
        }

        var numbers = new int[painted.Objects.Count + 1];
        var next = 0;
        foreach (var (number, first) in painted.Objects)
        {
            var label = frames.NumberOf(painted, number);
            var value = first.Crowd == true ? label : label * CityscapesReader.ObjectsOfClass + ++next;
            if (next >= CityscapesReader.ObjectsOfClass || value > ushort.MaxValue)
            {
                report.Loss("objects-joined", "Objects that the format has no numbers for (more than 999 on a frame, or of a label beyond the 64th) became one mask for each label", item.Name);
                value = label;
            }

            numbers[number] = value;
        }

        using var objects = archive.CreateStored(start + "instanceIds.png");
        painted.Image.Write(objects, PngForm.Grey16, number => numbers[number]);
    }
}
