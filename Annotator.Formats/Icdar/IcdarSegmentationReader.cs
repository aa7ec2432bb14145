using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Icdar;

/// <summary>ICDAR Segmentation 1.0: for each image a bitmap with a colour for each character, and a text file of the colours.</summary>
public sealed class IcdarSegmentationReader : IDatasetReader
{
    private const string End = "_GT.txt";

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var files = archive.Entries.Where(IsColors).Take(ArchiveProbe.Files).ToList();
        foreach (var file in files)
        {
            if ((await ArchiveProbe.LinesAsync(archive, file, cancel)).Any(line => IcdarSegmentationLine.Parse(line) is not null))
            {
                return FormatMatch.Certain;
            }
        }

        return files.Count > 0 ? FormatMatch.Likely : FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = archive.Entries.Where(IsColors).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        return files.Count == 0
            ? throw new DatasetException("icdar-no-annotations", "No file <image>_GT.txt with the colours of characters was found.")
            : Task.FromResult<IDatasetSource>(new ItemsSource(
                IcdarLabel.Info("any", IcdarLabel.Text, IcdarLabel.Index, IcdarLabel.Color, IcdarLabel.Center), () => Items(archive, files, report)));
    }

    private static bool IsColors(DatasetArchiveEntry entry) => entry.Path.EndsWith(End, StringComparison.Ordinal) && EntryPaths.FileName(entry.Path).Length > End.Length;

    private static IEnumerable<DatasetItem> Items(DatasetArchive archive, List<DatasetArchiveEntry> files, DatasetReport report)
    {
        var images = new ArchiveImages(archive);
        foreach (var file in files)
        {
            var characters = Read(archive, file, report);
            var bitmap = archive.Find(file.Path[..^4] + ".bmp") ?? archive.Find(file.Path[..^4] + ".BMP");
            var colors = bitmap is null ? null : Colors(archive, bitmap, characters, report);
            if (bitmap is null && characters.Count > 0)
            {
                report.Loss("mask-missing", "Characters whose bitmap is not in the archive were left out", file.Path, characters.Count);
            }

            var folder = EntryPaths.Folder(file.Path);
            var slash = folder.IndexOf('/', StringComparison.Ordinal);
            var name = (slash < 0 ? "" : folder[(slash + 1)..]) + EntryPaths.FileName(file.Path)[..^End.Length];
            report.Images++;
            yield return images.AttachStem(new DatasetItem
            {
                Name = name,
                Subset = slash < 0 ? "" : IcdarLabel.Subset(folder[..slash]),
                Width = colors?.Width ?? 0,
                Height = colors?.Height ?? 0,
                Shapes = colors is null ? [] : Shapes(characters, colors, file, report),
            });
        }
    }

    /// <summary>Characters, with their word and their place in it.</summary>
    private static List<(IcdarSegmentationLine Line, int Word, int Index)> Read(DatasetArchive archive, DatasetArchiveEntry file, DatasetReport report)
    {
        var characters = new List<(IcdarSegmentationLine, int, int)>();
        var (number, word, index) = (0, 1, 0);
        foreach (var line in LineReader.Lines(archive, file))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                (word, index) = index > 0 ? (word + 1, 0) : (word, 0);
            }
            else if (IcdarSegmentationLine.Parse(line) is { } character)
            {
                characters.Add((character, word, index++));
            }
            else
            {
                report.Loss("row-invalid", "Lines that are not of the format were left out", string.Create(CultureInfo.InvariantCulture, $"{file.Path} line {number}"));
            }
        }

        return characters;
    }

    private static BitmapColors? Colors(
        DatasetArchive archive, DatasetArchiveEntry bitmap, List<(IcdarSegmentationLine Line, int Word, int Index)> characters, DatasetReport report)
    {
        try
        {
            using var content = archive.Open(bitmap);
            var colors = BitmapColors.Read(content, bitmap.Path, characters.Select(character => character.Line.Color).ToHashSet(), archive.Limits);
            if (colors.Others.Count > 0)
            {
                report.Loss("color-unlisted", "Pixels of colours that the text file does not have were left out", $"{bitmap.Path}: {string.Join(", ", colors.Others.Select(IcdarSegmentationLine.Words))}", colors.Others.Count);
            }

            return colors;
        }
        catch (DatasetException error)
        {
            report.Loss("mask-invalid", "Bitmaps that could not be read were left out", error.Message);
            return null;
        }
    }

    private static List<DatasetShape> Shapes(
        List<(IcdarSegmentationLine Line, int Word, int Index)> characters, BitmapColors colors, DatasetArchiveEntry file, DatasetReport report)
    {
        var shapes = new List<DatasetShape>(characters.Count);
        foreach (var (line, word, index) in characters)
        {
            var mask = colors.Mask(line.Color);
            if (mask.Length > 0)
            {
                report.Count("mask");
                shapes.Add(new DatasetShape
                {
                    Kind = ShapeKind.Mask,
                    Label = IcdarLabel.Name,
                    Points = mask,
                    Group = word,
                    Attributes = new Dictionary<string, string>
                    {
                        [IcdarLabel.Text] = line.Text,
                        [IcdarLabel.Index] = index.ToString(CultureInfo.InvariantCulture),
                        [IcdarLabel.Color] = IcdarSegmentationLine.Words(line.Color),
                        [IcdarLabel.Center] = line.Center,
                    },
                });
            }
            else if (!string.IsNullOrWhiteSpace(line.Text))
            {
                // A blank has no pixels; a letter without any is a flaw.
                report.Loss("mask-empty", "Characters without a pixel were left out", $"{file.Path}: {IcdarSegmentationLine.Words(line.Color)}");
            }
        }

        return shapes;
    }
}
