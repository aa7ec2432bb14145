using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cvat;

/// <summary>
/// CVAT for images 1.1: one XML file with every frame and all kinds of shape. Tracks are written as one shape for each frame
/// on which they are visible.
/// </summary>
public sealed class CvatImagesWriter : IDatasetWriter
{
    private const int FlushEvery = 64;

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        if (!options.SaveImages)
        {
            await using var entry = archive.Create("annotations.xml");
            await WriteXmlAsync(source, entry, null, report, cancel);
            return;
        }

        // An archive takes one file at a time: while images go in, the annotations wait aside.
        await using var spool = Spool.Create();
        await WriteXmlAsync(source, spool, archive, report, cancel);
        spool.Position = 0;
        await using var annotations = archive.Create("annotations.xml");
        await spool.CopyToAsync(annotations, cancel);
    }

    private static async Task WriteXmlAsync(IDatasetSource source, Stream output, ArchiveWriter? images, DatasetReport report, CancellationToken cancel)
    {
        using var xml = new IndentedXml(output);
        var shapes = new CvatShapeXml(xml, source.Info.Labels);
        xml.Start("annotations");
        xml.Text("version", "1.1");
        CvatMeta.Write(xml, source.Info);
        var ordinal = 0;
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var name = item.Name;
            if (images is not null)
            {
                var folder = source.Info.Project is null ? "images/" : $"images/{(item.Subset.Length > 0 ? item.Subset : "default")}/";
                name = images.Reserve(folder, item, report);
                await images.WriteImageAsync(folder + name, item, report, cancel);
            }

            WriteItem(xml, shapes, source.Info, item, name, item.Frame ?? ordinal, report);
            report.Images++;
            if (++ordinal % FlushEvery == 0)
            {
                xml.Flush();
            }
        }

        xml.End();
        xml.Finish();
        if (xml.Replaced > 0)
        {
            report.Repair("character-replaced", "Characters that XML cannot hold were replaced", "", xml.Replaced);
        }
    }

    private static void WriteItem(IndentedXml xml, CvatShapeXml shapes, DatasetInfo info, DatasetItem item, string name, int frame, DatasetReport report)
    {
        xml.Start("image");
        xml.Attribute("id", frame.ToString(CultureInfo.InvariantCulture));
        xml.Attribute("name", name);
        if (info.Project is not null)
        {
            xml.Attribute("subset", item.Subset.Length > 0 ? item.Subset : "default");
            xml.Attribute("task_id", (item.TaskId ?? 0).ToString(CultureInfo.InvariantCulture));
        }

        xml.Attribute("width", item.Width.ToString(CultureInfo.InvariantCulture));
        xml.Attribute("height", item.Height.ToString(CultureInfo.InvariantCulture));
        foreach (var shape in item.Shapes.OrderBy(shape => shape.ZOrder))
        {
            if (shape.TrackId is not null)
            {
                report.Loss("track-flattened", "The format has no tracks: each visible frame of a track became a shape of its own", $"{item.Name}: track {shape.TrackId}");
            }

            shapes.Shape(shape);
            report.Count(Words.Of(shape.Kind));
        }

        foreach (var tag in item.Tags)
        {
            shapes.Tag(tag);
            report.Count("tag");
        }

        xml.End();
    }
}
