using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Statistics;

/// <summary>How many of something, and in how many images.</summary>
/// <param name="Label">The label's name.</param>
/// <param name="Annotations">Shapes and tags.</param>
/// <param name="Images">Images with at least one of them.</param>
/// <param name="Kinds">Annotations by kind: rectangle … skeleton, tag.</param>
public sealed record LabelStatistics(string Label, long Annotations, long Images, IReadOnlyDictionary<string, long> Kinds);

/// <summary>One bar of a distribution; <paramref name="From"/> belongs to it, <paramref name="To"/> does not.</summary>
/// <param name="To">Null for the last one, which is open.</param>
public sealed record StatisticsBin(double From, double? To, long Count);

/// <summary>What is in a dataset, in numbers. It is gathered frame by frame and stays small whatever the dataset's size.</summary>
public sealed class DatasetStatistics
{
    private const int Powers = 24;
    private const int MostDifferentSizes = 10_000;

    private readonly SortedDictionary<string, LabelCounts> _labels = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _kinds = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _subsets = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Width, int Height), long> _sizes = [];
    private readonly HashSet<int> _tracks = [];
    private readonly long[] _areas = new long[Powers];
    private readonly long[] _perImage = new long[Powers];

    public DatasetStatistics(DatasetInfo info)
    {
        foreach (var label in info.Labels)
        {
            _labels.TryAdd(label.Name, new LabelCounts());
        }
    }

    public long Images { get; private set; }
    public long ImagesWithoutAnnotations { get; private set; }

    /// <summary>Images whose bytes are at hand.</summary>
    public long ImagesPresent { get; private set; }
    public long Annotations { get; private set; }
    public int Tracks => _tracks.Count;
    public IReadOnlyDictionary<string, long> Kinds => _kinds;

    /// <summary>Images by subset; the empty name stands for none.</summary>
    public IReadOnlyDictionary<string, long> Subsets => _subsets;

    /// <summary>Declared labels and used ones, the most used first.</summary>
    public IReadOnlyList<LabelStatistics> Labels => [.. _labels
        .Select(pair => new LabelStatistics(pair.Key, pair.Value.Annotations, pair.Value.Images, pair.Value.Kinds))
        .OrderByDescending(label => label.Annotations)];

    /// <summary>Images by width and height, the most frequent first; 0 by 0 stands for unknown.</summary>
    public IReadOnlyList<(int Width, int Height, long Count)> Sizes =>
        [.. _sizes.Select(pair => (pair.Key.Width, pair.Key.Height, pair.Value)).OrderByDescending(size => size.Value).ThenBy(size => size.Width).ThenBy(size => size.Height)];

    /// <summary>Shapes by the square root of their area, in pixels, in powers of two; shapes without an area are not counted.</summary>
    public IReadOnlyList<StatisticsBin> ShapeSides => Bins(_areas);

    /// <summary>Images by the number of their annotations, in powers of two.</summary>
    public IReadOnlyList<StatisticsBin> AnnotationsPerImage => Bins(_perImage);

    /// <summary>Shapes of less than 32 by 32 pixels, of less than 96 by 96, and others, as COCO's evaluation counts them.</summary>
    public (long Small, long Medium, long Large) CocoSizes { get; private set; }

    public void Add(DatasetItem item)
    {
        Images++;
        ImagesPresent += item.OpenImage is null ? 0 : 1;
        _subsets[item.Subset] = _subsets.GetValueOrDefault(item.Subset) + 1;
        var size = _sizes.Count < MostDifferentSizes || _sizes.ContainsKey((item.Width, item.Height)) ? (item.Width, item.Height) : (0, 0);
        _sizes[size] = _sizes.GetValueOrDefault(size) + 1;
        var count = item.Shapes.Count + item.Tags.Count;
        Annotations += count;
        ImagesWithoutAnnotations += count == 0 ? 1 : 0;
        _perImage[Power(count)]++;
        foreach (var shape in item.Shapes)
        {
            Add(shape.Label, Words.Of(shape.Kind));
            AddArea(ShapeMeasures.AreaOf(shape));
            if (shape.TrackId is { } track)
            {
                _tracks.Add(track);
            }
        }

        foreach (var tag in item.Tags)
        {
            Add(tag.Label, "tag");
        }
    }

    private void Add(string label, string kind)
    {
        if (!_labels.TryGetValue(label, out var counts))
        {
            _labels[label] = counts = new LabelCounts();
        }

        counts.Annotations++;
        counts.Kinds[kind] = counts.Kinds.GetValueOrDefault(kind) + 1;
        _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
        if (counts.LastImage != Images)
        {
            counts.LastImage = Images;
            counts.Images++;
        }
    }

    private void AddArea(double area)
    {
        if (!(area > 0) || !double.IsFinite(area))
        {
            return;
        }

        _areas[Power(Math.Sqrt(area))]++;
        var (small, medium, large) = CocoSizes;
        CocoSizes = area < 32 * 32 ? (small + 1, medium, large) : area < 96 * 96 ? (small, medium + 1, large) : (small, medium, large + 1);
    }

    /// <summary>0 for less than 1, 1 for less than 2, 2 for less than 4 …</summary>
    private static int Power(double value) => value < 1 ? 0 : Math.Min(Powers - 1, 1 + (int)Math.Floor(Math.Log2(value)));

    private static List<StatisticsBin> Bins(long[] counts)
    {
        var bins = new List<StatisticsBin>();
        var (first, last) = (Array.FindIndex(counts, count => count > 0), Array.FindLastIndex(counts, count => count > 0));
        for (var i = first; i >= 0 && i <= last; i++)
        {
            bins.Add(new StatisticsBin(i == 0 ? 0 : Math.Pow(2, i - 1), i == Powers - 1 ? null : Math.Pow(2, i), counts[i]));
        }

        return bins;
    }

    private sealed class LabelCounts
    {
        public long Annotations { get; set; }
        public long Images { get; set; }
        public long LastImage { get; set; }
        public SortedDictionary<string, long> Kinds { get; } = new(StringComparer.Ordinal);
    }
}
