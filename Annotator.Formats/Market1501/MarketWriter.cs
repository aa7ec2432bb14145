using Annotator.Formats.Archives;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.Market1501;

/// <summary>Market-1501 1.0: images named by the attributes of their tag, or lists of such names.</summary>
public sealed class MarketWriter : IDatasetWriter
{
    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using var lists = new SpooledFiles();
        var losses = new Losses(report);
        var frame = 0;
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            foreach (var shape in item.Shapes)
            {
                losses.Kind(item, shape);
            }

            var tag = Tag(item, report);
            var subset = LabelFolders.FolderName(item.Subset.Length > 0 ? item.Subset : "default");
            var query = tag is not null && tag.Attributes.GetValueOrDefault(MarketName.Query) is { } said && bool.TryParse(said, out var flag) && flag;
            var folder = query ? $"{MarketName.Query}/" : $"bounding_box_{subset}/";
            var name = archive.Reserve(folder, item with { Name = Name(item, tag, frame++, report) }, report);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync(folder + name, item, report, cancel);
            }

            // A list tells the subset of queries, too.
            await lists[$"images_{subset}.txt"].WriteAsync($"{folder}{name}\n");
            report.Images++;
        }

        if (!lists.Names.Any())
        {
            _ = lists["images_default.txt"];
        }

        await lists.WriteAsync(archive, cancel);
    }

    private static DatasetTag? Tag(DatasetItem item, DatasetReport report)
    {
        DatasetTag? held = null;
        foreach (var tag in item.Tags)
        {
            if (tag.Label != MarketName.Label || held is not null)
            {
                report.Loss("tag-not-held", $"The format has one tag, {MarketName.Label}", $"{item.Name}: {tag.Label}");
                continue;
            }

            held = tag;
            report.Count("tag");
            if (tag.Attributes.Keys.Any(key => !MarketName.Keys.Contains(key)))
            {
                report.Loss("attributes-not-held", "The format has its own attributes only", $"{item.Name}: tag {tag.Label}");
            }
        }

        return held;
    }

    /// <summary>The item's own name where it says what the tag says; else one made of the tag.</summary>
    private static string Name(DatasetItem item, DatasetTag? tag, int frame, DatasetReport report)
    {
        var own = MarketName.Parse(Path.GetFileNameWithoutExtension(item.Name));
        if (tag is null)
        {
            return item.Name;
        }

        if (MarketName.Of(tag.Attributes, own?.Frame ?? frame) is not { } said)
        {
            if (own is null)
            {
                report.Loss("attributes-missing", "Tags that do not say person, camera and sequence cannot be held", item.Name);
            }

            return item.Name;
        }

        if (own == said)
        {
            return item.Name;
        }

        report.Repair("name-of-tag", "Images were renamed to what their tag says", item.Name);
        var slash = item.Name.LastIndexOf('/') + 1;
        return item.Name[..slash] + said + Path.GetExtension(item.Name);
    }
}
