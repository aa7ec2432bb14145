using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Mots;

/// <summary>A line of the challenge's text: frame, object, class, height, width, and the mask in COCO's packed run lengths.</summary>
internal readonly record struct MotsRow(int Frame, int Id, int Class, int Height, int Width, string Runs)
{
    private const int Fields = 6;

    /// <summary>Null when the line is none.</summary>
    public static MotsRow? Parse(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Span<int> numbers = stackalloc int[Fields - 1];
        if (fields.Length != Fields)
        {
            return null;
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            if (!int.TryParse(fields[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return new MotsRow(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], fields[^1]);
    }
}

/// <summary>The challenge's text of one clip. Lines wait in a temporary file until their frame comes.</summary>
internal sealed class MotsText : IDisposable
{
    private readonly RowSpool _rows = new();
    private readonly DatasetArchive _archive;
    private readonly DatasetArchiveEntry _file;
    private readonly DatasetReport _report;

    public MotsText(DatasetArchive archive, DatasetArchiveEntry file, DatasetReport report, CancellationToken cancel)
    {
        (_archive, _file, _report) = (archive, file, report);
        Name = Path.GetFileNameWithoutExtension(file.Path);
        try
        {
            var number = 0;
            foreach (var line in LineReader.Lines(archive, file))
            {
                number++;
                cancel.ThrowIfCancellationRequested();
                if (MotsRow.Parse(line) is { } row && row.Frame <= archive.Limits.MaxFrames)
                {
                    _rows.Add(row.Frame, 0, number, line);
                }
                else if (!string.IsNullOrWhiteSpace(line))
                {
                    report.Loss("row-invalid", "Rows that are not of the format were left out", Place(number));
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The clip's.</summary>
    public string Name { get; }

    /// <summary>Files whose first line is one of the format.</summary>
    public static IEnumerable<DatasetArchiveEntry> Find(DatasetArchive archive) =>
        archive.Entries.Where(entry => (entry.IsBare || ArchiveProbe.Has(entry, ".txt")) && First(archive, entry) is { } line && MotsRow.Parse(line) is not null);

    /// <summary>Frames with objects, in order.</summary>
    /// <param name="clip">Which clip it is, so that its tracks have numbers of their own.</param>
    public IEnumerable<DatasetItem> Items(int clip, IReadOnlyList<string> labels, ArchiveImages images)
    {
        for (var frame = 0; frame < _rows.Keys; frame++)
        {
            var rows = _rows.Read(frame);
            if (rows.Count == 0)
            {
                continue;
            }

            var shapes = new List<DatasetShape>(rows.Count);
            var (width, height) = (0, 0);
            foreach (var spooled in rows)
            {
                var row = MotsRow.Parse(spooled.Text)!.Value;
                if (Shape(row, clip, labels, Place(spooled.Number)) is { } shape)
                {
                    (width, height) = (row.Width, row.Height);
                    shapes.Add(shape);
                    _report.Count("mask");
                }
            }

            _report.Images++;
            yield return images.AttachStem(new DatasetItem
            {
                Frame = frame,
                Name = frame.ToString("D6", CultureInfo.InvariantCulture),
                Subset = Name,
                Width = width,
                Height = height,
                Shapes = shapes,
            });
        }
    }

    public void Dispose() => _rows.Dispose();

    private DatasetShape? Shape(MotsRow row, int clip, IReadOnlyList<string> labels, string place)
    {
        if (row.Class < 1 || row.Class > labels.Count)
        {
            if (row.Class == MotsReader.Ignored)
            {
                _report.Note("region-ignored", "Regions that the challenge says are to be ignored were passed over", place);
            }
            else
            {
                _report.Loss("class-unknown", "Masks of numbers that no label has were left out", $"{place}: label {row.Class} of {labels.Count}");
            }

            return null;
        }

        var pixels = (long)row.Width * row.Height;
        if (pixels == 0 || pixels > _archive.Limits.MaxPixels || row.Id > ushort.MaxValue || CocoRunText.Unpack(row.Runs) is not { } runs || !MaskRuns.Fill(runs, pixels))
        {
            _report.Loss("mask-invalid", "Masks whose run lengths do not fill their image were left out", place);
            return null;
        }

        var points = MaskRuns.FromCoco(runs, row.Width, row.Height);
        if (points.Length == 0)
        {
            _report.Loss("mask-empty", "Masks without a pixel were left out", place);
            return null;
        }

        return new DatasetShape
        {
            Kind = ShapeKind.Mask,
            Label = labels[row.Class - 1],
            Points = points,
            Source = AnnotationSource.File,
            TrackId = MotsReader.TrackId(clip, row.Id),
            Keyframe = true,
        };
    }

    private static string? First(DatasetArchive archive, DatasetArchiveEntry entry)
    {
        try
        {
            return LineReader.Lines(archive, entry).FirstOrDefault();
        }
        catch (DatasetException)
        {
            return null;
        }
    }

    private string Place(int line) => string.Create(CultureInfo.InvariantCulture, $"{_file.Path} line {line}");
}
