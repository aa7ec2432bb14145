using System.Runtime.CompilerServices;
using Annotator.Cli.Output;
using Annotator.Formats;
using Annotator.Formats.Model;

namespace Annotator.Cli.Datasets;

/// <summary>Shows how many frames have passed. The dataset behind it stays its owner's.</summary>
internal sealed class WatchedSource(IDatasetSource inner, ProgressLine progress) : IDatasetSource
{
    public DatasetInfo Info => inner.Info;
    public bool HasTracks => inner.HasTracks;

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        long count = 0;
        await foreach (var item in inner.ReadItemsAsync(cancel))
        {
            cancel.ThrowIfCancellationRequested();
            progress.Show("images", ++count);
            yield return item;
        }
    }

    public IAsyncEnumerable<DatasetTrack> ReadTracksAsync(CancellationToken cancel) => inner.ReadTracksAsync(cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
