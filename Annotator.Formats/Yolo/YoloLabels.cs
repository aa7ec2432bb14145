using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Skeletons;

namespace Annotator.Formats.Yolo;

/// <summary>The labels of a YOLO archive: its names, skeletons with their nodes, or names out of rows that hold them.</summary>
internal static class YoloLabels
{
    public static List<DatasetLabel> Of(DatasetArchive archive, YoloLayout layout, YoloKind kind, CancellationToken cancel)
    {
        var labels = new List<DatasetLabel>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < layout.Names.Count; i++)
        {
            if (known.Add(layout.Names[i]))
            {
                labels.Add(Label(i, layout.Names[i]));
            }
        }

        labels.AddRange(layout.Names.Count == 0 && !layout.InPixels
            ? Numbers(archive, layout, cancel).Select(number => Label(number, number.ToString(CultureInfo.InvariantCulture)))
            : []);
        foreach (var entry in layout.InPixels ? layout.Entries.Where(entry => entry.InPixels) : [])
        {
            foreach (var line in layout.Lines(entry.Rows!))
            {
                cancel.ThrowIfCancellationRequested();
                if (DotaRow.Read(line, out _) is { } shape && known.Add(shape.Label))
                {
                    labels.Add(new DatasetLabel { Name = shape.Label });
                    if (labels.Count > archive.Limits.MaxLabels)
                    {
                        throw new DatasetException("too-many-labels", $"{entry.Rows!.Path}: there are more than {archive.Limits.MaxLabels} labels.");
                    }
                }
            }
        }

        return labels;

        DatasetLabel Label(int number, string name) => kind == YoloKind.Pose && layout.Skeletons.Points > 0
            ? SkeletonLayout.Of(layout.Skeletons.NodesOf(number, layout.Skeletons.Points), []).ToLabel(name)
            : new DatasetLabel { Name = name };
    }

    /// <summary>The classes that rows have, where nothing names them.</summary>
    private static SortedSet<int> Numbers(DatasetArchive archive, YoloLayout layout, CancellationToken cancel)
    {
        var numbers = new SortedSet<int>();
        foreach (var entry in layout.Entries.Where(entry => entry.Rows is not null))
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var line in layout.Lines(entry.Rows!))
            {
                var trimmed = line.AsSpan().Trim();
                var end = trimmed.IndexOfAny(' ', '\t', ',');
                if (end > 0 && double.TryParse(trimmed[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && number >= 0 && number < archive.Limits.MaxLabels && number == Math.Floor(number))
                {
                    numbers.Add((int)number);
                }
            }
        }

        return numbers;
    }
}
