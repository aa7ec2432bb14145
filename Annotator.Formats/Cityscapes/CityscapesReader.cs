using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cityscapes;

/// <summary>
/// Cityscapes 1.0: outlines where the archive has them, else label images: of objects, of classes, of classes for training, or
/// of colours, whichever says most.
/// </summary>
public sealed class CityscapesReader : IDatasetReader
{
    /// <summary>An object's number is its class a thousand times, and its own.</summary>
    internal const int ObjectsOfClass = 1000;

    public ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel) =>
        ValueTask.FromResult(new CityscapesLayout(archive).HasAnnotations ? FormatMatch.Certain
            : archive.Entries.Any(entry => entry.Path.Contains("leftImg8bit", StringComparison.Ordinal)) ? FormatMatch.Possible
            : FormatMatch.None);

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var layout = new CityscapesLayout(archive);
        if (!layout.HasAnnotations && ColorList.Find(archive) is null)
        {
            throw new DatasetException("cityscapes-no-annotations", "No file whose name ends in _gtFine_ and polygons, instanceIds, labelIds, labelTrainIds or color was found.");
        }

        var classes = ColorList.Read(archive, report);
        if (classes is null)
        {
            report.Note("names-missing", "There is no label_colors.txt: labels are Cityscapes' own", "");
        }

        var colors = new ClassColors(classes ?? StreetClasses.All);
        var items = new Items(archive, layout, colors, report);
        return Task.FromResult<IDatasetSource>(new ItemsSource(new DatasetInfo { Labels = colors.Labels() }, () => items.Read(cancel)));
    }

    private sealed class Items(DatasetArchive archive, CityscapesLayout layout, ClassColors colors, DatasetReport report)
    {
        private readonly LabelMasks _masks = new(archive, report);
        private readonly ArchiveImages _images = new(archive, entry => false);
        private readonly CityscapesPolygons _polygons = new(archive, colors.Labels().Select(label => label.Name).ToHashSet(StringComparer.Ordinal), report);

        public IEnumerable<DatasetItem> Read(CancellationToken cancel)
        {
            foreach (var entry in layout.Entries)
            {
                var (width, height, shapes) = (entry.Polygons is null ? null : _polygons.Read(entry.Polygons)) ?? Masks(entry, cancel);
                var item = new DatasetItem
                {
                    Name = entry.Image is null ? entry.Id : entry.Id + Path.GetExtension(entry.Image.Path),
                    Subset = entry.Subset,
                    Width = width,
                    Height = height,
                    Shapes = shapes,
                };
                report.Images++;
                yield return entry.Image is null ? item : _images.Attach(item, entry.Image);
            }
        }

        private (int Width, int Height, List<DatasetShape> Shapes) Masks(CityscapesEntry entry, CancellationToken cancel)
        {
            if (entry.Masks is not { } file || _masks.Read(file, cancel) is not { } image)
            {
                return (0, 0, []);
            }

            var shapes = file == entry.Instances ? _masks.Of(image, value => OfObject(value, file), file.Path)
                : file == entry.Classes ? _masks.Of(image, value => OfClass(value, file), file.Path)
                : file == entry.TrainedClasses ? _masks.Of(image, value => OfTrainedClass(value, file), file.Path)
                : _masks.Of(image, null, colors, file.Path);
            return (image.Width, image.Height, shapes);
        }

        /// <summary>A number below a thousand is a class whose objects nobody told apart.</summary>
        private Meaning OfObject(int value, DatasetArchiveEntry file) =>
            value < ObjectsOfClass ? OfClass(value, file) with { Crowd = true } : OfClass(value / ObjectsOfClass, file);

        private Meaning OfClass(int number, DatasetArchiveEntry file)
        {
            var label = colors.OfNumber(number);
            if (label == ClassColors.Unknown)
            {
                report.Loss("class-unknown", "Pixels of numbers that no label has were left out", string.Create(CultureInfo.InvariantCulture, $"{file.Path}: {number} of {colors.Classes.Count}"));
            }

            return new Meaning(label >= 0 ? colors.Classes[label].Name : null);
        }

        /// <summary>Numbers for training are the dataset's own, whatever list the archive has.</summary>
        private Meaning OfTrainedClass(int number, DatasetArchiveEntry file)
        {
            if (number >= StreetClasses.Trained.Count)
            {
                return new Meaning(null);
            }

            var name = StreetClasses.All[StreetClasses.Trained[number]].Name;
            if (colors.Classes.Any(known => known.Name == name))
            {
                return new Meaning(name);
            }

            report.Loss("class-unknown", "Pixels of numbers that no label has were left out", $"{file.Path}: {name}");
            return new Meaning(null);
        }
    }
}
