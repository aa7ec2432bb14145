using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Coco;

/// <summary>
/// COCO 1.0: one <c>annotations/instances_SUBSET.json</c> for each subset. Rectangles, polygons, masks and ellipses (as
/// masks) are written; other kinds go to the report. Polygons of one group and one label become the parts of one object.
/// </summary>
/// <param name="keypoints">COCO Keypoints 1.0: <c>person_keypoints_SUBSET.json</c> with skeletons and nothing else.</param>
public sealed class CocoWriter(bool keypoints = false) : IDatasetWriter
{
    private const string ImageFolder = "images/";

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        var categories = new CocoCategories(source.Info.Labels);
        var subsets = new Dictionary<string, CocoSubset>(StringComparer.Ordinal);
        try
        {
            await foreach (var item in source.ReadItemsAsync(cancel))
            {
                var name = item.Subset.Length > 0 ? item.Subset : "default";
                if (!subsets.TryGetValue(name, out var subset))
                {
                    subsets[name] = subset = new CocoSubset(categories, keypoints, options, report);
                }

                var fileName = archive.Reserve(ImageFolder, item, report);
                if (options.SaveImages)
                {
                    await archive.WriteImageAsync(ImageFolder + fileName, item, report, cancel);
                }

                subset.Add(item, fileName);
                report.Images++;
            }

            if (subsets.Count == 0)
            {
                subsets["default"] = new CocoSubset(categories, keypoints, options, report);
            }

            foreach (var (name, subset) in subsets)
            {
                await using var entry = archive.Create($"annotations/{(keypoints ? "person_keypoints" : "instances")}_{FileName(name)}.json");
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

    /// <summary>A subset's name as part of a file's.</summary>
    internal static string FileName(string subset) =>
        string.Concat(subset.Select(letter => letter is '/' or '\\' or ':' || char.IsControl(letter) ? '_' : letter));
}

/// <summary>Numbers the labels: from 1 on, sublabels behind their skeleton.</summary>
internal sealed class CocoCategories
{
    private readonly Dictionary<string, (int Id, DatasetLabel Label)> _byName = new(StringComparer.Ordinal);

    public CocoCategories(IReadOnlyList<DatasetLabel> labels)
    {
        var all = new List<(int, DatasetLabel, string)>();
        foreach (var label in labels)
        {
            all.Add((all.Count + 1, label, ""));
            _byName.TryAdd(label.Name, (all.Count, label));
            foreach (var sublabel in label.Sublabels)
            {
                all.Add((all.Count + 1, sublabel, label.Name));
            }
        }

        All = all;
    }

    public IReadOnlyList<(int Id, DatasetLabel Label, string Parent)> All { get; }

    /// <summary>Null for a label that the dataset does not declare.</summary>
    public (int Id, DatasetLabel Label)? Find(string name) => _byName.TryGetValue(name, out var found) ? found : null;
}
