using System.Text.Encodings.Web;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Coco;

namespace Annotator.Formats.LabelmeJson;

/// <summary>
/// The JSON files of the labelme program: <c>NAME.json</c> beside <c>NAME.EXT</c> for each image, in a folder of the
/// subset's name where there is one. What labelme cannot say itself stands in keys that it keeps.
/// </summary>
public sealed class LabelmeWriter : IDatasetWriter
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, SkipValidation = true };

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        var labels = source.Info.Labels.DistinctBy(label => label.Name).ToDictionary(label => label.Name, StringComparer.Ordinal);
        using var buffer = new MemoryStream();
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var folder = item.Subset.Length > 0 ? CocoWriter.FileName(item.Subset) + "/" : "";
            var path = archive.ReserveStem(folder, item, report);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync(folder + path, item, report, cancel);
            }

            buffer.SetLength(0);
            await using (var json = new Utf8JsonWriter(buffer, _options))
            {
                new LabelmeObjects(json, labels, report).Write(item, path);
            }

            await using var entry = archive.Create(folder + ImageNames.Stem(path) + ".json");
            buffer.Position = 0;
            await buffer.CopyToAsync(entry, cancel);
            report.Images++;
        }
    }
}
