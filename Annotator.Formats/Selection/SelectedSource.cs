using System.Runtime.CompilerServices;
using Annotator.Formats.Model;

namespace Annotator.Formats.Selection;

/// <summary>Which part of a dataset is wanted.</summary>
public sealed record DatasetSelection
{
    /// <summary>Names of labels; empty for all.</summary>
    public IReadOnlySet<string> Labels { get; init; } = new HashSet<string>();

    /// <summary>Names of subsets, where an empty name is that of frames without one; empty for all.</summary>
    public IReadOnlySet<string> Subsets { get; init; } = new HashSet<string>();

    /// <summary>Only frames that have an annotation (of a wanted label).</summary>
    public bool OnlyAnnotated { get; init; }

    /// <summary>
    /// Of tracks only what somebody set: shapes between keyframes stay. Formats that hold keyframes themselves are the same
    /// either way.
    /// </summary>
    public bool OnlyKeyframes { get; init; }

    public bool IsAll => Labels.Count == 0 && Subsets.Count == 0 && !OnlyAnnotated && !OnlyKeyframes;
}

/// <summary>A part of a dataset, frame by frame. It does not own the dataset behind it.</summary>
public sealed class SelectedSource : IDatasetSource
{
    private readonly IDatasetSource _inner;
    private readonly DatasetSelection _selection;
    private readonly HashSet<int>? _tasks;

    public SelectedSource(IDatasetSource inner, DatasetSelection selection)
    {
        (_inner, _selection) = (inner, selection);
        if (selection.Subsets.Count > 0)
        {
            _tasks = [.. inner.Info.Tasks.Where(task => selection.Subsets.Contains(task.Subset)).Select(task => task.Id)];
        }

        Info = inner.Info with
        {
            Labels = [.. inner.Info.Labels.Where(label => Wants(label.Name))],
            Tasks = _tasks is null ? inner.Info.Tasks : [.. inner.Info.Tasks.Where(task => _tasks.Contains(task.Id))],
        };
    }

    public DatasetInfo Info { get; }
    public bool HasTracks => _inner.HasTracks;

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var item in _inner.ReadItemsAsync(cancel))
        {
            if (_selection.Subsets.Count > 0 && !_selection.Subsets.Contains(item.Subset))
            {
                continue;
            }

            var wanted = Wanted(item);
            if (!_selection.OnlyAnnotated || wanted.AtSize is not null || wanted.Tags.Count + wanted.Shapes.Count > 0)
            {
                yield return wanted;
            }
        }
    }

    public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var track in _inner.ReadTracksAsync(cancel))
        {
            if (Wants(track.Label) && (_tasks is null || track.TaskId is not { } id || _tasks.Contains(id)))
            {
                yield return track;
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool Wants(string label) => _selection.Labels.Count == 0 || _selection.Labels.Contains(label);

    private bool Wants(DatasetShape shape) => Wants(shape.Label) && (!_selection.OnlyKeyframes || shape.TrackId is null || shape.Keyframe);

    private DatasetItem Wanted(DatasetItem item) => _selection.Labels.Count == 0 && !_selection.OnlyKeyframes ? item : item with
    {
        Tags = [.. item.Tags.Where(tag => Wants(tag.Label))],
        Shapes = [.. item.Shapes.Where(Wants)],
        AtSize = item.AtSize is { } atSize ? (width, height) => Wanted(atSize(width, height)) : null,
    };
}
