using System.Text.Encodings.Web;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.Yolo;

/// <summary>
/// Ultralytics YOLO Classification 1.0: each image in a folder of its label, in one of its subset; beside them a list of all
/// images and their labels, which is all there is without images.
/// </summary>
public sealed class YoloClassificationWriter : IDatasetWriter
{
    internal const string List = "labels.json";

    private static readonly JsonSerializerOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using var lists = new SpooledFiles();
        var losses = new Losses(report);
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            foreach (var shape in item.Shapes)
            {
                losses.Kind(item, shape);
            }

            losses.TagAttributes(item);
            var subset = YoloWriter.Subset(item.Subset);
            var labels = item.Tags.Select(tag => tag.Label).Distinct().ToList();
            var path = await WriteImagesAsync(archive, item, $"{subset}/", labels, options.SaveImages, report, cancel);
            var list = lists[$"{subset}/{List}", "{"];
            await list.FlushAsync(cancel);
            var begun = list.BaseStream.Position > 1;
            await list.WriteAsync($"{(begun ? ",\n" : "\n")}{JsonSerializer.Serialize(Stem(item.Name), _json)}: {JsonSerializer.Serialize(new Listed(labels, path), _json)}");
            report.Images++;
            report.Count("tag", labels.Count);
        }

        foreach (var list in lists.Names.ToList())
        {
            await lists[list].WriteAsync("\n}\n");
        }

        await lists.WriteAsync(archive, cancel);
    }

    /// <summary>The first folder's path within the subset, such as <c>car/a.jpg</c>.</summary>
    private static async Task<string> WriteImagesAsync(
        ArchiveWriter archive, DatasetItem item, string subset, List<string> labels, bool save, DatasetReport report, CancellationToken cancel)
    {
        var first = "";
        foreach (var label in labels.DefaultIfEmpty(LabelFolders.NoLabel))
        {
            var plain = LabelFolders.FolderName(label);
            if (plain != label)
            {
                report.Repair("label-renamed", "Labels that cannot be names of folders were changed", label);
            }

            var folder = $"{subset}{plain}/";
            var inside = item.Name.StartsWith(plain + "/", StringComparison.Ordinal) ? item with { Name = item.Name[(plain.Length + 1)..] } : item;
            var name = archive.Reserve(folder, inside, report);
            first = first.Length > 0 ? first : $"{plain}/{name}";
            if (save)
            {
                await archive.WriteImageAsync(folder + name, item, report, cancel);
            }
        }

        return first;
    }

    private static string Stem(string name) => name[..^Path.GetExtension(name).Length];

    /// <summary>An entry of the list: the labels, and where the image lies in its subset.</summary>
    private sealed record Listed(
        [property: System.Text.Json.Serialization.JsonPropertyName("labels")] IReadOnlyList<string> Labels,
        [property: System.Text.Json.Serialization.JsonPropertyName("path")] string Path);
}
