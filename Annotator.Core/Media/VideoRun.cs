using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Media;

/// <summary>
/// The frames of a task that are of one video: consecutive ones of the task, and of the video one in every
/// <see cref="Step"/>. Also how they are cut into chunks that a browser decodes.
/// </summary>
/// <param name="Offset">The task's number of the first of them.</param>
/// <param name="Count">How many they are.</param>
/// <param name="First">The first one's number in the video's own index.</param>
/// <param name="Step">From one to the next in the video's own index; 1 or more.</param>
public sealed record VideoRun(Video Video, int Offset, int Count, int First, int Step)
{
    /// <summary>Frames from one key frame of a chunk to the next; chunks are multiples of it.</summary>
    public const int KeyEvery = 12;

    /// <summary>With a larger step neighbours have so little in common that chunks are not worth their making.</summary>
    public const int MaxChunkStep = 60;

    private const int MostChunkFrames = 48;

    /// <summary>Pixels that a chunk of the most frames may have in each of them: a little over 1080p.</summary>
    private const long MostChunkPixels = 2_400_000;

    /// <summary>Frames that have to be decoded for one chunk, as far as the least chunk allows.</summary>
    private const int MostDecoded = 240;

    /// <summary>The task's numbers.</summary>
    public FrameRange Frames => new(Offset, Offset + Count - 1);

    /// <summary>Frames of a chunk: 48, fewer where they are large or far apart, so that making one takes about a second.</summary>
    public int ChunkFrames
    {
        get
        {
            var byPixels = MostChunkFrames * MostChunkPixels / Math.Max(MostChunkPixels, (long)Video.Width * Video.Height);
            return (int)Math.Max(KeyEvery, Math.Min(byPixels, MostDecoded / Step) / KeyEvery * KeyEvery);
        }
    }

    public int Chunks => (Count + ChunkFrames - 1) / ChunkFrames;

    /// <summary>Whether chunks are made at all, where there is an encoder.</summary>
    public bool HasChunks => Step <= MaxChunkStep;

    /// <summary>Whether a browser can take the original's packets as they are.</summary>
    public bool ServesOriginal => Step == 1 && Video.DecoderCodec.Length > 0;

    /// <summary>The task's numbers of the frames of chunk <paramref name="chunk"/>, which must be one of <see cref="Chunks"/>.</summary>
    public FrameRange ChunkAt(int chunk) =>
        new(Offset + (chunk * ChunkFrames), Offset + Math.Min((chunk + 1) * ChunkFrames, Count) - 1);

    /// <summary>Where the chunk is in the blob store.</summary>
    public string ChunkKey(int chunk) =>
        DataKeys.ProxyChunk(Video.DataId, Video.Number, ChunkAt(chunk), VideoFrameOf(ChunkAt(chunk).First), Step);

    /// <summary>The number in the video's own index of the task's frame.</summary>
    public int VideoFrameOf(int frame) => First + ((frame - Offset) * Step);

    /// <summary>The runs of all videos of some data, in the order of frames.</summary>
    public static async Task<IReadOnlyList<VideoRun>> ReadAsync(AnnotatorDbContext db, int dataId, CancellationToken cancel)
    {
        var videos = await db.Videos.AsNoTracking().Where(video => video.DataId == dataId).ToDictionaryAsync(video => video.Number, cancel);
        if (videos.Count == 0)
        {
            return [];
        }

        var runs = await db.Frames
            .Where(frame => frame.DataId == dataId && frame.VideoNumber != null)
            .GroupBy(frame => frame.VideoNumber!.Value)
            .Select(group => new
            {
                Number = group.Key,
                Offset = group.Min(frame => frame.Number),
                Count = group.Count(),
                First = group.Min(frame => frame.VideoFrame!.Value),
                Last = group.Max(frame => frame.VideoFrame!.Value),
            })
            .ToListAsync(cancel);
        return
        [
            .. runs.OrderBy(run => run.Offset).Select(run => new VideoRun(
                videos[run.Number], run.Offset, run.Count, run.First, run.Count > 1 ? (run.Last - run.First) / (run.Count - 1) : 1)),
        ];
    }
}
