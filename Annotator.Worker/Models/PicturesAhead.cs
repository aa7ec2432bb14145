using System.Threading.Channels;
using Annotator.Inference;

namespace Annotator.Worker.Models;

/// <summary>Frames that are decoded while those before them are looked at.</summary>
internal sealed class PicturesAhead : IAsyncDisposable
{
    /// <summary>Frames of a video that are decoded together when it is gone through backward.</summary>
    private const int BackwardRun = 12;

    private readonly Channel<(int Number, PixelImage? Picture, string? Reason)> _pictures;
    private readonly CancellationTokenSource _stop;
    private readonly Task _decoding;

    /// <param name="frames">Rising, or falling to go backward.</param>
    /// <param name="most">Decoded pictures that wait.</param>
    public PicturesAhead(IServiceScopeFactory scopes, int dataId, IReadOnlyList<int> frames, int most, CancellationToken cancel)
    {
        _pictures = Channel.CreateBounded<(int, PixelImage?, string?)>(most);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _decoding = DecodeAsync(scopes, dataId, frames, _stop.Token);
    }

    /// <summary>In the order that was asked for. A damaged frame comes without a picture and with the reason.</summary>
    public ChannelReader<(int Number, PixelImage? Picture, string? Reason)> Reader => _pictures.Reader;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _decoding;
        _stop.Dispose();
    }

    private async Task DecodeAsync(IServiceScopeFactory scopes, int dataId, IReadOnlyList<int> frames, CancellationToken cancel)
    {
        Exception? failure = null;
        try
        {
            // A context of its own: the other one writes while this one reads.
            await using var scope = scopes.CreateAsyncScope();
            var pictures = scope.ServiceProvider.GetRequiredService<FramePictures>();
            var backward = frames.Count > 1 && frames[0] > frames[^1];
            foreach (var run in backward ? frames.Chunk(BackwardRun).Select(run => run.Reverse().ToArray()) : [[.. frames]])
            {
                var read = pictures.ReadAsync(dataId, run, cancel);
                await foreach (var picture in backward ? (await read.ToListAsync(cancel)).AsEnumerable().Reverse().ToAsyncEnumerable() : read)
                {
                    await _pictures.Writer.WriteAsync(picture, cancel);
                }
            }
        }
        catch (Exception error)
        {
            failure = error;
        }

        // Whoever reads meets the failure behind the last picture.
        _pictures.Writer.Complete(failure);
    }
}
