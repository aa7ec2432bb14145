using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.Lfw;

/// <summary>The images that lists name, with who is on them; what lists say of them waits in a temporary file.</summary>
internal sealed class LfwFaces(DatasetArchive archive, RowSpool rows, DatasetReport report)
{
    public const string PositivePairs = "positive_pairs";
    public const string NegativePairs = "negative_pairs";

    /// <summary>The label of points whose image is in nobody's folder.</summary>
    private const string Unlabelled = "face";

    private const int Landmarks = 10;

    private readonly ImageIndex _images = new(archive.Limits);
    private readonly List<string> _labels = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<int> _people = [];

    private enum Kind
    {
        Points,
        Positive,
        Negative,
    }

    public DatasetInfo Info => new() { Labels = [.. _labels.Select(name => new DatasetLabel { Name = name })] };

    public void Add(DatasetArchiveEntry file, string subset, CancellationToken cancel)
    {
        var number = 0;
        foreach (var line in LineReader.Lines(archive, file))
        {
            cancel.ThrowIfCancellationRequested();
            number++;
            var fields = line.Split('\t', StringSplitOptions.TrimEntries);
            if (line.Trim().Length == 0 || (number == 1 && Array.TrueForAll(fields, field => Count(field) is not null)))
            {
                continue;
            }

            var known = EntryPaths.FileName(file.Path) switch
            {
                "people.txt" => AddPerson(fields),
                "pairs.txt" => AddPair(subset, fields, number),
                _ => AddPoints(subset, fields, number),
            };
            if (!known)
            {
                report.Loss("row-invalid", "Lines that are not of the format were left out", string.Create(CultureInfo.InvariantCulture, $"{file.Path} line {number}"));
            }
        }
    }

    /// <summary>Images of the archive that no list names.</summary>
    public void AddImages(Func<string, string> subset)
    {
        foreach (var entry in archive.Entries)
        {
            var images = entry.Path.StartsWith("images/", StringComparison.Ordinal) ? 0 : entry.Path.IndexOf("/images/", StringComparison.Ordinal) + 1;
            if (FileEndings.IsImage(entry.Path) && (images > 0 || entry.Path.StartsWith("images/", StringComparison.Ordinal)))
            {
                Image(subset(entry.Path), entry.Path[(images + "images/".Length)..], folderIsPerson: true);
            }
            else if (FileEndings.IsImage(entry.Path) && entry.Path.Split('/') is [.., var person, var name]
                && name.StartsWith(person + "_", StringComparison.Ordinal))
            {
                // As the benchmark packs them: lfw/Ann_Lee/Ann_Lee_0001.jpg.
                Image(subset(entry.Path), $"{person}/{name}", folderIsPerson: true);
            }
        }
    }

    public IEnumerable<DatasetItem> Items()
    {
        var finder = new ArchiveImages(archive);
        for (var i = 0; i < _images.Images.Count; i++)
        {
            var (subset, name) = _images.Images[i];
            var label = _people[i] < 0 ? null : _labels[_people[i]];
            var shapes = new List<DatasetShape>();
            var pairs = new Dictionary<string, string>();
            foreach (var row in rows.Read(i))
            {
                if (row.Kind == (int)Kind.Points)
                {
                    shapes.Add(new DatasetShape { Kind = ShapeKind.Points, Label = label ?? Unlabelled, Points = Array.ConvertAll(row.Text.Split('\t'), number => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture)) });
                    report.Count("points");
                    continue;
                }

                var key = row.Kind == (int)Kind.Positive ? PositivePairs : NegativePairs;
                pairs[key] = pairs.TryGetValue(key, out var before) ? $"{before};{row.Text}" : row.Text;
            }

            if (label is null && shapes.Count > 0)
            {
                report.Repair("label-missing", $"Faces without a label got the label {Unlabelled}", name);
            }

            report.Images++;
            report.Count("tag", label is null ? 0 : 1);
            yield return finder.AttachStem(new DatasetItem
            {
                Name = name,
                Subset = subset,
                Shapes = shapes,
                Tags = label is null ? [] : [new DatasetTag { Label = label, Attributes = pairs.Count > 0 ? pairs : DatasetShape.NoAttributes }],
            });
        }
    }

    private static int? Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private bool AddPerson(string[] fields)
    {
        if (fields[0].Length == 0)
        {
            return false;
        }

        Label(fields[0]);
        return true;
    }

    /// <summary>One image; two of a person; or one of each of two people.</summary>
    private bool AddPair(string subset, string[] fields, int number)
    {
        if (fields.Length == 1)
        {
            Image(subset, fields[0], folderIsPerson: false);
            return true;
        }

        if (fields.Length is not (3 or 4) || Count(fields[1]) is not { } first || Count(fields[^1]) is not { } second || fields[0].Length == 0)
        {
            return false;
        }

        var other = fields.Length == 3 ? fields[0] : fields[2];
        if (other.Length == 0)
        {
            return false;
        }

        var image = Image(subset, Path(fields[0], first), folderIsPerson: true);
        Image(subset, Path(other, second), folderIsPerson: true);
        rows.Add(image, (int)(fields.Length == 3 ? Kind.Positive : Kind.Negative), number, Path(other, second));
        return true;

        static string Path(string person, int image) => string.Create(CultureInfo.InvariantCulture, $"{person}/{person}_{image:D4}");
    }

    private bool AddPoints(string subset, string[] fields, int number)
    {
        if (fields.Length != Landmarks + 1 || fields[0].Length == 0
            || !Array.TrueForAll(fields[1..], field => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)))
        {
            return false;
        }

        var image = Image(subset, fields[0], folderIsPerson: false);
        if (_people[image] < 0)
        {
            Label(Unlabelled);
        }

        rows.Add(image, (int)Kind.Points, number, string.Join('\t', fields[1..]));
        return true;
    }

    /// <summary>The image's number. A person's folder is not part of its name.</summary>
    private int Image(string subset, string path, bool folderIsPerson)
    {
        var plain = path.Replace('\\', '/').Trim('/');
        var stem = FileEndings.IsImage(plain) ? StemNames.Stem(plain) : plain;
        var slash = stem.IndexOf('/', StringComparison.Ordinal);
        var person = slash > 0 ? stem[..slash] : "";
        var label = slash < 1 || person == LabelFolders.NoLabel ? -1 : _numbers.TryGetValue(person, out var number) ? number : folderIsPerson ? Label(person) : -1;
        var name = label >= 0 || person == LabelFolders.NoLabel ? stem[(slash + 1)..] : stem;
        var image = _images.Add(subset, name);
        if (image == _people.Count)
        {
            _people.Add(label);
        }
        else if (_people[image] < 0)
        {
            _people[image] = label;
        }

        return image;
    }

    private int Label(string name)
    {
        if (!_numbers.TryGetValue(name, out var number))
        {
            number = _labels.Count;
            DatasetArchive.ThrowIfOver("too-many-labels", "labels", number + 1L, archive.Limits.MaxLabels);
            _labels.Add(name);
            _numbers[name] = number;
        }

        return number;
    }
}
