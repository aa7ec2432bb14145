using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Model;

namespace Annotator.Formats.Kitti;

/// <summary>KITTI 1.0: lines of boxes, and label images whose numbers are a class and an object of it.</summary>
public sealed class KittiReader : IDatasetReader
{
    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var layout = new KittiLayout(archive);
        foreach (var entry in layout.Entries.Where(entry => entry.Boxes is not null).Take(ArchiveProbe.Files))
        {
            foreach (var line in await ArchiveProbe.LinesAsync(archive, entry.Boxes!, cancel))
            {
                if (KittiRow.Parse(line) is not null)
                {
                    return FormatMatch.Certain;
                }
            }
        }

        if (!layout.HasAnnotations)
        {
            foreach (var entry in archive.Entries.Where(entry => ArchiveProbe.Has(entry, ".txt")).Take(ArchiveProbe.Files))
            {
                if ((await ArchiveProbe.LinesAsync(archive, entry, cancel)).FirstOrDefault() is { } first && KittiRow.IsPlain(first))
                {
                    return FormatMatch.Certain;
                }
            }
        }

        // Folders of these names together are no other format's.
        return layout.HasMasks && (ColorList.Find(archive) is not null || layout.Entries.Any(entry => entry.Instances is not null && entry.Image is not null)) ? FormatMatch.Certain
            : layout.HasAnnotations ? FormatMatch.Likely
            : FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var layout = new KittiLayout(archive);
        layout = layout.HasAnnotations || ColorList.Find(archive) is not null ? layout : new KittiLayout(archive, loose: true);
        if (!layout.HasAnnotations && ColorList.Find(archive) is null)
        {
            throw new DatasetException("kitti-no-annotations", "Neither text files with boxes of fifteen columns nor a folder of label images (instance, semantic, semantic_rgb) was found.");
        }

        var classes = ColorList.Read(archive, report);
        var colors = new ClassColors(classes ?? StreetClasses.All);
        var labels = classes is not null || layout.HasMasks ? colors.Labels().ToList() : [];
        if (classes is null)
        {
            report.Note("names-missing", "There is no label_colors.txt: labels are those of the boxes and, where there are label images, KITTI's own", "");
        }

        var names = labels.Select(label => label.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var type in Types(archive, layout, cancel))
        {
            if (names.Add(type))
            {
                labels.Add(new DatasetLabel { Name = type });
            }

            DatasetArchive.ThrowIfOver("too-many-labels", "labels", labels.Count, archive.Limits.MaxLabels);
        }

        var items = new Items(archive, layout, colors, report);
        return Task.FromResult<IDatasetSource>(new ItemsSource(new DatasetInfo { Labels = labels }, () => items.Read(cancel)));
    }

    private static IEnumerable<string> Types(DatasetArchive archive, KittiLayout layout, CancellationToken cancel)
    {
        foreach (var entry in layout.Entries)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var line in entry.Boxes is null ? [] : Lines(archive, entry.Boxes, new DatasetReport()))
            {
                if (KittiRow.Parse(line)?.Type is { } type)
                {
                    yield return type;
                }
            }
        }
    }

    /// <summary>A file that cannot be read gives no lines, and the report says so.</summary>
    private static List<string> Lines(DatasetArchive archive, DatasetArchiveEntry file, DatasetReport report)
    {
        try
        {
            return [.. LineReader.Lines(archive, file)];
        }
        catch (DatasetException error)
        {
            report.Loss("file-unreadable", "Files that cannot be read were left out", $"{file.Path}: {error.Message}");
            return [];
        }
    }

    private sealed class Items(DatasetArchive archive, KittiLayout layout, ClassColors colors, DatasetReport report)
    {
        private readonly LabelMasks _masks = new(archive, report);
        private readonly ArchiveImages _images = new(archive, entry => false);

        public IEnumerable<DatasetItem> Read(CancellationToken cancel)
        {
            foreach (var entry in layout.Entries)
            {
                var shapes = entry.Boxes is null ? [] : Boxes(entry.Boxes);
                var image = _masks.Read(entry.Instances ?? entry.Classes ?? entry.Colors, cancel);
                if (image is not null)
                {
                    shapes.AddRange(Masks(entry, image));
                }

                var item = new DatasetItem
                {
                    Name = entry.Image is null ? entry.Id : entry.Id + Path.GetExtension(entry.Image.Path),
                    Subset = entry.Subset,
                    Width = image?.Width ?? 0,
                    Height = image?.Height ?? 0,
                    Shapes = shapes,
                };
                report.Images++;
                yield return entry.Image is null ? item : _images.Attach(item, entry.Image);
            }
        }

        private List<DatasetShape> Boxes(DatasetArchiveEntry file)
        {
            var shapes = new List<DatasetShape>();
            var number = 0;
            foreach (var line in Lines(archive, file, report))
            {
                number++;
                if (string.IsNullOrWhiteSpace(line))
                {
                    continue;
                }

                var place = string.Create(CultureInfo.InvariantCulture, $"{file.Path} line {number}");
                var row = KittiRow.Parse(line);
                if (row is null)
                {
                    report.Loss("row-invalid", "Rows that are not of the format were left out", place);
                    continue;
                }

                if (row.Shape() is not { } shape)
                {
                    report.Loss("box-empty", "Boxes without an area were left out", place);
                    continue;
                }

                if (row.HasSpace)
                {
                    report.Loss("space-not-held", "Places and sizes in space were left out", place);
                }

                shapes.Add(shape);
                report.Count("rectangle");
            }

            return shapes;
        }

        private List<DatasetShape> Masks(KittiEntry entry, LabelImage image)
        {
            if ((entry.Instances ?? entry.Classes) is not { } file)
            {
                return _masks.Of(image, null, colors, entry.Colors!.Path);
            }

            return _masks.Of(image, value => Meaning(entry.Instances is null ? value : value >> 8, file), file.Path);
        }

        private Meaning Meaning(int number, DatasetArchiveEntry file)
        {
            var label = colors.OfNumber(number);
            if (label == ClassColors.Unknown)
            {
                report.Loss("class-unknown", "Pixels of numbers that no label has were left out", string.Create(CultureInfo.InvariantCulture, $"{file.Path}: {number} of {colors.Classes.Count}"));
            }

            return new Meaning(label >= 0 ? colors.Classes[label].Name : null);
        }
    }
}
