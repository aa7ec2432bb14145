using Annotator.Formats.Archives;
using Annotator.Formats.Coco;
using Annotator.Formats.Cvat;
using Annotator.Formats.Png;

namespace Annotator.Formats.LabelMe;

/// <summary>
/// LabelMe 3.0: <c>SUBSET/NAME.xml</c> beside <c>SUBSET/NAME.EXT</c> for each image, masks as pictures in
/// <c>SUBSET/Masks</c>. Rectangles, polygons, masks and ellipses (as masks) are written; other kinds go to the report.
/// </summary>
public sealed class LabelMeWriter : IDatasetWriter
{
    /// <summary>The colour that the contract's masks have: 0xRRGGBB.</summary>
    private const int MaskColor = 0x00CBFF;

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        var labels = source.Info.Labels.DistinctBy(label => label.Name).ToDictionary(label => label.Name, StringComparer.Ordinal);
        using var buffer = new MemoryStream();
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var folder = CocoWriter.FileName(item.Subset.Length > 0 ? item.Subset : "default") + "/";
            var path = archive.ReserveStem(folder, item, report);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync(folder + path, item, report, cancel);
            }

            var stem = ImageNames.Stem(path);
            var masks = new List<(string Name, double[] Points)>();
            buffer.SetLength(0);
            using (var xml = new IndentedXml(buffer))
            {
                var objects = new LabelMeObjects(xml, labels, report);
                objects.Write(item, path, stem, masks);
                if (xml.Replaced > 0)
                {
                    report.Repair("character-replaced", "Characters that XML cannot hold were replaced", item.Name, xml.Replaced);
                }
            }

            foreach (var (name, points) in masks)
            {
                await using var picture = archive.Create($"{folder}Masks/{Folder(stem)}{name}");
                var (width, height) = item is { Width: > 0, Height: > 0 } ? (item.Width, item.Height) : ((int)points[^2] + 1, (int)points[^1] + 1);
                MaskPicture.Write(picture, width, height, points, MaskColor);
            }

            await using var entry = archive.Create(folder + stem + ".xml");
            buffer.Position = 0;
            await buffer.CopyToAsync(entry, cancel);
            report.Images++;
        }
    }

    private static string Folder(string path) => path[..(path.LastIndexOf('/') + 1)];
}
