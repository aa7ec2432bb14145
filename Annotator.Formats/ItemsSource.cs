using System.Runtime.CompilerServices;
using Annotator.Formats.Model;

namespace Annotator.Formats;

/// <summary>A dataset out of two plain sequences: its frames, and its tracks where the format knows them.</summary>
/// <param name="info">What is known before the first frame.</param>
/// <param name="items">Gives every frame once.</param>
/// <param name="tracks">Null when the shapes' numbers are all that is known of tracks.</param>
/// <param name="owned">What is closed with the source.</param>
internal sealed class ItemsSource(
    DatasetInfo info, Func<IEnumerable<DatasetItem>> items, Func<IEnumerable<DatasetTrack>>? tracks = null, IDisposable? owned = null) : IDatasetSource
{
    public DatasetInfo Info => info;
    public bool HasTracks => tracks is not null;

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (var item in items())
        {
            cancel.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (var track in tracks?.Invoke() ?? [])
        {
            cancel.ThrowIfCancellationRequested();
            yield return track;
        }
    }

    public ValueTask DisposeAsync()
    {
        owned?.Dispose();
        return ValueTask.CompletedTask;
    }
}
