using System.Globalization;
using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.ImageNet;

/// <summary>
/// ImageNet 1.0. With images: each in the folder of its label, several times where it has several. Without: the names of
/// labels, and for each subset a list of images and numbers of labels.
/// </summary>
public sealed class ImageNetWriter : IDatasetWriter
{
    private static readonly string[] _subsets = ["train", "val", "valid", "validation", "test"];

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        if (options.SaveImages)
        {
            await foreach (var item in source.ReadItemsAsync(cancel))
            {
                Lost(item, report);
                await WriteImagesAsync(archive, item, report, cancel);
            }

            return;
        }

        var names = source.Info.Labels.Select(label => label.Name).ToList();
        var numbers = names.Select((name, index) => (name, index)).GroupBy(pair => pair.name).ToDictionary(group => group.Key, group => group.First().index);
        var lists = new SortedDictionary<string, FileStream>(StringComparer.Ordinal);
        try
        {
            await foreach (var item in source.ReadItemsAsync(cancel))
            {
                Lost(item, report);
                var subset = LabelFolders.FolderName(item.Subset.Length > 0 ? item.Subset : "default");
                if (!lists.TryGetValue(subset, out var list))
                {
                    lists[subset] = list = Spool.Create();
                }

                list.Write(Encoding.UTF8.GetBytes(Line(item, numbers, report)));
            }

            await using (var synsets = archive.Create("synsets.txt"))
            {
                await synsets.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(names.Select(name => name.ReplaceLineEndings(" ") + "\n"))), cancel);
            }

            foreach (var (subset, list) in lists)
            {
                list.Position = 0;
                await using var entry = archive.Create(subset == "synsets" ? "synsets_.txt" : $"{subset}.txt");
                await list.CopyToAsync(entry, cancel);
            }
        }
        finally
        {
            foreach (var list in lists.Values)
            {
                await list.DisposeAsync();
            }
        }
    }

    private static void Lost(DatasetItem item, DatasetReport report)
    {
        report.Images++;
        if (item.Shapes.Count > 0)
        {
            report.Loss("kind-not-held", "The format holds tags only", item.Name, item.Shapes.Count);
        }

        if (item.Tags.Any(tag => tag.Attributes.Count > 0))
        {
            report.Loss("attributes-not-held", "The format has no attributes", item.Name, item.Tags.Count(tag => tag.Attributes.Count > 0));
        }
    }

    private static async Task WriteImagesAsync(ArchiveWriter archive, DatasetItem item, DatasetReport report, CancellationToken cancel)
    {
        var part = _subsets.Contains(item.Subset) ? item.Subset + "/" : "";
        if (item.Subset.Length > 0 && part.Length == 0)
        {
            report.Loss("subset-not-held", "With images, only the subsets train, val and test can be told", item.Name);
        }

        var labels = item.Tags.Select(tag => tag.Label).Distinct().DefaultIfEmpty(LabelFolders.NoLabel);
        foreach (var label in labels)
        {
            var plain = LabelFolders.FolderName(label);
            if (plain != label)
            {
                report.Repair("label-renamed", "Labels that cannot be names of folders were changed", label);
            }

            // A frame that already lies in a folder of its label stays where it is.
            var folder = part + plain + "/";
            var inside = item.Name.StartsWith(plain + "/", StringComparison.Ordinal) ? item with { Name = item.Name[(plain.Length + 1)..] } : item;
            await archive.WriteImageAsync(folder + archive.Reserve(folder, inside, report), item, report, cancel);
            if (item.Tags.Count > 0)
            {
                report.Count("tag");
            }
        }
    }

    private static string Line(DatasetItem item, Dictionary<string, int> numbers, DatasetReport report)
    {
        var line = new StringBuilder();
        var name = item.Name.ReplaceLineEndings(" ");
        var extension = Path.GetExtension(name);
        line.Append(name.Any(char.IsWhiteSpace) ? $"\"{name[..^extension.Length].Replace('"', '_')}\"{extension.Replace(' ', '_')}" : name.StartsWith('"') ? "_" + name[1..] : name);
        if (name.Contains('"', StringComparison.Ordinal))
        {
            report.Repair("name-not-plain", "Quotation marks in names of frames were replaced", item.Name);
        }

        foreach (var label in item.Tags.Select(tag => tag.Label).Distinct())
        {
            if (numbers.TryGetValue(label, out var number))
            {
                line.Append(CultureInfo.InvariantCulture, $" {number}");
                report.Count("tag");
            }
            else
            {
                report.Loss("label-unknown", "Tags of labels that the dataset does not have were left out", $"{item.Name}: {label}");
            }
        }

        return line.Append('\n').ToString();
    }
}
