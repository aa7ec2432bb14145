using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Coco;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.Mots;

/// <summary>MOTS PNG 1.0: the tracks of each frame painted over each other, as numbers of their class and their own.</summary>
public sealed class MotsWriter : IDatasetWriter
{
    /// <summary>A class a thousand times must fit in 16 bits, and so must the last of its tracks.</summary>
    private const int MostLabels = ushort.MaxValue / MotsReader.TracksOfClass - 1;

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        var labels = Names(source.Info);
        if (labels.Count > MostLabels)
        {
            throw new DatasetException("too-many-labels", $"The dataset has {labels.Count} labels; MOTS PNG 1.0 can tell {MostLabels}.");
        }

        var numbers = labels.Select((name, index) => (name, Number: index + 1)).ToDictionary(pair => pair.name, pair => pair.Number, StringComparer.Ordinal);
        var clips = new SortedDictionary<string, TrackNumbers>(StringComparer.Ordinal);
        var losses = new Losses(report);
        var painter = new ShapePainter(shape => shape.TrackId is not null && ShapePainter.CoversPixels(shape) && numbers.ContainsKey(shape.Label), DatasetLimits.Default, report);
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var subset = item.Subset.Length > 0 ? CocoWriter.FileName(item.Subset) : "default";
            if (!clips.TryGetValue(subset, out var tracks))
            {
                clips[subset] = tracks = new TrackNumbers();
            }

            var name = archive.ReserveStem($"{subset}/images/", item, report);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync($"{subset}/images/{name}", item, report, cancel);
            }

            ReportLost(item, numbers, losses, report);
            if (painter.Paint(item) is { } painted)
            {
                var values = painted.Objects.Select(drawn => tracks.Of(drawn.First.TrackId!.Value, numbers[drawn.First.Label])).ToList();
                if (values.Contains(0))
                {
                    report.Loss("track-number", $"Of more than {MotsReader.TracksOfClass} tracks of one label the others have no number and were left out", item.Name, values.Count(value => value == 0));
                }

                await using var png = archive.CreateStored($"{subset}/instances/{ImageNames.Stem(name)}.png");
                painted.Image.Write(png, PngForm.Grey16, number => number == 0 ? 0 : values[number - 1]);
            }

            report.Images++;
        }

        foreach (var subset in clips.Count > 0 ? clips.Keys.ToList() : ["default"])
        {
            await using var list = archive.Create($"{subset}/instances/labels.txt");
            await list.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(labels.Select(name => name.ReplaceLineEndings(" ").Trim() + "\n"))), cancel);
        }

        if (clips.Values.Sum(tracks => tracks.Count) is var count and > 0)
        {
            report.Count("track", count);
        }
    }

    private static List<string> Names(DatasetInfo info)
    {
        var names = new List<string>();
        foreach (var label in info.Labels)
        {
            names.Add(label.Name);
            names.AddRange(label.Sublabels.Select(sublabel => sublabel.Name));
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static void ReportLost(DatasetItem item, Dictionary<string, int> numbers, Losses losses, DatasetReport report)
    {
        losses.Tags(item);
        foreach (var shape in item.Shapes)
        {
            if (!ShapePainter.CoversPixels(shape))
            {
                losses.Kind(item, shape);
            }
            else if (shape.TrackId is null)
            {
                report.Loss("no-track", "MOTS PNG 1.0 holds tracks only; shapes of single frames were left out", Losses.Place(item, shape));
            }
            else if (!numbers.ContainsKey(shape.Label))
            {
                losses.Label(item, shape.Label);
            }
            else
            {
                losses.Attributes(item, shape);
                losses.Occluded(item, shape);
                losses.Group(item, shape);
            }
        }
    }

    /// <summary>
    /// Numbers of a clip's tracks: counted over all labels, as the contract's users know them, and where that is more than the
    /// format can hold, the next that the label has free.
    /// </summary>
    private sealed class TrackNumbers
    {
        private readonly Dictionary<int, int> _values = [];
        private readonly HashSet<int> _taken = [];

        public int Count => _values.Values.Count(value => value > 0);

        /// <summary>0 when the label has no number left.</summary>
        public int Of(int track, int label)
        {
            if (_values.TryGetValue(track, out var known))
            {
                return known;
            }

            var value = label * MotsReader.TracksOfClass + Math.Min(_values.Count, MotsReader.TracksOfClass - 1);
            while (value >= label * MotsReader.TracksOfClass && !_taken.Add(value))
            {
                value--;
            }

            return _values[track] = value < label * MotsReader.TracksOfClass ? 0 : value;
        }
    }
}
