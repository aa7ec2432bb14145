using Annotator.Core.Media;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Media;

/// <summary>Room for media that are made of originals; configuration section <c>MadeMedia</c>.</summary>
internal sealed class MadeMediaOptions
{
    public const string Section = "MadeMedia";

    /// <summary>Bytes of all compressed frames and chunks together, as far as they are kept for the next who asks.</summary>
    public long MaxBytes { get; set; } = 50L << 30;

    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>
/// Keeps made media within their room: the oldest go first, and are made again when somebody asks.
/// </summary>
internal sealed partial class MadeMediaSweeper(
    IBlobStore blobs, IOptions<MadeMediaOptions> options, MadeMediaRoom room, TimeProvider time, ILogger<MadeMediaSweeper> log) : BackgroundService
{
    /// <summary>Deletes what is over the limit; the answer is how many blobs went.</summary>
    public async Task<int> SweepAsync(CancellationToken cancel)
    {
        var made = new List<BlobInfo>();
        var bytes = 0L;
        await foreach (var blob in blobs.ListAsync("data/", cancel))
        {
            if (BlobKinds.Of(blob.Key) == BlobKind.Made)
            {
                made.Add(blob);
                bytes += blob.Length;
            }
        }

        var deleted = 0;
        foreach (var blob in made.OrderBy(blob => blob.LastModified).TakeWhile(_ => bytes > options.Value.MaxBytes))
        {
            await blobs.DeleteAsync(blob.Key, cancel);
            bytes -= blob.Length;
            deleted++;
        }

        room.Found(bytes);
        return deleted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogBroken(error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "Sweeping made media broke; the next round tries again")]
    private partial void LogBroken(Exception error);
}
