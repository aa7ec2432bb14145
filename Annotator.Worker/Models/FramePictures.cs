using System.Runtime.CompilerServices;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Inference;
using Annotator.Media;
using Annotator.Media.Video;
using Annotator.Worker.Media;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Models;

/// <summary>Frames as models take them: decoded, upright. Each is decoded once, in order; a video is read in runs.</summary>
internal sealed class FramePictures(AnnotatorDbContext db, IFramePixels pixels, VideoFrames videos, JpegMaker jpegs)
{
    private const int AtOnce = 64;

    /// <summary>One frame; null when the task has none of that number.</summary>
    /// <exception cref="UnreadableImageException">Its pixels are damaged.</exception>
    public async Task<PixelImage?> ReadAsync(int taskId, int number, CancellationToken cancel)
    {
        var frame = await db.Frames.AsNoTracking()
            .Where(frame => frame.Number == number && db.TaskData.Any(data => data.Id == frame.DataId && data.TaskId == taskId))
            .SingleOrDefaultAsync(cancel);
        return frame is null ? null : frame.VideoNumber is null ? await DecodeAsync(frame, cancel) : Of(await videos.ReadAsync([frame], 0, cancel).FirstAsync(cancel));
    }

    /// <summary>The frames that were asked for, in order. A damaged one comes without a picture and with the reason.</summary>
    /// <param name="numbers">Rising.</param>
    public async IAsyncEnumerable<(int Number, PixelImage? Picture, string? Reason)> ReadAsync(int dataId, IReadOnlyList<int> numbers, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var part in numbers.Chunk(AtOnce))
        {
            var frames = await db.Frames.AsNoTracking().Where(frame => frame.DataId == dataId && part.Contains(frame.Number)).OrderBy(frame => frame.Number).ToListAsync(cancel);
            for (var at = 0; at < frames.Count;)
            {
                var run = RunFrom(frames, at);
                if (run.Count == 1)
                {
                    yield return await TryAsync(frames[at].Number, async () => frames[at].VideoNumber is null
                        ? await DecodeAsync(frames[at], cancel)
                        : Of(await videos.ReadAsync(run, 0, cancel).FirstAsync(cancel)));
                    at++;
                    continue;
                }

                await using var pictures = videos.ReadAsync(run, 0, cancel).GetAsyncEnumerator(cancel);
                foreach (var frame in run)
                {
                    var read = await TryAsync(frame.Number, async () => await pictures.MoveNextAsync() ? Of(pictures.Current) : throw new UnreadableImageException("cannot be decoded"));
                    yield return read;
                    at++;
                    if (read.Picture is null)
                    {
                        // The decoder is at its end; what follows begins anew.
                        break;
                    }
                }
            }
        }
    }

    /// <summary>As many frames as one decoder gives one after the other: of one video, evenly apart.</summary>
    private static List<Frame> RunFrom(List<Frame> frames, int at)
    {
        var run = new List<Frame> { frames[at] };
        for (var next = at + 1; next < frames.Count && frames[at].VideoNumber is { } video && frames[next].VideoNumber == video; next++)
        {
            if (run.Count > 1 && frames[next].VideoFrame - run[^1].VideoFrame != run[1].VideoFrame - run[0].VideoFrame)
            {
                break;
            }

            run.Add(frames[next]);
        }

        return run;
    }

    private static async Task<(int Number, PixelImage? Picture, string? Reason)> TryAsync(int number, Func<Task<PixelImage>> read)
    {
        try
        {
            return (number, await read(), null);
        }
        catch (UnreadableImageException error)
        {
            return (number, null, error.Message);
        }
    }

    private async Task<PixelImage> DecodeAsync(Frame frame, CancellationToken cancel)
    {
        await using var original = await pixels.OpenAsync(frame, cancel) ?? throw new UnreadableImageException("is missing in the blob store");
        var (width, height, rgb) = await jpegs.DecodeAsync(original, cancel);
        return new PixelImage(width, height, rgb);
    }

    private static PixelImage Of(VideoPicture picture) => new(picture.Width, picture.Height, picture.Pixels);
}
