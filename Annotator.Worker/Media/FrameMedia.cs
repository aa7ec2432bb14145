using System.Collections.Concurrent;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;
using Annotator.Media;
using Annotator.Media.Video;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Media;

/// <summary>
/// Makes what viewers need of the originals when it is first asked for: compressed frames, previews, chunks. Who asks for
/// the same thing at the same time waits for one making. Results stay in the blob store until <see cref="MadeMediaSweeper"/>
/// needs the room.
/// </summary>
internal sealed class FrameMedia(
    IServiceScopeFactory scopes, IBlobStore blobs, JpegMaker jpegs, TileMaker tiles, DocumentPages documents, VideoFrames videos, ChunkWriter chunks, IHostApplicationLifetime lifetime) : IFramePixels, IDisposable
{
    public const int MaxChunkFrames = 500;
    private const int PreviewWidth = 320;
    private const int PreviewQuality = 80;
    private const int BestQuality = 100;
    private const int MaxWidth = 8192;

    /// <summary>Frames of a video that are made at once: to reach the first, all since the key frame before it had to be decoded.</summary>
    private const int RunLength = 24;

    private const int LongRunLength = 240;

    /// <summary>Frames that are decoded for one run.</summary>
    private const int MostDecoded = 240;

    // Only these are kept: asking for every width there is must not fill the store.
    private static readonly int[] KeptWidths = [160, 320, 640, 960, 1280, 1920, 2560, 3840];
    private readonly ConcurrentDictionary<string, Lazy<Task>> _making = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _decoders = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>A frame as JPEG at the task's quality; null when there is no such frame.</summary>
    /// <exception cref="UnreadableImageException">Its pixels are damaged.</exception>
    public async Task<Stream?> FrameAsync(int taskId, int number, int? width, CancellationToken cancel)
    {
        if (await FindAsync(taskId, number, number, cancel) is not { Frames: [var frame] } found || width is <= 0 or > MaxWidth)
        {
            return null;
        }

        var size = width < frame.Width ? width : null;
        if (width is { } asked && !KeptWidths.Contains(asked))
        {
            return new MemoryStream(await MakeAsync(frame, found.Quality, size, cancel), writable: false);
        }

        if (frame.VideoNumber is not null && size is null)
        {
            return await VideoFrameAsync(taskId, found, frame, best: false, cancel);
        }

        var key = DataKeys.CompressedFrame(found.DataId, number, width);
        return await OnceAsync(key, async token => await KeepAsync(key, await MakeAsync(frame, found.Quality, size, token), token), cancel);
    }

    /// <summary>
    /// A frame as JPEG of the best quality in its full size: for an original whose pixels lie otherwise than they are to be
    /// seen. Null when there is no such frame.
    /// </summary>
    /// <exception cref="UnreadableImageException">Its pixels are damaged.</exception>
    public async Task<Stream?> UprightAsync(int taskId, int number, CancellationToken cancel)
    {
        if (await FindAsync(taskId, number, number, cancel) is not { Frames: [var frame] } found)
        {
            return null;
        }

        if (frame.VideoNumber is not null)
        {
            return await VideoFrameAsync(taskId, found, frame, best: true, cancel);
        }

        var key = DataKeys.UprightFrame(found.DataId, number);
        return await OnceAsync(key, async token => await KeepAsync(key, await MakeAsync(frame, BestQuality, null, token), token), cancel);
    }

    /// <inheritdoc cref="FrameAsync"/>
    public async Task<Stream?> PreviewAsync(int taskId, int number, CancellationToken cancel)
    {
        if (await FindAsync(taskId, number, number, cancel) is not { Frames: [var frame] } found)
        {
            return null;
        }

        var key = DataKeys.Preview(found.DataId, number);
        return await OnceAsync(key, async token => await KeepAsync(key, await MakeAsync(frame, PreviewQuality, PreviewWidth, token), token), cancel);
    }

    /// <summary>An image's pyramid of tiles, see <see cref="TilePyramid"/>; null when there is no such image.</summary>
    /// <exception cref="UnreadableImageException">Its pixels are damaged.</exception>
    public async Task<Stream?> TilesAsync(int taskId, int number, CancellationToken cancel)
    {
        if (await FindAsync(taskId, number, number, cancel) is not { Frames: [{ VideoNumber: null } frame] } found)
        {
            return null;
        }

        var key = DataKeys.Tiles(found.DataId, number);
        return await OnceAsync(key, async token =>
        {
            await _decoders.WaitAsync(token);
            var folder = Directory.CreateTempSubdirectory("annotator-tiles-");
            try
            {
                var (original, page) = await OpenPictureAsync(frame, token);
                await using var opened = original;
                var pyramid = new TilePyramid(frame.Width, frame.Height);
                var files = await tiles.MakeAsync(original, page, folder.FullName, TilePyramid.TileSize, pyramid.Levels, token);
                await using var kept = await blobs.CreateAsync(key, token);
                await pyramid.WriteAsync(kept, files, token);
                kept.Complete();
            }
            finally
            {
                _decoders.Release();
                folder.Delete(recursive: true);
            }
        }, cancel);
    }

    /// <summary>A ZIP of a run of frames, stored, one file a frame, in order; null when the task has not all of them.</summary>
    public async Task<Stream?> ChunkAsync(int taskId, int first, int last, bool original, CancellationToken cancel)
    {
        if (first < 0 || last < first || last - first >= MaxChunkFrames
            || await FindAsync(taskId, first, last, cancel) is not { } found || found.Frames.Count != last - first + 1)
        {
            return null;
        }

        if (!await IsOnAGridAsync(taskId, first, last, found.ChunkSize, cancel))
        {
            var file = ChunkWriter.TemporaryFile();
            await chunks.WriteAsync(file, found.Frames, original, MakeCompressedAsync, cancel);
            file.Position = 0;
            return file;
        }

        var key = DataKeys.Chunk(found.DataId, first, last, original ? "original" : "compressed");
        return await OnceAsync(key, async token =>
        {
            await using var file = ChunkWriter.TemporaryFile();
            await chunks.WriteAsync(file, found.Frames, original, MakeCompressedAsync, token);
            file.Position = 0;
            await blobs.WriteAsync(key, file, token);
        }, cancel);

        async Task<byte[]> MakeCompressedAsync(Frame frame, bool best, CancellationToken token)
        {
            if (frame.VideoNumber is not null)
            {
                return await VideoBytesAsync(taskId, found, frame, best, token);
            }

            if (!best && await blobs.OpenReadAsync(DataKeys.CompressedFrame(found.DataId, frame.Number, null), token) is { } made)
            {
                await using (made)
                {
                    var bytes = new byte[made.Length];
                    await made.ReadExactlyAsync(bytes, token);
                    return bytes;
                }
            }

            try
            {
                return await MakeAsync(frame, best ? BestQuality : found.Quality, null, token);
            }
            catch (UnreadableImageException)
            {
                // One damaged photo must not take its neighbours along.
                return await jpegs.PlaceholderAsync(frame.Width, frame.Height, token);
            }
        }
    }

    /// <summary>
    /// Small pictures of the task's frames <paramref name="first"/>, first + <paramref name="step"/> … of a video, in one JPEG; null when the
    /// task has not all of them.
    /// </summary>
    /// <exception cref="UnreadableImageException">None of them can be decoded.</exception>
    public async Task<Stream?> StripAsync(int taskId, int video, int first, int step, int count, int width, CancellationToken cancel)
    {
        if (await VideoChunks.FindAsync(scopes, taskId, video, cancel) is not { } run || !VideoStrip.Allows(step, count, width)
            || first < run.Offset || first + ((count - 1L) * step) > run.Frames.Last)
        {
            return null;
        }

        var (videoFirst, videoStep) = (run.VideoFrameOf(first), step * run.Step);
        var key = DataKeys.Strip(run.Video.DataId, video, videoFirst, videoStep, count, width);
        return await OnceAsync(key, async token =>
        {
            await _decoders.WaitAsync(token);
            try
            {
                var strip = await videos.StripAsync(run.Video, videoFirst, videoStep, count, width, token);
                await KeepAsync(key, await jpegs.EncodeAsync(strip.Pixels, strip.Width, strip.Height, PreviewQuality, token), token);
            }
            finally
            {
                _decoders.Release();
            }
        }, cancel);
    }

    public void Dispose() => _decoders.Dispose();

    /// <inheritdoc/>
    public async Task<Stream?> OpenAsync(Frame frame, CancellationToken cancel)
    {
        if (frame is { VideoNumber: null, Page: null })
        {
            return await blobs.OpenOriginalAsync(frame, cancel);
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var taskId = await db.TaskData.Where(data => data.Id == frame.DataId).Select(data => data.TaskId).SingleAsync(cancel);
        return await UprightAsync(taskId, frame.Number, cancel);
    }

    private async Task<byte[]> VideoBytesAsync(int taskId, Found found, Frame frame, bool best, CancellationToken cancel)
    {
        try
        {
            await using var made = await VideoFrameAsync(taskId, found, frame, best, cancel) ?? throw new UnreadableImageException("could not be kept");
            var bytes = new byte[made.Length];
            await made.ReadExactlyAsync(bytes, cancel);
            return bytes;
        }
        catch (UnreadableImageException)
        {
            return await jpegs.PlaceholderAsync(frame.Width, frame.Height, cancel);
        }
    }

    /// <summary>A video's frame in its own size, and with it those around it.</summary>
    /// <exception cref="UnreadableImageException">It is damaged; those around it need not be.</exception>
    private async Task<Stream?> VideoFrameAsync(int taskId, Found found, Frame frame, bool best, CancellationToken cancel)
    {
        var length = await RunLengthAsync(taskId, frame, cancel);
        var first = frame.Number / length * length;
        return await OnceAsync(KeyOf(frame.Number), MakeRunAsync, cancel, turn: KeyOf(first) + "-run")
            ?? throw new UnreadableImageException("is damaged: a decoder leaves it out");

        string KeyOf(int number) => best ? DataKeys.UprightFrame(found.DataId, number) : DataKeys.CompressedFrame(found.DataId, number, null);

        async Task MakeRunAsync(CancellationToken token)
        {
            var around = await FindAsync(taskId, first, first + length - 1, token);
            var run = around!.Frames.Where(other => other.VideoNumber == frame.VideoNumber).ToList();
            var numbers = run.ToDictionary(other => other.VideoFrame!.Value, other => other.Number);
            await _decoders.WaitAsync(token);
            try
            {
                var keeping = Task.CompletedTask;
                await foreach (var picture in videos.ReadAsync(run, 0, token))
                {
                    // The next picture is decoded while this one is packed.
                    await keeping;
                    keeping = KeepPictureAsync(numbers[picture.Number], picture);
                }

                await keeping;
            }
            finally
            {
                _decoders.Release();
            }

            async Task KeepPictureAsync(int number, VideoPicture picture) =>
                await KeepAsync(KeyOf(number), await jpegs.EncodeAsync(picture.Pixels, picture.Width, picture.Height, best ? BestQuality : found.Quality, token), token);
        }
    }

    /// <summary>Frames that are made with one: fewer where the task takes only one in many, since those between are decoded all the same.</summary>
    private async Task<int> RunLengthAsync(int taskId, Frame frame, CancellationToken cancel)
    {
        if (!await videos.IsSeekableAsync(frame.DataId, frame.VideoNumber!.Value, cancel))
        {
            // Every run decodes from the start of the file: few long ones cost less than many short ones.
            return LongRunLength;
        }

        var pair = await FindAsync(taskId, Math.Max(0, frame.Number - 1), frame.Number + 1, cancel);
        var other = pair!.Frames.FirstOrDefault(next => next.VideoNumber == frame.VideoNumber && next.Number != frame.Number);
        var step = other is null ? 1 : Math.Abs((other.VideoFrame!.Value - frame.VideoFrame!.Value) / (other.Number - frame.Number));
        return Math.Clamp(MostDecoded / Math.Max(1, step), 1, RunLength);
    }

    private async Task<byte[]> MakeAsync(Frame frame, int quality, int? width, CancellationToken cancel)
    {
        await _decoders.WaitAsync(cancel);
        try
        {
            if (frame.VideoNumber is not null)
            {
                var side = width is { } pixels ? Math.Max(pixels, (int)((long)pixels * frame.Height / frame.Width)) : 0;
                var picture = await videos.ReadAsync([frame], side, cancel).FirstOrDefaultAsync(cancel)
                    ?? throw new UnreadableImageException("is damaged: a decoder leaves it out");
                return await jpegs.EncodeAsync(picture.Pixels, picture.Width, picture.Height, quality, cancel);
            }

            var (original, page) = await OpenPictureAsync(frame, cancel);
            await using var opened = original;
            return await jpegs.MakeAsync(original, quality, width, cancel, page);
        }
        finally
        {
            _decoders.Release();
        }
    }

    /// <summary>A file that image decoders read, and which of its pages the frame is: the original, or what a PDF's page looks like.</summary>
    private async Task<(Stream Picture, int Page)> OpenPictureAsync(Frame frame, CancellationToken cancel) =>
        frame is { ContentType: DocumentPages.ContentType }
            ? (await documents.DrawAsync(frame, cancel), 0)
            : (await blobs.OpenOriginalAsync(frame, cancel) ?? throw new UnreadableImageException("is missing in the blob store"), frame.Page ?? 0);

    private async Task KeepAsync(string key, byte[] content, CancellationToken cancel)
    {
        using var stream = new MemoryStream(content, writable: false);
        await blobs.WriteAsync(key, stream, cancel);
    }

    /// <summary>What is stored under the key, after making it where nobody has.</summary>
    /// <param name="turn">Names the making, where it makes more than this one; else the key does.</param>
    private async Task<Stream?> OnceAsync(string key, Func<CancellationToken, Task> make, CancellationToken cancel, string? turn = null)
    {
        if (await blobs.OpenReadAsync(key, cancel) is { } stored)
        {
            return stored;
        }

        // The making is nobody's own: that the first who asked has gone away is no reason to fail the others.
        turn ??= key;
        var making = _making.GetOrAdd(turn, _ => new Lazy<Task>(() => make(lifetime.ApplicationStopping)));
        try
        {
            await making.Value.WaitAsync(cancel);
        }
        finally
        {
            if (making.Value.IsCompleted)
            {
                _making.TryRemove(KeyValuePair.Create(turn, making));
            }
        }

        return await blobs.OpenReadAsync(key, cancel);
    }

    private async Task<Found?> FindAsync(int taskId, int first, int last, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var data = await db.TaskData.AsNoTracking()
            .Where(data => data.TaskId == taskId)
            .Select(data => new { data.Id, data.ImageQuality, data.ChunkSize })
            .SingleOrDefaultAsync(cancel);
        if (data is null)
        {
            return null;
        }

        var frames = await db.Frames.AsNoTracking()
            .Where(frame => frame.DataId == data.Id && frame.Number >= first && frame.Number <= last)
            .OrderBy(frame => frame.Number)
            .ToListAsync(cancel);
        return new Found(data.Id, data.ImageQuality, data.ChunkSize, frames);
    }

    /// <summary>Whether a chunk is one that the contract's clients ask for: of the task's grid, or of a job's own.</summary>
    private async Task<bool> IsOnAGridAsync(int taskId, int first, int last, int chunkSize, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var size = await db.TaskData.Where(data => data.TaskId == taskId).Select(data => data.Size).SingleAsync(cancel);
        var jobs = await db.Jobs.Where(job => job.TaskId == taskId && job.StartFrame <= first && job.StopFrame >= last)
            .Select(job => new { job.StartFrame, job.StopFrame })
            .ToListAsync(cancel);
        return jobs.Append(new { StartFrame = 0, StopFrame = size - 1 }).Any(run =>
            (first - run.StartFrame) % chunkSize == 0 && last == Math.Min(first + chunkSize - 1, run.StopFrame));
    }

    private sealed record Found(int DataId, int Quality, int ChunkSize, List<Frame> Frames);
}
