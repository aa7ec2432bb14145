using System.Globalization;
using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Geometry;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.Icdar;

/// <summary>ICDAR Localization 1.0: a text file for each image, with a line for each word and where it is.</summary>
public sealed class IcdarLocalizationReader : IDatasetReader
{
    private const string Start = "gt_";

    /// <summary>Lines that are looked at before a file is read.</summary>
    private const int Looked = 20;

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var files = archive.Entries.Where(IsWords).Take(ArchiveProbe.Files).ToList();
        foreach (var file in files)
        {
            var lines = await ArchiveProbe.LinesAsync(archive, file, cancel);
            if (lines.Length > 0 && lines.Take(Looked).All(line => IcdarLine.Parse(line, out _) is not null))
            {
                return FormatMatch.Certain;
            }
        }

        if (files.Count > 0)
        {
            return files.TrueForAll(file => file.Length < 4) ? FormatMatch.Likely : FormatMatch.None;
        }

        // Some challenges call a file of words as its image: four corners and a text with commas are nobody else's.
        var others = archive.Entries.Where(IsText).Take(ArchiveProbe.Files).ToList();
        foreach (var file in others)
        {
            var lines = await ArchiveProbe.LinesAsync(archive, file, cancel);
            if (AreWords(lines.Take(Looked)))
            {
                return FormatMatch.Certain;
            }
        }

        return FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = archive.Entries.Where(entry => IsWords(entry) || (entry.IsBare && IsText(entry))).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            files = [.. archive.Entries.Where(IsText).Where(entry => AreWords(LineReader.Lines(archive, entry).Take(Looked).Where(line => line.Length > 0))).OrderBy(entry => entry.Path, StringComparer.Ordinal)];
        }

        if (files.Count == 0)
        {
            throw new DatasetException("icdar-no-annotations", "No file gt_<image>.txt with words was found.");
        }

        var scripts = files.Take(ArchiveProbe.Files).Any(file => LineReader.Lines(archive, file).Take(Looked).Any(line => IcdarLine.Parse(line, out _)?.Attributes.ContainsKey(IcdarLabel.Script) == true));
        var info = scripts ? IcdarLabel.Info("any", IcdarLabel.Text, IcdarLabel.Script) : IcdarLabel.Info("any", IcdarLabel.Text);
        return Task.FromResult<IDatasetSource>(new ItemsSource(info, () => Items(archive, files, report)));
    }

    private static bool IsText(DatasetArchiveEntry entry) => entry.Path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase);

    /// <summary>Four corners and a text on each line, which is not a number on all of them: tables of numbers have commas, too.</summary>
    private static bool AreWords(IEnumerable<string> lines)
    {
        var words = false;
        foreach (var line in lines)
        {
            if (line.Count(letter => letter == ',') < 8 || IcdarLine.Parse(line, out _) is not { Kind: ShapeKind.Polygon, Points.Length: 8 } shape)
            {
                return false;
            }

            words |= shape.Attributes.TryGetValue(IcdarLabel.Text, out var text) && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        }

        return words;
    }

    private static bool IsWords(DatasetArchiveEntry entry)
    {
        var name = EntryPaths.FileName(entry.Path);
        return name.Length > Start.Length + 4 && name.StartsWith(Start, StringComparison.OrdinalIgnoreCase) && name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<DatasetItem> Items(DatasetArchive archive, List<DatasetArchiveEntry> files, DatasetReport report)
    {
        var images = new ArchiveImages(archive);
        foreach (var file in files)
        {
            var shapes = new List<DatasetShape>();
            var number = 0;
            foreach (var line in LineReader.Lines(archive, file))
            {
                number++;
                if (string.IsNullOrWhiteSpace(line))
                {
                    continue;
                }

                if (IcdarLine.Parse(line, out var flaw) is { } shape)
                {
                    shapes.Add(shape);
                    report.Count(Words.Of(shape.Kind));
                }
                else
                {
                    report.Loss("row-invalid", "Lines that are not of the format were left out", string.Create(CultureInfo.InvariantCulture, $"{file.Path} line {number}: {flaw}"));
                }
            }

            report.Images++;
            var (subset, name) = Placed(file);
            yield return images.AttachStem(new DatasetItem { Name = name, Subset = subset, Shapes = shapes });
        }

        images.NoteUnnamed(report);
    }

    /// <summary>The first folder is the subset; those within it belong to the image's name.</summary>
    private static (string Subset, string Name) Placed(DatasetArchiveEntry file)
    {
        var folder = EntryPaths.Folder(file.Path);
        var name = Path.GetFileNameWithoutExtension(EntryPaths.FileName(file.Path));
        name = name.StartsWith(Start, StringComparison.OrdinalIgnoreCase) ? name[Start.Length..] : name;
        var slash = folder.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? ("", name) : (IcdarLabel.Subset(folder[..slash]), folder[(slash + 1)..] + name);
    }
}

/// <summary>ICDAR Localization 1.0: boxes and polygons with their text.</summary>
public sealed class IcdarLocalizationWriter : IDatasetWriter
{
    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        var names = new StemNames(archive, report);
        var losses = new Losses(report);
        var any = false;
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            any = true;
            losses.Tags(item);
            var subset = LabelFolders.FolderName(item.Subset.Length > 0 ? item.Subset : "default");
            var name = names.Reserve($"{subset}/images/", item);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync($"{subset}/images/{name}", item, report, cancel);
            }

            await using var file = archive.Create($"{subset}/{EntryPaths.Folder(name)}gt_{StemNames.Stem(EntryPaths.FileName(name))}.txt");
            await file.WriteAsync(Encoding.UTF8.GetBytes(Text(item, losses, report)), cancel);
            report.Images++;
        }

        if (!any)
        {
            await using var empty = archive.Create("default/gt_.txt");
        }
    }

    private static string Text(DatasetItem item, Losses losses, DatasetReport report)
    {
        var text = new StringBuilder();
        foreach (var shape in item.Shapes)
        {
            if (shape.Kind is not (ShapeKind.Rectangle or ShapeKind.Polygon))
            {
                losses.Kind(item, shape);
                continue;
            }

            var points = shape.Points;
            var separator = shape.Kind == ShapeKind.Polygon ? ',' : ' ';
            if (shape.Kind == ShapeKind.Rectangle && Losses.IsTurned(shape))
            {
                points = Outlines.RectangleCorners(points, shape.Rotation);
                separator = ',';
                report.Repair("rotation-as-polygon", "Rotated boxes were written as polygons of their corners", Losses.Place(item, shape));
            }

            IcdarLabel.Report(report, shape.Label, item.Name);
            losses.Track(item, shape);
            losses.Attributes(item, shape, IcdarLabel.Text);
            losses.Occluded(item, shape);
            losses.Group(item, shape);
            losses.Order(item, shape);
            for (var i = 0; i < points.Length; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{points[i]}").Append(i + 1 < points.Length ? separator : ' ');
            }

            text.Length--;
            var word = IcdarLabel.Quoted(shape.Attributes.GetValueOrDefault(IcdarLabel.Text) ?? "");
            text.Append(word.Length > 0 ? $"{separator}{word}" : "").Append('\n');
            report.Count(Words.Of(shape.Kind));
        }

        return text.ToString();
    }
}
