using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.VggFace2;

/// <summary>
/// VGGFace2 1.0: for each subset a table of boxes and one of five points, one of each for an image, whose folder is its label.
/// </summary>
public sealed class VggFace2Reader : IDatasetReader
{
    private const string Boxes = "loose_bb_";
    private const string Points = "loose_landmark_";
    private const string IdHeader = "NAME_ID";

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var file = archive.Entries.FirstOrDefault(entry => IsTable(entry, Boxes) || IsTable(entry, Points));
        return file is null ? FormatMatch.None
            : (await ArchiveProbe.LinesAsync(archive, file, cancel)).FirstOrDefault()?.StartsWith(IdHeader, StringComparison.OrdinalIgnoreCase) == true ? FormatMatch.Certain
            : FormatMatch.Likely;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = archive.Entries.Where(entry => IsTable(entry, Boxes) || IsTable(entry, Points)).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            throw new DatasetException("vggface2-no-annotations", "No table bb_landmark/loose_bb_<subset>.csv or loose_landmark_<subset>.csv was found.");
        }

        var labels = Labels(LabelLists.Read(archive));
        var known = new HashSet<string>(labels, StringComparer.Ordinal);
        var rows = new RowSpool();
        try
        {
            var images = new ImageIndex(archive.Limits);
            for (var i = 0; i < files.Count; i++)
            {
                var (subset, number) = (Subset(files[i]), 0);
                foreach (var line in LineReader.Lines(archive, files[i]))
                {
                    cancel.ThrowIfCancellationRequested();
                    number++;
                    if (Id(line) is not { Length: > 0 } id || id == IdHeader)
                    {
                        continue;
                    }

                    rows.Add(images.Add(subset, id), i, number, line);
                    if ((LabelOf(id) ?? (line.AsSpan().TrimEnd(',').Contains(',') ? Reading.Unlabelled : null)) is { } label && known.Add(label))
                    {
                        labels.Add(label);
                        DatasetArchive.ThrowIfOver("too-many-labels", "labels", labels.Count, archive.Limits.MaxLabels);
                    }
                }
            }

            var reading = new Reading(archive, files, rows, images, report);
            return Task.FromResult<IDatasetSource>(new ItemsSource(
                new DatasetInfo { Labels = [.. labels.Select(name => new DatasetLabel { Name = name })] }, reading.Items, owned: rows));
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private static bool IsTable(DatasetArchiveEntry entry, string start)
    {
        var name = EntryPaths.FileName(entry.Path);
        return name.StartsWith(start, StringComparison.OrdinalIgnoreCase) && name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
    }

    private static string Subset(DatasetArchiveEntry entry)
    {
        var name = EntryPaths.FileName(entry.Path);
        var subset = name[(name.StartsWith(Boxes, StringComparison.OrdinalIgnoreCase) ? Boxes.Length : Points.Length)..^".csv".Length];
        return subset == "default" ? "" : subset;
    }

    private static string Id(string line)
    {
        Span<Range> fields = stackalloc Range[1];
        return CsvLine.Split(line, fields) == 0 ? "" : CsvLine.Text(line.AsSpan(fields[0])).Replace('\\', '/').Trim('/');
    }

    /// <summary>The image's folder; null for those that have no label.</summary>
    private static string? LabelOf(string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        return slash < 1 || id.AsSpan(0, slash) is LabelFolders.NoLabel ? null : id[..slash];
    }

    /// <summary>
    /// A line is a name; a number such as <c>n000001</c> and a name; or a skeleton's node and the name of its skeleton, which
    /// no box of its own can have.
    /// </summary>
    private static List<string> Labels(List<string> lines)
    {
        var labels = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            var person = blank > 1 && line[0] == 'n' && line.AsSpan(1, blank - 1).IndexOfAnyExceptInRange('0', '9') < 0;
            var label = person ? line[..blank] : line;
            if (label.Length > 0 && !(blank > 0 && !person && known.Contains(line[(line.LastIndexOf(' ') + 1)..])) && known.Add(label))
            {
                labels.Add(label);
            }
        }

        return labels;
    }

    private sealed class Reading
    {
        /// <summary>The label of boxes and points whose image is in no label's folder.</summary>
        public const string Unlabelled = "face";

        private readonly DatasetArchive _archive;
        private readonly List<DatasetArchiveEntry> _files;
        private readonly RowSpool _rows;
        private readonly ImageIndex _index;
        private readonly DatasetReport _report;
        private readonly HashSet<(string, string)> _ambiguous = [];

        public Reading(DatasetArchive archive, List<DatasetArchiveEntry> files, RowSpool rows, ImageIndex index, DatasetReport report)
        {
            (_archive, _files, _rows, _index, _report) = (archive, files, rows, index, report);
            var inside = new HashSet<(string, string)>();
            foreach (var (subset, id) in index.Images)
            {
                if (!inside.Add((subset, Inside(id))))
                {
                    _ambiguous.Add((subset, Inside(id)));
                }
            }
        }

        public IEnumerable<DatasetItem> Items()
        {
            var images = new ArchiveImages(_archive);
            for (var i = 0; i < _index.Images.Count; i++)
            {
                var (subset, id) = _index.Images[i];
                var item = images.AttachStem(new DatasetItem { Name = id, Subset = subset });
                // Different people have images of the same name: there the folder stays.
                var name = _ambiguous.Contains((subset, Inside(id))) ? item.Name : Inside(item.Name);
                var shapes = new List<DatasetShape>();
                var tagged = false;
                foreach (var row in _rows.Read(i))
                {
                    tagged |= !AddShape(shapes, LabelOf(id), row) && !IsTable(_files[row.Kind], Boxes);
                }

                _report.Images++;
                tagged &= LabelOf(id) is not null;
                _report.Count("tag", tagged ? 1 : 0);
                yield return item with { Name = name, Shapes = shapes, Tags = tagged ? [new DatasetTag { Label = LabelOf(id)! }] : [] };
            }
        }

        private static string Inside(string id)
        {
            var slash = id.IndexOf('/', StringComparison.Ordinal);
            return slash < 1 ? id : id[(slash + 1)..];
        }

        /// <summary>False for a line without numbers: it says no more than the image's label.</summary>
        private bool AddShape(List<DatasetShape> shapes, string? label, SpooledRow row)
        {
            var file = _files[row.Kind];
            var box = IsTable(file, Boxes);
            var place = string.Create(CultureInfo.InvariantCulture, $"{file.Path} line {row.Number}");
            Span<Range> fields = stackalloc Range[12];
            var count = CsvLine.Split(row.Text, fields);
            var numbers = new List<double>();
            var empty = true;
            foreach (var field in fields[1..count])
            {
                var text = row.Text.AsSpan(field).Trim();
                empty &= text.Length == 0;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                {
                    numbers.Add(number);
                }
            }

            if (empty)
            {
                return false;
            }

            if (numbers.Count != count - 1 || numbers.Count != (box ? 4 : 10) || (box && (numbers[2] <= 0 || numbers[3] <= 0 || !double.IsFinite(numbers[0] + numbers[2]) || !double.IsFinite(numbers[1] + numbers[3]))))
            {
                _report.Loss("row-invalid", "Lines that are not of the format were left out", place);
                return true;
            }

            if (label is null)
            {
                _report.Repair("label-missing", $"Faces without a label got the label {Unlabelled}", place);
            }

            shapes.Add(new DatasetShape
            {
                Kind = box ? ShapeKind.Rectangle : ShapeKind.Points,
                Label = label ?? Unlabelled,
                Points = box ? [numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]] : [.. numbers],
            });
            _report.Count(box ? "rectangle" : "points");
            return true;
        }
    }
}
