using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Comparison;

/// <summary>Annotations of one label in two datasets.</summary>
public sealed record LabelDifference(string Label)
{
    /// <summary>Annotations that both have.</summary>
    public long Same { get; set; }

    /// <summary>Those among them with another place within the threshold, or with other attributes or flags.</summary>
    public long Changed { get; set; }
    public long OnlyFirst { get; set; }
    public long OnlySecond { get; set; }
}

/// <summary>
/// What two datasets differ in. Frames are the same by subset and name, or by name alone where a dataset has no subsets; shapes
/// of one kind and label are the same when they overlap enough.
/// </summary>
public sealed class DatasetDifference
{
    private const int MaxPlaces = 100;

    private readonly SortedDictionary<string, LabelDifference> _labels = new(StringComparer.Ordinal);
    private readonly double _threshold;

    private DatasetDifference(double threshold) => _threshold = threshold;

    public long ImagesInBoth { get; private set; }
    public long ImagesOnlyFirst { get; private set; }
    public long ImagesOnlySecond { get; private set; }

    /// <summary>Images of both whose width or height differs.</summary>
    public long SizesDiffer { get; private set; }

    /// <summary>The first images that differ, with how.</summary>
    public IReadOnlyList<string> Places => _places;
    public IReadOnlyList<string> LabelsOnlyFirst { get; private set; } = [];
    public IReadOnlyList<string> LabelsOnlySecond { get; private set; } = [];
    public IReadOnlyCollection<LabelDifference> Labels => _labels.Values;

    public bool IsNone => ImagesOnlyFirst == 0 && ImagesOnlySecond == 0 && SizesDiffer == 0 && LabelsOnlyFirst.Count == 0 && LabelsOnlySecond.Count == 0
        && _labels.Values.All(label => label is { Changed: 0, OnlyFirst: 0, OnlySecond: 0 });

    private readonly List<string> _places = [];

    /// <summary>Reads both; the second waits in a temporary file, the names of its frames in memory.</summary>
    /// <param name="threshold">Overlap divided by union from which on two shapes are the same; above 0, up to 1.</param>
    public static async Task<DatasetDifference> BetweenAsync(IDatasetSource first, IDatasetSource second, double threshold, CancellationToken cancel)
    {
        var result = new DatasetDifference(threshold);
        var (one, two) = (Names(first), Names(second));
        result.LabelsOnlyFirst = [.. one.Except(two, StringComparer.Ordinal)];
        result.LabelsOnlySecond = [.. two.Except(one, StringComparer.Ordinal)];

        await using var spool = new ItemSpool();
        var waiting = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        await foreach (var item in second.ReadItemsAsync(cancel))
        {
            if (!waiting.TryGetValue(item.Name, out var numbers))
            {
                waiting[item.Name] = numbers = new List<int>(1);
            }

            numbers.Add(spool.Add(item));
        }

        await foreach (var item in first.ReadItemsAsync(cancel))
        {
            if (waiting.TryGetValue(item.Name, out var numbers) && Take(numbers, spool, item.Subset) is { } other)
            {
                result.Compare(item, other);
            }
            else
            {
                result.ImagesOnlyFirst++;
                result.Note($"only in the first: {item.Name}");
                result.CountAll(item, label => label.OnlyFirst++);
            }
        }

        foreach (var number in waiting.Values.SelectMany(numbers => numbers))
        {
            cancel.ThrowIfCancellationRequested();
            var item = spool.Read(number);
            result.ImagesOnlySecond++;
            result.Note($"only in the second: {item.Name}");
            result.CountAll(item, label => label.OnlySecond++);
        }

        return result;
    }

    private static string[] Names(IDatasetSource source) => [.. source.Info.Labels.Select(label => label.Name)];

    /// <summary>The frame of the same subset, or one where either side has none.</summary>
    private static DatasetItem? Take(List<int> numbers, ItemSpool spool, string subset)
    {
        var fitting = -1;
        for (var i = 0; i < numbers.Count; i++)
        {
            var other = spool.Read(numbers[i]);
            if (other.Subset == subset)
            {
                numbers.RemoveAt(i);
                return other;
            }

            if (fitting < 0 && (other.Subset is "" or "default" || subset is "" or "default"))
            {
                fitting = i;
            }
        }

        if (fitting < 0)
        {
            return null;
        }

        var found = spool.Read(numbers[fitting]);
        numbers.RemoveAt(fitting);
        return found;
    }

    private void Compare(DatasetItem first, DatasetItem second)
    {
        ImagesInBoth++;
        if (first.Width > 0 && second.Width > 0 && (first.Width, first.Height) != (second.Width, second.Height))
        {
            SizesDiffer++;
            Note($"{first.Name}: {first.Width}x{first.Height} and {second.Width}x{second.Height}");
        }

        long changed = 0;
        var pairs = ShapePairs.Best(first.Shapes, second.Shapes, _threshold, first.Width, first.Height);
        foreach (var (one, other, _) in pairs)
        {
            var label = Label(first.Shapes[one].Label);
            label.Same++;
            if (!ShapeEquality.Same(first.Shapes[one], second.Shapes[other]))
            {
                label.Changed++;
                changed++;
            }
        }

        var left = Unpaired(first.Shapes, pairs.Select(pair => pair.First));
        var right = Unpaired(second.Shapes, pairs.Select(pair => pair.Second));
        foreach (var tag in first.Tags)
        {
            if (second.Tags.Any(other => other.Label == tag.Label))
            {
                Label(tag.Label).Same++;
            }
            else
            {
                left.Add(tag.Label);
            }
        }

        right.AddRange(second.Tags.Where(tag => first.Tags.All(other => other.Label != tag.Label)).Select(tag => tag.Label));
        left.ForEach(name => Label(name).OnlyFirst++);
        right.ForEach(name => Label(name).OnlySecond++);
        if (changed > 0 || left.Count > 0 || right.Count > 0)
        {
            Note($"{first.Name}: {left.Count} only in the first, {right.Count} only in the second, {changed} changed");
        }
    }

    private static List<string> Unpaired(IReadOnlyList<DatasetShape> shapes, IEnumerable<int> paired)
    {
        var known = paired.ToHashSet();
        return [.. shapes.Where((_, i) => !known.Contains(i)).Select(shape => shape.Label)];
    }

    private void CountAll(DatasetItem item, Action<LabelDifference> count)
    {
        foreach (var name in item.Shapes.Select(shape => shape.Label).Concat(item.Tags.Select(tag => tag.Label)))
        {
            count(Label(name));
        }
    }

    private LabelDifference Label(string name)
    {
        if (!_labels.TryGetValue(name, out var label))
        {
            _labels[name] = label = new LabelDifference(name);
        }

        return label;
    }

    private void Note(string place)
    {
        if (_places.Count < MaxPlaces)
        {
            _places.Add(place);
        }
    }
}
