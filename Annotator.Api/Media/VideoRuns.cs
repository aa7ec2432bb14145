using System.Collections.Concurrent;
using Annotator.Core;
using Annotator.Core.Media;

namespace Annotator.Api.Media;

/// <summary>
/// Which frames are of which video, and whether Worker has an encoder: the same for every chunk that is asked for, so it is
/// remembered. Media that change have another date, so nothing remembered is ever out of date.
/// </summary>
internal sealed class VideoRuns(TimeProvider time)
{
    private const int Kept = 256;
    private static readonly TimeSpan EncoderLifetime = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(int DataId, long Updated, int Size), IReadOnlyList<VideoRun>> _runs = new();
    private (string Name, DateTimeOffset Until)? _encoder;

    public async Task<IReadOnlyList<VideoRun>> ReadAsync(AnnotatorDbContext db, TaskData data, CancellationToken cancel)
    {
        var key = (data.Id, data.ChunksUpdatedDate.UtcTicks, data.Size);
        if (_runs.TryGetValue(key, out var kept))
        {
            return kept;
        }

        if (_runs.Count >= Kept)
        {
            _runs.Clear();
        }

        return _runs[key] = await VideoRun.ReadAsync(db, data.Id, cancel);
    }

    /// <summary>Whether chunks of videos can be made. A Worker that does not answer is thought to have an encoder, as nearly every one has.</summary>
    public async Task<bool> HasEncoderAsync(WorkerMedia worker, int taskId, CancellationToken cancel)
    {
        if (_encoder is { } known && known.Until > time.GetUtcNow())
        {
            return known.Name.Length > 0;
        }

        if (await worker.FindEncoderAsync(taskId, cancel) is not { } name)
        {
            return true;
        }

        _encoder = (name, time.GetUtcNow() + EncoderLifetime);
        return name.Length > 0;
    }
}
