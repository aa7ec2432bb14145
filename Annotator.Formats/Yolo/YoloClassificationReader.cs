using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.Yolo;

/// <summary>
/// Ultralytics YOLO Classification 1.0: lists of images and labels where the archive has them, else images in folders of
/// their labels.
/// </summary>
public sealed class YoloClassificationReader : IDatasetReader
{
    private static readonly string[] _parts = ["train", "val", "valid", "validation", "test"];

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        foreach (var list in archive.Entries.Where(IsList).Take(ArchiveProbe.Files))
        {
            var keys = await ArchiveProbe.JsonKeysAsync(archive, list, cancel);
            if (keys.Any(key => key.EndsWith(".labels", StringComparison.Ordinal)) && keys.Any(key => key.EndsWith(".path", StringComparison.Ordinal)))
            {
                return FormatMatch.Certain;
            }
        }

        var images = 0;
        foreach (var entry in archive.Entries)
        {
            if (!ArchiveProbe.IsImage(entry))
            {
                return FormatMatch.None;
            }

            var path = entry.Path.Split('/');
            images += path.Length > 2 && (_parts.Contains(path[0]) || (path.Length > 3 && _parts.Contains(path[1]))) ? 1 : 0;
        }

        return images > 0 && images == archive.Entries.Count ? FormatMatch.Likely : FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var lists = archive.Entries.Where(IsList).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        if (lists.Count == 0)
        {
            var folders = new LabelFolders(archive);
            return folders.Items.Count == 0
                ? throw new DatasetException("yolo-no-annotations", "Neither images in folders of labels nor labels.json were found.")
                : Task.FromResult<IDatasetSource>(new ItemsSource(Info(folders.Labels), () => folders.Read(archive, report)));
        }

        var labels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in lists)
        {
            using var content = archive.Open(list);
            foreach (var item in Listed(content, list, archive.Limits, null))
            {
                cancel.ThrowIfCancellationRequested();
                labels.UnionWith(item.Tags.Select(tag => tag.Label));
                if (labels.Count > archive.Limits.MaxLabels)
                {
                    throw new DatasetException("too-many-labels", $"{list.Path}: there are more than {archive.Limits.MaxLabels} labels.");
                }
            }
        }

        return Task.FromResult<IDatasetSource>(new ItemsSource(Info(labels.Order(StringComparer.Ordinal)), () => Read(archive, lists, report)));
    }

    private static DatasetInfo Info(IEnumerable<string> labels) => new() { Labels = [.. labels.Select(name => new DatasetLabel { Name = name, Type = "tag" })] };

    private static bool IsList(DatasetArchiveEntry entry) => EntryPaths.FileName(entry.Path) == YoloClassificationWriter.List;

    private static IEnumerable<DatasetItem> Read(DatasetArchive archive, List<DatasetArchiveEntry> lists, DatasetReport report)
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
            var subset = EntryPaths.FileName(EntryPaths.Folder(list.Path).TrimEnd('/'));
            foreach (var item in Listed(spool, list, archive.Limits, report))
            {
                report.Images++;
                report.Count("tag", item.Tags.Count);
                yield return images.AttachStem(item with { Subset = subset });
            }
        }
    }

    /// <summary>The entries of a list; those that are none are reported. The content is closed at the end.</summary>
    private static IEnumerable<DatasetItem> Listed(Stream content, DatasetArchiveEntry list, DatasetLimits limits, DatasetReport? report)
    {
        using var json = new JsonScanner(content, list.Path, limits);
        if (json.ReadToken() != JsonTokenType.StartObject)
        {
            throw new DatasetException("yolo-no-annotations", $"{list.Path} is no list of images and labels.");
        }

        while (json.ReadToken() == JsonTokenType.PropertyName)
        {
            var name = json.PropertyName;
            if (json.ReadValue(out var value, out _) && Item(name, value, limits) is { } item)
            {
                yield return item;
            }
            else
            {
                report?.Loss("entry-invalid", "Entries of the list without labels were left out", $"{list.Path}: {name}");
            }
        }
    }

    /// <summary>Null when the value is no entry of a list.</summary>
    private static DatasetItem? Item(string name, ReadOnlySpan<byte> value, DatasetLimits limits)
    {
        try
        {
            var reader = new Utf8JsonReader(value, JsonScanner.Options(limits));
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("labels", out var labels) || labels.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            var path = document.RootElement.TryGetProperty("path", out var said) && said.ValueKind == JsonValueKind.String ? said.GetString()! : "";
            return new DatasetItem
            {
                Name = name + Path.GetExtension(path),
                Tags = [.. labels.EnumerateArray().Where(label => label.ValueKind == JsonValueKind.String).Select(label => label.GetString()!).Distinct().Select(label => new DatasetTag { Label = label })],
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
