using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.OpenImages;

/// <summary>
/// Open Images V6 1.0: tables of images, boxes, labels and masks for each subset, as CSV files. Their lines wait in a
/// temporary file, sorted by image.
/// </summary>
public sealed class OpenImagesReader : IDatasetReader
{
    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var match = FormatMatch.None;
        foreach (var entry in ArchiveProbe.OfKind(archive, ".csv"))
        {
            var lines = await ArchiveProbe.LinesAsync(archive, entry, cancel);
            if (OpenImagesFile.Of(entry, () => lines.FirstOrDefault()) is not null)
            {
                return FormatMatch.Certain;
            }

            match = IsDescriptions(entry) ? FormatMatch.Likely : match;
        }

        return match;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = new List<OpenImagesFile>();
        foreach (var entry in archive.Entries.OrderBy(entry => entry.Path, StringComparer.Ordinal))
        {
            if (OpenImagesFile.Of(entry, () => LineReader.Lines(archive, entry).FirstOrDefault()) is { } file)
            {
                files.Add(file);
            }
        }

        if (files.Count == 0)
        {
            throw new DatasetException("openimages-no-annotations", "No table of Open Images (such as train-annotations-bbox.csv) was found.");
        }

        var rows = new RowSpool();
        try
        {
            var labels = new OpenImagesLabels(archive);
            var images = Spool(archive, files, labels, rows, report, cancel);
            var items = new OpenImagesItems(archive, files, labels, Sizes(archive, report), report);
            return Task.FromResult<IDatasetSource>(new ItemsSource(
                new DatasetInfo { Labels = [.. labels.Names.Select(name => new DatasetLabel { Name = name })] },
                () => images.Images.Select((image, number) => items.Read(image.Subset, image.Name, rows.Read(number))),
                owned: rows));
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    internal static bool IsDescriptions(DatasetArchiveEntry entry) => EntryPaths.FileName(entry.Path).Contains("class-descriptions", StringComparison.OrdinalIgnoreCase);

    private static ImageIndex Spool(
        DatasetArchive archive, List<OpenImagesFile> files, OpenImagesLabels labels, RowSpool rows, DatasetReport report, CancellationToken cancel)
    {
        var images = new ImageIndex(archive.Limits);
        foreach (var (file, index) in files.Select((file, index) => (file, index)).OrderBy(pair => pair.file.Table))
        {
            var number = 0;
            foreach (var line in LineReader.Lines(archive, file.Entry))
            {
                cancel.ThrowIfCancellationRequested();
                if (++number == 1 || string.IsNullOrWhiteSpace(line))
                {
                    continue;
                }

                var fields = file.Split(line);
                var image = fields.Text(OpenImagesFile.ImageId);
                if (image.Length == 0)
                {
                    report.Loss("row-invalid", "Lines that are not of the format were left out", string.Create(CultureInfo.InvariantCulture, $"{file.Entry.Path} line {number}: no image"));
                    continue;
                }

                if (file.Table == OpenImagesTable.Images)
                {
                    var subset = fields.Text("Subset") is { Length: > 0 } said ? said == "default" ? "" : said : file.Subset;
                    images.Add(subset, image);
                    continue;
                }

                rows.Add(images.Add(file.Subset, image), index, number, line);
                labels.Use(fields.Text(OpenImagesFile.LabelName));
            }
        }

        return images;
    }

    /// <summary>Sizes of images as <c>images.meta</c> has them: a name, height, width.</summary>
    private static Dictionary<string, (int Width, int Height)> Sizes(DatasetArchive archive, DatasetReport report)
    {
        var sizes = new Dictionary<string, (int Width, int Height)>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries.Where(entry => EntryPaths.FileName(entry.Path) == "images.meta"))
        {
            foreach (var line in LineReader.Lines(archive, entry))
            {
                var trimmed = line.Trim();
                if (trimmed.Length == 0 || trimmed[0] == '#')
                {
                    continue;
                }

                var second = trimmed.LastIndexOf(' ');
                var first = second > 0 ? trimmed.LastIndexOf(' ', second - 1) : -1;
                if (first > 0
                    && int.TryParse(trimmed.AsSpan(first + 1, second - first - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var height)
                    && int.TryParse(trimmed.AsSpan(second + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width > 0 && height > 0)
                {
                    sizes[trimmed[..first].Trim('"')] = (width, height);
                    DatasetArchive.ThrowIfOver("too-many-images", "sizes of images", sizes.Count, archive.Limits.MaxFrames);
                }
                else
                {
                    report.Loss("size-invalid", "Lines of images.meta that are no size were left out", $"{entry.Path}: {trimmed}");
                }
            }
        }

        return sizes;
    }
}
