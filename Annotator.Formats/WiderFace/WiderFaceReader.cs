using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.WiderFace;

/// <summary>WIDER Face 1.0: for each subset a text file of images, each with its number of boxes and a line for each box.</summary>
public sealed class WiderFaceReader : IDatasetReader
{
    private const string Start = "wider_face_";
    private const string End = "_bbx_gt.txt";

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var file = archive.Entries.FirstOrDefault(IsBoxes);
        if (file is null)
        {
            return FormatMatch.None;
        }

        var lines = await ArchiveProbe.LinesAsync(archive, file, cancel);
        return lines.Length > 0 && IsPath(lines[0]) ? FormatMatch.Certain : FormatMatch.Likely;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = archive.Entries.Where(IsBoxes).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            throw new DatasetException("widerface-no-annotations", "No file wider_face_<subset>_bbx_gt.txt was found.");
        }

        var names = LabelLists.Read(archive);
        var contract = names.Count > 0;
        names = names.Count > 0 ? names : Described(archive);
        var found = new HashSet<string>(names, StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var label in Labels(LineReader.Lines(archive, file)))
            {
                cancel.ThrowIfCancellationRequested();
                if (found.Add(label))
                {
                    names.Add(label);
                    DatasetArchive.ThrowIfOver("too-many-labels", "labels", names.Count, archive.Limits.MaxLabels);
                }
            }
        }

        var reading = new Reading(archive, found, contract, report);
        return Task.FromResult<IDatasetSource>(new ItemsSource(
            new DatasetInfo { Labels = [.. names.Where(name => name.Length > 0).Distinct().Select(name => new DatasetLabel { Name = name })] },
            () => files.SelectMany(reading.Items)));
    }

    private static bool IsBoxes(DatasetArchiveEntry entry)
    {
        var name = EntryPaths.FileName(entry.Path);
        return name.Length > Start.Length + End.Length && name.StartsWith(Start, StringComparison.OrdinalIgnoreCase) && name.EndsWith(End, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsPath(string line) => line.Contains('/', StringComparison.Ordinal) || FileEndings.IsImage(line);

    private static string[] Fields(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Labels(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var fields = Fields(line);
            if (WiderFaceLine.IsBox(fields) && WiderFaceLine.Shape(line, fields, false) is { } shape)
            {
                yield return shape.Label;
            }
        }
    }

    /// <summary>Labels of <c>dataset_meta.json</c>, which some tools put beside the files.</summary>
    private static List<string> Described(DatasetArchive archive)
    {
        var meta = archive.Entries.FirstOrDefault(entry => EntryPaths.FileName(entry.Path) == "dataset_meta.json" && entry.Length <= 1 << 20);
        if (meta is null)
        {
            return [];
        }

        try
        {
            using var content = archive.Open(meta);
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = archive.Limits.MaxDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Array
                ? [.. labels.EnumerateArray().Where(label => label.ValueKind == JsonValueKind.String).Select(label => label.GetString()!)]
                : [];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private sealed class Reading(DatasetArchive archive, HashSet<string> labels, bool contract, DatasetReport report)
    {
        private readonly ArchiveImages _images = new(archive);

        public IEnumerable<DatasetItem> Items(DatasetArchiveEntry file)
        {
            // Images are opened while the file is read.
            var spool = Spool.Create();
            using (var content = archive.Open(file))
            {
                content.CopyTo(spool);
            }

            spool.Position = 0;
            var subset = EntryPaths.FileName(file.Path)[Start.Length..^End.Length];
            var (path, number, count, boxes) = ("", 0, -1L, new List<DatasetShape>());
            var lines = 0;
            foreach (var line in LineReader.Lines(spool, file.Path, archive.Limits))
            {
                number++;
                var fields = Fields(line);
                var place = string.Create(CultureInfo.InvariantCulture, $"{file.Path} line {number}");
                if (fields.Length == 0)
                {
                    continue;
                }

                if (path.Length > 0 && fields.Length == 1 && count < 0 && long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var said))
                {
                    count = said;
                }
                else if (path.Length > 0 && WiderFaceLine.IsBox(fields))
                {
                    lines++;
                    AddBox(boxes, line, fields, count, place);
                }
                else if (IsPath(line.Trim()))
                {
                    if (path.Length > 0)
                    {
                        yield return Item(path, subset, boxes, count, lines);
                    }

                    (path, count, boxes, lines) = (line.Trim().Replace('\\', '/'), -1, [], 0);
                }
                else
                {
                    report.Loss("row-invalid", "Lines that are not of the format were left out", place);
                }
            }

            if (path.Length > 0)
            {
                yield return Item(path, subset, boxes, count, lines);
            }
        }

        private void AddBox(List<DatasetShape> boxes, string line, string[] fields, long count, string place)
        {
            if (WiderFaceLine.Shape(line, fields, contract) is { } shape)
            {
                boxes.Add(shape);
                report.Count("rectangle");
            }
            else if (count != 0 || !Array.TrueForAll(fields, field => field == "0"))
            {
                // Images without boxes have one line of zeros.
                report.Loss("box-invalid", "Boxes without size, or with sides that are no numbers, were left out", place);
            }
        }

        private DatasetItem Item(string path, string subset, List<DatasetShape> boxes, long count, int lines)
        {
            if (count >= 0 && count != lines && !(count == 0 && lines == 1))
            {
                report.Repair("count-wrong", "Images with another number of boxes than their line says: all of them were read", path);
            }

            var slash = path.IndexOf('/', StringComparison.Ordinal);
            var folder = slash > 0 ? path[..slash] : "";
            var dashes = folder.IndexOf("--", StringComparison.Ordinal);
            var label = dashes > 0 ? folder[(dashes + 2)..] : "";
            var tagged = contract && labels.Contains(label);
            report.Images++;
            report.Count("tag", tagged ? 1 : 0);
            var item = _images.Attach(new DatasetItem { Name = path, Subset = subset == "default" ? "" : subset, Shapes = boxes, Tags = tagged ? [new DatasetTag { Label = label }] : [] });
            return tagged || folder == LabelFolders.NoLabel ? item with { Name = path[(slash + 1)..] } : item;
        }
    }
}
