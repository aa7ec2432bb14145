using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Tasks;
using Annotator.Media;
using Annotator.Media.Video;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Media;

/// <summary>
/// Makes chunks of videos for browsers when they are asked for, and the next few with them, since the decoder stands there already. Who
/// asks for a chunk that is being made waits for that making. Results stay in the blob store until <see cref="MadeMediaSweeper"/>
/// needs the room.
/// </summary>
internal sealed class VideoChunks(
    IServiceScopeFactory scopes, IBlobStore blobs, VideoFrames videos, VideoEncoders encoders, MadeMediaRoom room, IHostApplicationLifetime lifetime) : IDisposable
{
    /// <summary>Chunks that one decoding makes, as long as nobody waits for another.</summary>
    private const int RunLength = 4;

    /// <summary>How often a chunk is tried again whose making gave way to others.</summary>
    private const int Tries = 3;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Making> _making = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _encoders = new(Math.Max(2, Environment.ProcessorCount / 2));
    private int _waiting;
    private int _working;

    /// <summary>Told of every chunk that is asked for and not made yet or no longer: the task, the video and the chunk.</summary>
    public event Action<int, int, int>? Asked;

    /// <summary>Whether chunks are being made that somebody waits for.</summary>
    public bool IsBusy => Volatile.Read(ref _waiting) + Volatile.Read(ref _working) > 0;

    /// <summary>A chunk as <see cref="ProxyChunkFile"/> writes it; null when there is no such chunk.</summary>
    /// <exception cref="UnreadableImageException">A frame in it is damaged, or the machine has no encoder.</exception>
    public async Task<Stream?> ReadAsync(int taskId, int video, int chunk, CancellationToken cancel)
    {
        if (await FindAsync(scopes, taskId, video, cancel) is not { HasChunks: true } run || chunk < 0 || chunk >= run.Chunks)
        {
            return null;
        }

        Asked?.Invoke(taskId, video, chunk);
        var key = run.ChunkKey(chunk);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            if (await blobs.OpenReadAsync(key, cancel) is { } stored)
            {
                return stored;
            }

            await (await JoinAsync(run, chunk, key, cancel)).WaitAsync(cancel);
        }

        return await blobs.OpenReadAsync(key, cancel);
    }

    public void Dispose() => _encoders.Dispose();

    /// <summary>The making of a chunk: one in progress, or a new one.</summary>
    private async Task<Task> JoinAsync(VideoRun run, int chunk, string key, CancellationToken cancel)
    {
        var encoder = await encoders.FindAsync(cancel)
            ?? throw new UnreadableImageException("is part of a video, and the server has no encoder that makes videos for browsers");
        var last = chunk + 1;
        while (last < run.Chunks && last < chunk + RunLength && await blobs.FindAsync(run.ChunkKey(last), cancel) is null)
        {
            last++;
        }

        lock (_lock)
        {
            if (_making.TryGetValue(key, out var found))
            {
                found.Wanted = true;
                return found.Done.Task;
            }

            var makings = new List<Making>();
            for (var next = chunk; next < last && !_making.ContainsKey(run.ChunkKey(next)); next++)
            {
                var making = new Making(run.ChunkKey(next), run.ChunkAt(next)) { Wanted = next == chunk };
                _making.Add(making.Key, making);
                makings.Add(making);
            }

            // The making is nobody's own: that the first who asked has gone away is no reason to fail the others.
            _ = Task.Run(() => MakeAsync(run, makings, encoder, lifetime.ApplicationStopping), CancellationToken.None);
            return makings[0].Done.Task;
        }
    }

    /// <summary>
    /// Makes chunks that nobody waits for, from <paramref name="chunk"/> to at most <paramref name="last"/>.
    /// </summary>
    /// <param name="givesWay">Whether it ends early when chunks are asked for that somebody waits for.</param>
    /// <returns>The chunk to go on with, and whether the one before it has a damaged frame.</returns>
    public async Task<(int Next, bool Failed)> MakeBehindAsync(
        VideoRun run, int chunk, int last, bool givesWay, ProxyEncoder encoder, CancellationToken cancel)
    {
        var (at, making) = (chunk, Register(chunk));
        if (making is null)
        {
            return (at + 1, false);
        }

        await EncodeAsync(run, making, run.ChunkAt(last).Last, Next, encoder, behind: true, cancel);
        cancel.ThrowIfCancellationRequested();
        return (at + 1, making.Done.Task.IsFaulted);

        Making? Next()
        {
            if (at == last || (givesWay && IsBusy) || Register(at + 1) is not { } following)
            {
                return null;
            }

            (at, making) = (at + 1, following);
            return following;
        }

        Making? Register(int number)
        {
            var making = new Making(run.ChunkKey(number), run.ChunkAt(number));
            lock (_lock)
            {
                return _making.TryAdd(making.Key, making) ? making : null;
            }
        }
    }

    /// <summary>Makes chunks that follow each other and says of each what became of it.</summary>
    private async Task MakeAsync(VideoRun run, List<Making> makings, ProxyEncoder encoder, CancellationToken cancel)
    {
        var at = 0;
        try
        {
            await WaitAsync(cancel);
            Interlocked.Increment(ref _working);
            try
            {
                await EncodeAsync(run, makings[0], makings[^1].Frames.Last, Next, encoder, behind: false, cancel);
            }
            finally
            {
                Interlocked.Decrement(ref _working);
                _encoders.Release();
            }
        }
        catch (OperationCanceledException error)
        {
            End(makings[0], error);
        }

        foreach (var making in makings)
        {
            End(making, null);
        }

        Making? Next() => ++at < makings.Count && !IsOver(makings[at..]) ? makings[at] : null;
    }

    /// <summary>Codes chunk after chunk until there is no next one. A failure is told to who waits for the chunk that it happens in.</summary>
    private async Task EncodeAsync(VideoRun run, Making making, int last, Func<Making?> next, ProxyEncoder encoder, bool behind, CancellationToken cancel)
    {
        try
        {
            var packets = new List<ProxyPacket>();
            await foreach (var packet in videos.EncodeAsync(run, making.Frames.First, last, encoder, behind, cancel))
            {
                packets.Add(packet);
                if (packets.Count < making.Frames.Count)
                {
                    continue;
                }

                await KeepAsync(run, making, encoder, packets, cancel);
                packets.Clear();
                if (next() is not { } following)
                {
                    return;
                }

                making = following;
            }
        }
        catch (Exception error)
        {
            // Those after it may be whole, and are tried again when they are asked for.
            End(making, error);
        }
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _encoders.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task KeepAsync(VideoRun run, Making making, ProxyEncoder encoder, List<ProxyPacket> packets, CancellationToken cancel)
    {
        using var file = new MemoryStream(ProxyChunkFile.Write(encoder, making.Frames.First, run.Video.Width, run.Video.Height, packets), writable: false);
        await blobs.WriteAsync(making.Key, file, cancel);
        room.Add(file.Length);
        End(making, null);
    }

    /// <summary>Whether the rest is wanted by nobody, and somebody else waits for the encoder.</summary>
    private bool IsOver(List<Making> rest)
    {
        lock (_lock)
        {
            return Volatile.Read(ref _waiting) > 0 && !rest.Exists(making => making.Wanted);
        }
    }

    private void End(Making making, Exception? error)
    {
        lock (_lock)
        {
            if (_making.TryGetValue(making.Key, out var found) && found == making)
            {
                _making.Remove(making.Key);
            }
        }

        if (error is null)
        {
            making.Done.TrySetResult();
        }
        else if (making.Done.TrySetException(error))
        {
            // Nobody may be waiting; then nobody needs to know.
            _ = making.Done.Task.Exception;
        }
    }

    /// <summary>The frames of a prepared task that are of a video; null when there are none.</summary>
    public static async Task<VideoRun?> FindAsync(IServiceScopeFactory scopes, int taskId, int video, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var data = await db.TaskData.AsNoTracking().SingleOrDefaultAsync(data => data.TaskId == taskId && data.Size > 0, cancel);
        return data is null ? null : (await VideoRun.ReadAsync(db, data.Id, cancel)).FirstOrDefault(run => run.Video.Number == video);
    }

    private sealed class Making(string key, FrameRange frames)
    {
        public string Key { get; } = key;
        public FrameRange Frames { get; } = frames;

        /// <summary>Whether somebody has asked for it; otherwise it is made only because the decoder is there.</summary>
        public bool Wanted { get; set; }
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
