using Annotator.Formats.Archives;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.CamVid;

/// <summary>CamVid 1.0: a label image for each frame, in colours of a list, or in SegNet's numbers. One mask for each label.</summary>
public sealed class CamVidReader : IDatasetReader
{
    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var masks = archive.Entries.Any(CamVidLayout.IsMask);
        foreach (var entry in ArchiveProbe.OfKind(archive, ".txt").Where(entry => !EntryPaths.EndsIn(entry.Path, ColorList.Name)))
        {
            foreach (var line in (await ArchiveProbe.LinesAsync(archive, entry, cancel)).Take(20))
            {
                if (CamVidLayout.Parse(line) is { Mask: var mask } && mask.Contains("annot/", StringComparison.Ordinal))
                {
                    return FormatMatch.Certain;
                }
            }
        }

        return masks ? FormatMatch.Likely : FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var layout = new CamVidLayout(archive, report);
        if (layout.Entries.Count == 0)
        {
            throw new DatasetException("camvid-no-annotations", "Neither a list of images with their label images nor a folder of label images (\"trainannot\") was found.");
        }

        var classes = ColorList.Read(archive, report);
        if (classes is null)
        {
            report.Note("names-missing", "There is no label_colors.txt: labels are CamVid's own", "");
        }

        var colors = new ClassColors(classes ?? (HasNumbers(archive, layout) ? CamVidClasses.OfSegNet : CamVidClasses.OfDataset));
        var images = new ArchiveImages(archive, entry => !CamVidLayout.IsMask(entry));
        return Task.FromResult<IDatasetSource>(new ItemsSource(new DatasetInfo { Labels = colors.Labels() }, () => Items(archive, layout, colors, images, report, cancel)));
    }

    private static IEnumerable<DatasetItem> Items(DatasetArchive archive, CamVidLayout layout, ClassColors colors, ArchiveImages images, DatasetReport report, CancellationToken cancel)
    {
        var masks = new LabelMasks(archive, report);
        foreach (var entry in layout.Entries)
        {
            var image = masks.Read(entry.Mask, cancel);
            var item = new DatasetItem { Name = entry.Name, Subset = entry.Subset, Width = image?.Width ?? 0, Height = image?.Height ?? 0 };
            item = FileEndings.IsImage(entry.Name) ? images.Attach(item) : images.AttachStem(item);
            report.Images++;
            yield return image is null ? item : item with { Shapes = masks.Of(image, null, colors, entry.Mask!.Path) };
        }
    }

    /// <summary>The first label image is grey: its numbers are SegNet's.</summary>
    private static bool HasNumbers(DatasetArchive archive, CamVidLayout layout)
    {
        var first = layout.Entries.FirstOrDefault(entry => entry.Mask is not null)?.Mask;
        if (first is null)
        {
            return false;
        }

        try
        {
            using var content = archive.Open(first);
            using var png = new PngReader(content, first.Path, archive.Limits);
            return png.Form.Pixels == PngPixels.Grey;
        }
        catch (DatasetException)
        {
            // It is named when it is read.
            return false;
        }
    }
}
