using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Media;

/// <summary>
/// Makes the chunks of videos behind, one run at a time and as the least important work on the machine: from where somebody looked
/// last to the end, and then what lies before. Nothing is kept but the chunks themselves: after a restart the videos of young tasks are gone through
/// again. It stops when made media have filled most of their room; what is missing is made when somebody asks for it.
/// </summary>
internal sealed partial class VideoPreparation(
    IServiceScopeFactory scopes, IBlobStore blobs, VideoChunks chunks, VideoFrames videos, VideoEncoders encoders, MadeMediaRoom room, TimeProvider time, ILogger<VideoPreparation> log)
    : BackgroundService
{
    /// <summary>Chunks of one decoding.</summary>
    private const int RunLength = 8;

    private const int MostVideos = 200;
    private static readonly TimeSpan Young = TimeSpan.FromDays(7);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _news = new(0);

    /// <summary>Where to go on in each video, the one that was looked at last at the end.</summary>
    private readonly List<Place> _places = [];

    /// <summary>Says that somebody looks at a video, or will soon.</summary>
    public void Look(int taskId, int video, int chunk)
    {
        lock (_lock)
        {
            var place = _places.Find(place => place.TaskId == taskId && place.Video == video) ?? new Place(taskId, video);
            place.Chunk = chunk;
            _places.Remove(place);
            _places.Add(place);
            if (_places.Count > MostVideos)
            {
                _places.RemoveAt(0);
            }
        }

        _news.Release();
    }

    /// <summary>Makes some chunks of the video that was looked at last; false when there is nothing to do.</summary>
    public async Task<bool> StepAsync(CancellationToken cancel)
    {
        Place? place;
        lock (_lock)
        {
            place = _places.LastOrDefault();
        }

        if (place is null || !room.IsThereForPreparing)
        {
            return false;
        }

        if (await IsGrowingAsync(place.TaskId, cancel)
            || await encoders.FindAsync(cancel) is not { } encoder
            || await VideoChunks.FindAsync(scopes, place.TaskId, place.Video, cancel) is not { HasChunks: true } run
            || await MissingAsync(run, place, cancel) is not var (first, last))
        {
            Forget(place);
            return true;
        }

        var (next, failed) = await chunks.MakeBehindAsync(run, first, last, last - first < RunLength, encoder, cancel);
        if (failed)
        {
            place.Failed.Add(next - 1);
        }

        await RemoveOfDeletedAsync(run, cancel);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        chunks.Asked += Look;
        await FindYoungAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (chunks.IsBusy)
                {
                    await Task.Delay(Breath, time, stoppingToken);
                }
                else if (!await StepAsync(stoppingToken))
                {
                    await _news.WaitAsync(Pause, stoppingToken);
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogBroken(error);
                await Task.Delay(Breath, time, stoppingToken);
                ForgetLast();
            }
        }
    }

    public override void Dispose()
    {
        chunks.Asked -= Look;
        _news.Dispose();
        base.Dispose();
    }

    /// <summary>The first run of chunks that are not made yet, from the place on and then from the start; null when there are none.</summary>
    private async Task<(int First, int Last)?> MissingAsync(VideoRun run, Place place, CancellationToken cancel)
    {
        var made = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in blobs.ListAsync(DataKeys.ProxyChunks(run.Video.DataId, run.Video.Number), cancel))
        {
            made.Add(blob.Key);
        }

        var order = Enumerable.Range(0, run.Chunks).Select(at => (at + place.Chunk) % run.Chunks);
        var first = order.Where(IsMissing).Select(chunk => (int?)chunk).FirstOrDefault();
        if (first is not { } found)
        {
            return null;
        }

        // What is only decoded from its start is decoded once and to its end.
        var length = await videos.IsSeekableAsync(run.Video.DataId, run.Video.Number, cancel) ? RunLength : run.Chunks;
        var last = found;
        while (last + 1 < run.Chunks && last + 1 < found + length && IsMissing(last + 1))
        {
            last++;
        }

        return (found, last);

        bool IsMissing(int chunk) => !place.Failed.Contains(chunk) && !made.Contains(run.ChunkKey(chunk));
    }

    /// <summary>While a video's frames are still being found, its last chunk has more of them every moment. Who finds the last one tells us.</summary>
    private async Task<bool> IsGrowingAsync(int taskId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>().Operations
            .AnyAsync(row => row.TaskId == taskId && row.Type == "create:task" && row.State == OperationState.Started, cancel);
    }

    /// <summary>A task may be deleted while its chunks are made; they would stay for ever.</summary>
    private async Task RemoveOfDeletedAsync(VideoRun run, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        if (!await db.TaskData.AnyAsync(data => data.Id == run.Video.DataId, cancel))
        {
            await blobs.DeletePrefixAsync(DataKeys.Prefix(run.Video.DataId), cancel);
        }
    }

    /// <summary>Videos that a browser cannot take as they are, of tasks that somebody has changed lately.</summary>
    private async Task FindYoungAsync(CancellationToken cancel)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
            var since = time.GetUtcNow() - Young;
            var young = await db.Videos.AsNoTracking()
                .Where(video => video.DecoderCodec == "")
                .Join(db.TaskData, video => video.DataId, data => data.Id, (video, data) => new { video.Number, data.TaskId, data.Task.UpdatedDate, data.Size })
                .Where(row => row.UpdatedDate > since && row.Size > 0)
                .OrderByDescending(row => row.UpdatedDate).ThenBy(row => row.Number)
                .Take(MostVideos)
                .ToListAsync(cancel);
            young.Reverse();
            young.ForEach(row => Look(row.TaskId, row.Number, 0));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogBroken(error);
        }
    }

    private void Forget(Place place)
    {
        lock (_lock)
        {
            _places.Remove(place);
        }
    }

    private void ForgetLast()
    {
        lock (_lock)
        {
            if (_places.Count > 0)
            {
                _places.RemoveAt(_places.Count - 1);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Preparing videos broke; it goes on with the next one")]
    private partial void LogBroken(Exception error);

    private sealed class Place(int taskId, int video)
    {
        public int TaskId { get; } = taskId;
        public int Video { get; } = video;
        public int Chunk { get; set; }
        public HashSet<int> Failed { get; } = [];
    }
}
