using System.Runtime.CompilerServices;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Merging;

/// <summary>
/// Several datasets as one. Frames of one name and subset are one frame. All datasets but the first wait in a temporary file;
/// in memory stay the names of their frames. It owns the datasets.
/// </summary>
public sealed class MergedSource : IDatasetSource
{
    private readonly IReadOnlyList<IDatasetSource> _sources;
    private readonly MergeOptions _options;
    private readonly DatasetReport _report;
    private readonly HashSet<string> _labels;
    private readonly Dictionary<(int Source, int Track), int> _tracks = [];

    /// <param name="sources">At least one; whose frames have their sizes, see <see cref="SizedSource"/>.</param>
    public MergedSource(IReadOnlyList<IDatasetSource> sources, MergeOptions options, DatasetReport report)
    {
        (_sources, _options, _report) = (sources, options, report);
        var labels = new List<DatasetLabel>();
        foreach (var label in sources.SelectMany(source => source.Info.Labels))
        {
            var same = labels.FindIndex(other => other.Name == label.Name);
            if (same < 0)
            {
                labels.Add(label);
            }
            else
            {
                labels[same] = LabelUnion.Of(labels[same], label, report);
            }
        }

        if (options.Labels == LabelPolicy.Intersect)
        {
            labels.RemoveAll(label => !sources.All(source => source.Info.Labels.Any(other => other.Name == label.Name)));
        }

        Info = new DatasetInfo { Labels = labels };
        _labels = [.. labels.Select(label => label.Name)];
    }

    public DatasetInfo Info { get; }

    /// <summary>Frames of several datasets have one numbering no more: tracks are told by the shapes.</summary>
    public bool HasTracks => false;

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var spool = new ItemSpool();
        var waiting = new Dictionary<(string Subset, string Name), List<int>>();
        var order = new List<(string Subset, string Name)>();
        for (var i = 1; i < _sources.Count; i++)
        {
            await foreach (var item in _sources[i].ReadItemsAsync(cancel))
            {
                var key = (item.Subset, item.Name);
                if (!waiting.TryGetValue(key, out var numbers))
                {
                    waiting[key] = numbers = new List<int>(1);
                    order.Add(key);
                }

                numbers.Add(spool.Add(Owned(item, i)));
            }
        }

        await foreach (var item in _sources[0].ReadItemsAsync(cancel))
        {
            waiting.Remove((item.Subset, item.Name), out var others);
            yield return Merged(Owned(item, 0), others ?? [], spool);
        }

        foreach (var key in order)
        {
            cancel.ThrowIfCancellationRequested();
            if (waiting.TryGetValue(key, out var numbers))
            {
                yield return Merged(spool.Read(numbers[0]), numbers.Skip(1), spool);
            }
        }
    }

    public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        yield break;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
        {
            await source.DisposeAsync();
        }
    }

    private DatasetItem Merged(DatasetItem first, IEnumerable<int> others, ItemSpool spool)
    {
        foreach (var other in others)
        {
            first = FrameMerge.Of(first, spool.Read(other), _options, _report);
        }

        return first;
    }

    /// <summary>With numbers of tracks that no other dataset uses, and without labels that are not common to all.</summary>
    private DatasetItem Owned(DatasetItem item, int source)
    {
        var shapes = new List<DatasetShape>(item.Shapes.Count);
        foreach (var shape in item.Shapes)
        {
            if (Has(shape.Label, item))
            {
                shapes.Add(shape.TrackId is { } id ? shape with { TrackId = Track(source, id) } : shape);
            }
        }

        // The task's number means nothing outside of its dataset.
        return item with { Shapes = shapes, Tags = [.. item.Tags.Where(tag => Has(tag.Label, item))], TaskId = null };
    }

    private bool Has(string label, DatasetItem item)
    {
        if (_options.Labels == LabelPolicy.Union || _labels.Contains(label))
        {
            return true;
        }

        _report.Loss("label-not-common", "Annotations of labels that not all datasets have were left out", $"{item.Name}: {label}");
        return false;
    }

    private int Track(int source, int track)
    {
        if (!_tracks.TryGetValue((source, track), out var number))
        {
            _tracks[(source, track)] = number = _tracks.Count;
        }

        return number;
    }
}
