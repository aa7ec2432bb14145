using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.Icdar;

/// <summary>ICDAR Recognition 1.0: for each subset a list of images and the text that is on them.</summary>
public sealed class IcdarRecognitionReader : IDatasetReader
{
    private const string List = "gt.txt";

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var lists = archive.Entries.Where(IsList).Take(ArchiveProbe.Files).ToList();
        foreach (var list in lists)
        {
            var lines = await ArchiveProbe.LinesAsync(archive, list, cancel);
            if (lines.Length > 0 && lines.Take(20).All(line => Split(line) is { } row && FileEndings.IsImage(row.Name)))
            {
                return FormatMatch.Certain;
            }
        }

        return FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var lists = archive.Entries.Where(IsList).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        return lists.Count == 0
            ? throw new DatasetException("icdar-no-annotations", "No list gt.txt of images and their text was found.")
            : Task.FromResult<IDatasetSource>(new ItemsSource(IcdarLabel.Info("tag", IcdarLabel.Text), () => Items(archive, lists, report)));
    }

    private static bool IsList(DatasetArchiveEntry entry) => EntryPaths.FileName(entry.Path) == List || (entry.IsBare && entry.Path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<DatasetItem> Items(DatasetArchive archive, List<DatasetArchiveEntry> lists, DatasetReport report)
    {
        var images = new ArchiveImages(archive);
        foreach (var list in lists)
        {
            // Images are opened while the list is read.
            var spool = Spool.Create();
            using (var content = archive.Open(list))
            {
                content.CopyTo(spool);
            }

            spool.Position = 0;
            var subset = IcdarLabel.Subset(EntryPaths.Folder(list.Path));
            var number = 0;
            foreach (var line in LineReader.Lines(spool, list.Path, archive.Limits))
            {
                number++;
                if (string.IsNullOrWhiteSpace(line))
                {
                    continue;
                }

                if (Split(line) is not { } row)
                {
                    report.Loss("row-invalid", "Lines that are not of the format were left out", string.Create(CultureInfo.InvariantCulture, $"{list.Path} line {number}"));
                    continue;
                }

                report.Images++;
                report.Count("tag", row.Text.Length > 0 ? 1 : 0);
                yield return images.Attach(new DatasetItem
                {
                    Name = row.Name,
                    Subset = subset,
                    Tags = row.Text.Length == 0 ? [] : [new DatasetTag { Label = IcdarLabel.Name, Attributes = new Dictionary<string, string> { [IcdarLabel.Text] = row.Text } }],
                });
            }
        }
    }

    /// <summary>An image's name and, behind a comma, its text; null when there is no comma.</summary>
    private static (string Name, string Text)? Split(string line)
    {
        var quote = line.IndexOf(", \"", StringComparison.Ordinal);
        var comma = quote > 0 ? quote : line.IndexOf(',', StringComparison.Ordinal);
        return comma < 1 ? null : (line[..comma].Trim().Trim('\uFEFF').Replace('\\', '/'), IcdarLabel.Unquoted(line[(comma + 1)..]));
    }
}

/// <summary>ICDAR Recognition 1.0: the text of each image's tag.</summary>
public sealed class IcdarRecognitionWriter : IDatasetWriter
{
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

            var subset = LabelFolders.FolderName(item.Subset.Length > 0 ? item.Subset : "default");
            var images = $"{subset}/images/";
            var name = archive.Reserve(images, item, report);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync(images + name, item, report, cancel);
            }

            await lists[$"{subset}/gt.txt"].WriteAsync($"{name}, {IcdarLabel.Quoted(Text(item, report))}\n");
            report.Images++;
        }

        if (!lists.Names.Any())
        {
            _ = lists["default/gt.txt"];
        }

        await lists.WriteAsync(archive, cancel);
    }

    private static string Text(DatasetItem item, DatasetReport report)
    {
        var held = "";
        foreach (var tag in item.Tags)
        {
            var text = tag.Attributes.GetValueOrDefault(IcdarLabel.Text) ?? "";
            if (text.Length == 0 || held.Length > 0)
            {
                report.Loss("tag-not-held", "An image has the text of one tag: tags without text, and further ones, were left out", $"{item.Name}: {tag.Label}");
                continue;
            }

            held = text;
            report.Count("tag");
            IcdarLabel.Report(report, tag.Label, item.Name);
            if (tag.Attributes.Count > 1)
            {
                report.Loss("attributes-not-held", "The format has the attribute text only", $"{item.Name}: tag {tag.Label}");
            }
        }

        return held;
    }
}
