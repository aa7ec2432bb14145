using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Model;

namespace Annotator.Formats.CommonSegmentation;

/// <summary>
/// Label images beside images, in folders <c>images</c> and <c>masks</c>, with a <c>dataset_meta.json</c> of labels and
/// colours. Read only.
/// </summary>
public sealed class CommonSegmentationReader : IDatasetReader
{
    private const string MetaName = "dataset_meta.json";
    private const int MostMetaBytes = 16 << 20;

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var masks = archive.Entries.Any(IsMask);
        if (archive.Entries.FirstOrDefault(entry => EntryPaths.EndsIn(entry.Path, MetaName)) is not { } meta)
        {
            return FormatMatch.None;
        }

        var keys = await ArchiveProbe.JsonKeysAsync(archive, meta, cancel);
        return masks && keys.Contains("label_map") && keys.Contains("segmentation_colors") ? FormatMatch.Certain
            : masks && keys.Contains("label_map") ? FormatMatch.Possible
            : FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var masks = archive.Entries.Where(IsMask).ToList();
        if (masks.Count == 0 || archive.Entries.FirstOrDefault(entry => EntryPaths.EndsIn(entry.Path, MetaName)) is not { } meta)
        {
            throw new DatasetException("segmentation-no-annotations", "A folder \"masks\" with images and a dataset_meta.json are needed; one of them was not found.");
        }

        var colors = new ClassColors(Classes(archive, meta, report));
        var images = new ArchiveImages(archive, entry => !IsMask(entry));
        return Task.FromResult<IDatasetSource>(new ItemsSource(new DatasetInfo { Labels = colors.Labels() }, () => Items(archive, masks, colors, images, report, cancel)));
    }

    private static IEnumerable<DatasetItem> Items(DatasetArchive archive, List<DatasetArchiveEntry> files, ClassColors colors, ArchiveImages images, DatasetReport report, CancellationToken cancel)
    {
        var masks = new LabelMasks(archive, report);
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            var image = masks.Read(file, cancel);
            var item = FindImage(images, new DatasetItem { Name = Id(file.Path), Width = image?.Width ?? 0, Height = image?.Height ?? 0 });
            report.Images++;
            yield return image is null ? item : item with { Shapes = masks.Of(image, null, colors, file.Path) };
        }
    }

    /// <summary>Some tools put words before the names: an image <c>image_1.png</c> has the mask <c>gt_1.png</c>.</summary>
    private static DatasetItem FindImage(ArchiveImages images, DatasetItem item)
    {
        var slash = item.Name.LastIndexOf('/') + 1;
        var (folder, name) = (item.Name[..slash], item.Name[slash..]);
        foreach (var mask in (ReadOnlySpan<string>)["", "gt_", "mask_", "label_"])
        {
            foreach (var frame in (ReadOnlySpan<string>)["", "image_", "img_"])
            {
                if (name.StartsWith(mask, StringComparison.Ordinal)
                    && images.AttachStem(item with { Name = folder + frame + name[mask.Length..] }) is { OpenImage: not null } found)
                {
                    return found;
                }
            }
        }

        return item;
    }

    private static bool IsMask(DatasetArchiveEntry entry) => FileEndings.IsImage(entry.Path) && MasksFolder(entry.Path) >= 0;

    private static int MasksFolder(string path)
    {
        var segments = path.Split('/');
        return Array.FindIndex(segments, 0, segments.Length - 1, segment => segment.Equals("masks", StringComparison.OrdinalIgnoreCase));
    }

    private static string Id(string path) => ImageNames.Stem(string.Join('/', path.Split('/')[(MasksFolder(path) + 1)..]));

    private static List<ColoredClass> Classes(DatasetArchive archive, DatasetArchiveEntry meta, DatasetReport report)
    {
        if (meta.Length > MostMetaBytes)
        {
            throw new DatasetException("json-damaged", $"{meta.Path} has {meta.Length} bytes; the limit is {MostMetaBytes}.");
        }

        try
        {
            using var content = archive.Open(meta);
            using var json = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = archive.Limits.MaxDepth });
            var names = new SortedDictionary<int, string>();
            foreach (var pair in json.RootElement.GetProperty("label_map").EnumerateObject())
            {
                if (int.TryParse(pair.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < archive.Limits.MaxLabels && pair.Value.ValueKind == JsonValueKind.String)
                {
                    names[number] = pair.Value.GetString()!;
                }
                else
                {
                    report.Loss("label-unnamed", "Labels without a number or a name were left out", $"{meta.Path}: {pair.Name}");
                }
            }

            var colors = json.RootElement.TryGetProperty("segmentation_colors", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(Color).ToList()
                : [];
            var background = json.RootElement.TryGetProperty("background_label", out var label) ? label.ToString() : "";
            return [.. Enumerable.Range(0, names.Count > 0 ? names.Keys.Last() + 1 : 0).Select(number => new ColoredClass(
                number.ToString(CultureInfo.InvariantCulture) == background ? ClassPalette.BackgroundName : names.GetValueOrDefault(number) ?? number.ToString(CultureInfo.InvariantCulture),
                (number < colors.Count ? colors[number] : null) ?? ClassColors.VocColor(number)))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new DatasetException("json-damaged", $"{meta.Path} cannot be read: {error.Message}", error);
        }
    }

    private static int? Color(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != 3)
        {
            return null;
        }

        var color = 0;
        foreach (var part in element.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Number || !part.TryGetByte(out var value))
            {
                return null;
            }

            color = color << 8 | value;
        }

        return color;
    }
}
