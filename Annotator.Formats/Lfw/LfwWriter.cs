using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.Lfw;

/// <summary>LFW 1.0: for each subset who there is, which images show whom, and five points of each face.</summary>
public sealed class LfwWriter : IDatasetWriter
{
    private const int Landmarks = 5;

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using var files = new SpooledFiles();
        var names = new StemNames(archive, report);
        var faces = new Faces(source.Info.Labels, report);
        var people = new SortedDictionary<string, Dictionary<string, int>>(StringComparer.Ordinal);
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var subset = LabelFolders.FolderName(item.Subset.Length > 0 ? item.Subset : "default");
            var (tag, points) = faces.Of(item);
            var person = tag is null ? "" : LabelFolders.FolderName(tag.Label);
            var folder = $"{subset}/images/{(person.Length > 0 ? person : LabelFolders.NoLabel)}/";
            var name = names.Reserve(folder, person.Length > 0 && item.Name.StartsWith(person + "/", StringComparison.Ordinal) ? item with { Name = item.Name[(person.Length + 1)..] } : item);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync(folder + name, item, report, cancel);
            }

            if (!people.TryGetValue(subset, out var counts))
            {
                people[subset] = counts = [];
            }

            if (tag is not null)
            {
                counts[tag.Label] = counts.GetValueOrDefault(tag.Label) + 1;
            }

            var stem = StemNames.Stem(name);
            await files[$"{subset}/annotations/pairs.txt"].WriteAsync(faces.Pairs(item, tag, person, stem));
            if (points is not null)
            {
                await files[$"{subset}/annotations/landmarks.txt"].WriteAsync(
                    $"{Plain(name)}\t{string.Join('\t', points.Points.Select(number => number.ToString(CultureInfo.InvariantCulture)))}\n");
            }

            report.Images++;
        }

        foreach (var (subset, counts) in people)
        {
            var file = files[$"{subset}/annotations/people.txt"];
            foreach (var label in source.Info.Labels)
            {
                await file.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{Plain(LabelFolders.FolderName(label.Name))}\t{counts.GetValueOrDefault(label.Name)}\n"));
            }
        }

        if (people.Count == 0)
        {
            _ = files["default/annotations/people.txt"];
        }

        await files.WriteAsync(archive, cancel);
    }

    private static string Plain(string text) => text.Replace('\t', ' ').ReplaceLineEndings(" ");

    private sealed class Faces(IReadOnlyList<DatasetLabel> labels, DatasetReport report)
    {
        private readonly HashSet<string> _labels = [.. labels.Select(label => label.Name)];
        private readonly Losses _losses = new(report);

        /// <summary>The image's one tag, and one set of five points of the same label; all else is reported.</summary>
        public (DatasetTag? Tag, DatasetShape? Points) Of(DatasetItem item)
        {
            DatasetTag? tag = null;
            foreach (var other in item.Tags)
            {
                if (!_labels.Contains(other.Label))
                {
                    _losses.Label(item, other.Label);
                }
                else if (tag is not null)
                {
                    report.Loss("tags-not-held", "An image can have one tag only: the first was kept", $"{item.Name}: {other.Label}");
                }
                else
                {
                    tag = other;
                    report.Count("tag");
                    if (other.Attributes.Keys.Any(name => name is not (LfwFaces.PositivePairs or LfwFaces.NegativePairs)))
                    {
                        report.Loss("attributes-not-held", "The format has no attributes", $"{item.Name}: tag {other.Label}");
                    }
                }
            }

            DatasetShape? points = null;
            foreach (var shape in item.Shapes)
            {
                if (shape.Kind != ShapeKind.Points || shape.Points.Length != 2 * Landmarks)
                {
                    _losses.Kind(item, shape);
                }
                else if (points is not null || (tag is not null && tag.Label != shape.Label) || !_labels.Contains(shape.Label))
                {
                    report.Loss("face-not-held", "An image can have one label and one set of five points only: the first were kept", Losses.Place(item, shape));
                }
                else
                {
                    points = shape;
                    _losses.Plain(item, shape);
                    report.Count("points");
                    if (tag is null)
                    {
                        report.Repair("label-as-tag", "The label of a face is that of its image", Losses.Place(item, shape));
                        tag = new DatasetTag { Label = shape.Label };
                    }
                }
            }

            return (tag, points);
        }

        /// <summary>The image alone, or a line for each of its pairs. A pair is told by people and numbers only.</summary>
        public string Pairs(DatasetItem item, DatasetTag? tag, string person, string stem)
        {
            var lines = "";
            foreach (var (key, positive) in new[] { (LfwFaces.PositivePairs, true), (LfwFaces.NegativePairs, false) })
            {
                foreach (var other in tag?.Attributes.GetValueOrDefault(key)?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
                {
                    var slash = other.LastIndexOf('/');
                    var name = slash > 0 ? other[..slash] : person;
                    if (Number(person, stem) is { } one && Number(name, other[(slash + 1)..]) is { } two && (name == person) == positive)
                    {
                        lines += string.Create(CultureInfo.InvariantCulture, $"{Plain(person)}\t{one}\t{(positive ? "" : Plain(name) + "\t")}{two}\n");
                    }
                    else
                    {
                        report.Loss("pair-not-held", "Only pairs of images called <person>_0001 can be held", $"{item.Name}: {other}");
                    }
                }
            }

            return lines.Length > 0 ? lines : Plain(person.Length > 0 ? $"{person}/{stem}\n" : $"{stem}\n").TrimEnd() + "\n";
        }

        /// <summary>The image's number, of one that is called by its person and four digits.</summary>
        private static int? Number(string person, string stem) =>
            person.Length > 0 && stem.Length == person.Length + 5 && stem.StartsWith(person + "_", StringComparison.Ordinal)
            && int.TryParse(stem.AsSpan(person.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
    }
}
