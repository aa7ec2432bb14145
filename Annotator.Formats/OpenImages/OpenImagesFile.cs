using System.Globalization;
using Annotator.Formats.Archives;

namespace Annotator.Formats.OpenImages;

/// <summary>What a table of Open Images holds.</summary>
internal enum OpenImagesTable
{
    Images,
    Boxes,
    Labels,
    Masks,
}

/// <summary>A CSV file of Open Images: columns are found by their names, as releases differ in them.</summary>
internal sealed class OpenImagesFile
{
    public const string ImageId = "ImageID";
    public const string LabelName = "LabelName";
    public const string Confidence = "Confidence";
    public const string MaskPath = "MaskPath";
    public const string PredictedIou = "PredictedIoU";

    private const int MostColumns = 64;
    private const string Release = "oidv6-";

    private static readonly (string End, OpenImagesTable Table)[] _ends =
    [
        ("annotations-bbox.csv", OpenImagesTable.Boxes),
        ("imagelabels.csv", OpenImagesTable.Labels),
        ("annotations-object-segmentation.csv", OpenImagesTable.Masks),
        ("images-with-rotation.csv", OpenImagesTable.Images),
        ("images-with-labels-with-rotation.csv", OpenImagesTable.Images),
        ("image_ids_and_rotation.csv", OpenImagesTable.Images),
    ];

    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly Range[] _fields = new Range[MostColumns];

    private OpenImagesFile(DatasetArchiveEntry entry, OpenImagesTable table, string header)
    {
        (Entry, Table) = (entry, table);
        var count = CsvLine.Split(header, _fields);
        for (var i = 0; i < count; i++)
        {
            _columns.TryAdd(CsvLine.Text(header.AsSpan(_fields[i]).TrimStart('\uFEFF')), i);
        }

        var name = EntryPaths.FileName(entry.Path);
        name = name.StartsWith(Release, StringComparison.OrdinalIgnoreCase) ? name[Release.Length..] : name;
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        var subset = dash > 0 && !name.StartsWith("annotations-", StringComparison.OrdinalIgnoreCase) ? name[..dash] : "";
        Subset = subset == "default" ? "" : subset;
    }

    public DatasetArchiveEntry Entry { get; }
    public OpenImagesTable Table { get; }

    /// <summary>The subset that the file's name tells; empty when it does not.</summary>
    public string Subset { get; }

    /// <summary>Null when the file's name is none of the format's, or its first line lacks the column of images.</summary>
    public static OpenImagesFile? Of(DatasetArchiveEntry entry, Func<string?> firstLine)
    {
        foreach (var (end, table) in _ends)
        {
            if (entry.Path.EndsWith(end, StringComparison.OrdinalIgnoreCase) && firstLine() is { } header)
            {
                var file = new OpenImagesFile(entry, table, header);
                return file._columns.ContainsKey(ImageId) ? file : null;
            }
        }

        return null;
    }

    /// <summary>Finds the fields of a line; the other methods tell of that line until the next call.</summary>
    public OpenImagesLine Split(string line) => new(this, line, CsvLine.Split(line, _fields));

    /// <summary>A line whose fields were found.</summary>
    public readonly ref struct OpenImagesLine(OpenImagesFile file, string line, int count)
    {
        /// <summary>Empty where the line has no such field.</summary>
        public string Text(string column) =>
            file._columns.TryGetValue(column, out var at) && at < count ? CsvLine.Text(line.AsSpan(file._fields[at])) : "";

        /// <summary>Null where the line has no such field, or it is no number.</summary>
        public double? Number(string column) =>
            file._columns.TryGetValue(column, out var at) && at < count
            && double.TryParse(line.AsSpan(file._fields[at]).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? number
                : null;
    }
}
