using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Coco;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Png;

namespace Annotator.Formats.CamVid;

/// <summary>CamVid 1.0: a label image for each frame that has something to paint, and a list for each subset.</summary>
public sealed class CamVidWriter : IDatasetWriter
{
    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using var lists = new SpooledFiles();
        var palette = new ClassPalette(source.Info, ColorList.Plain, report);
        var frames = new MaskFrames(palette, report);
        await using (var colors = archive.Create(ColorList.Name))
        {
            await colors.WriteAsync(Encoding.UTF8.GetBytes(ColorList.Text(palette.HasBackground ? palette.Classes : palette.Classes.Skip(1))), cancel);
        }

        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var subset = item.Subset.Length > 0 ? CocoWriter.FileName(item.Subset) : "default";
            subset = subset == "label_colors" ? "label_colors_" : subset;
            var name = archive.ReserveStem($"{subset}/", item, report);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync($"{subset}/{name}", item, report, cancel);
            }

            var mask = "";
            if (frames.Paint(item) is { } painted)
            {
                mask = $"{subset}annot/{ImageNames.Stem(name)}.png";
                frames.ReportJoined(painted, item);
                await using var png = archive.CreateStored(mask);
                painted.Image.Write(png, PngForm.Rgb8, number => frames.ClassOf(painted, number).Color);
            }

            await lists[$"{subset}.txt"].WriteAsync($"/{subset}/{name} {mask}\n");
            report.Images++;
        }

        await lists.WriteAsync(archive, cancel);
    }
}
