using System.Runtime.CompilerServices;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools;

/// <summary>A dataset seen through a change of each frame. It owns the dataset behind it.</summary>
/// <param name="map">Gives the frame as it shall be, or null to leave it out.</param>
/// <param name="mapTrack">
/// The same for tracks; null where a change of frames changes tracks too: they are then told by the shapes on the frames.
/// </param>
public sealed class MappedSource(
    IDatasetSource inner, DatasetInfo info, Func<DatasetItem, DatasetItem?> map, Func<DatasetTrack, DatasetTrack?>? mapTrack) : IDatasetSource
{
    /// <summary>The change is one of names, numbers and subsets only, and is made once a frame.</summary>
    internal bool OfFrames { get; init; }

    public DatasetInfo Info => info;
    public bool HasTracks => mapTrack is not null && inner.HasTracks;

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var item in inner.ReadItemsAsync(cancel))
        {
            if (map(item) is { } mapped)
            {
                yield return item.AtSize is { } atSize ? mapped with { AtSize = AtSize(mapped, atSize) } : mapped;
            }
        }
    }

    public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        if (!HasTracks)
        {
            yield break;
        }

        await foreach (var track in inner.ReadTracksAsync(cancel))
        {
            if (mapTrack!(track) is { } mapped)
            {
                yield return mapped;
            }
        }
    }

    /// <summary>The shapes of such a frame come into being with its size.</summary>
    private Func<int, int, DatasetItem> AtSize(DatasetItem mapped, Func<int, int, DatasetItem> atSize) => OfFrames
        ? (width, height) => atSize(width, height) with { Name = mapped.Name, Subset = mapped.Subset, Frame = mapped.Frame, AtSize = null }
        : (width, height) => map(atSize(width, height)) ?? mapped with { AtSize = null };

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
