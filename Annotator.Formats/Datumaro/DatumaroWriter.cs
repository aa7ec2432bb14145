using Annotator.Formats.Archives;
using Annotator.Formats.Coco;

namespace Annotator.Formats.Datumaro;

/// <summary>
/// Datumaro 1.0: one <c>annotations/SUBSET.json</c> for each subset, images in <c>images/SUBSET/</c>. Ellipses become masks;
/// cuboids cannot be held; tracks are a number and a mark on each of their shapes.
/// </summary>
public sealed class DatumaroWriter : IDatasetWriter
{
    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        var labels = new DatumaroLabels(source.Info.Labels);
        var subsets = new Dictionary<string, DatumaroSubset>(StringComparer.Ordinal);
        try
        {
            var ordinal = 0;
            await foreach (var item in source.ReadItemsAsync(cancel))
            {
                var name = CocoWriter.FileName(item.Subset.Length > 0 ? item.Subset : "default");
                if (!subsets.TryGetValue(name, out var subset))
                {
                    subsets[name] = subset = new DatumaroSubset(labels, report);
                }

                var folder = $"images/{name}/";
                var path = archive.Reserve(folder, item, report);
                if (options.SaveImages)
                {
                    await archive.WriteImageAsync(folder + path, item, report, cancel);
                }

                subset.Add(item, path, item.Frame ?? ordinal);
                ordinal++;
                report.Images++;
            }

            if (subsets.Count == 0)
            {
                subsets["default"] = new DatumaroSubset(labels, report);
            }

            foreach (var (name, subset) in subsets)
            {
                await using var entry = archive.Create($"annotations/{name}.json");
                await subset.CopyToAsync(entry, cancel);
            }
        }
        finally
        {
            foreach (var subset in subsets.Values)
            {
                await subset.DisposeAsync();
            }
        }
    }
}
