using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Annotator.Core.Media;
using Annotator.Media;
using Annotator.Media.Video;

namespace Annotator.Worker.Media;

/// <summary>Decodes frames of a task's videos.</summary>
internal sealed class VideoFrames(IBlobStore blobs, LocalFiles files, VideoFrameReader reader, VideoProxyMaker maker, VideoLimits limits)
{
    private const int KeptIndexes = 16;
    private readonly ConcurrentDictionary<string, VideoIndex> _indexes = new(StringComparer.Ordinal);

    /// <summary>The pictures of a run of frames, in their order, by their numbers in the video; those that a decoder leaves out are not among them.</summary>
    /// <param name="run">Of one video, each as many frames after the one before as the next is after it.</param>
    /// <param name="maxSide">Larger pictures are made smaller; 0 for their own size.</param>
    /// <exception cref="UnreadableImageException">Nothing more can be decoded; what could was given.</exception>
    public async IAsyncEnumerable<VideoPicture> ReadAsync(IReadOnlyList<Frame> run, int maxSide, [EnumeratorCancellation] CancellationToken cancel)
    {
        var first = run[0];
        using var file = await files.OpenAsync(first.BlobKey, cancel) ?? throw new UnreadableImageException("is part of a video that is missing in the blob store");
        var index = await IndexAsync(first.DataId, first.VideoNumber!.Value, run[^1].VideoFrame!.Value, cancel);
        var step = run.Count > 1 ? run[1].VideoFrame!.Value - first.VideoFrame!.Value : 1;
        await using var pictures = reader.ReadAsync(file.Path, first.Width, first.Height, index, first.VideoFrame!.Value, run.Count, step, maxSide, cancel).GetAsyncEnumerator(cancel);
        while (await NextAsync(pictures))
        {
            yield return pictures.Current;
        }
    }

    /// <summary>Whether a frame is reached without decoding all before it.</summary>
    public async Task<bool> IsSeekableAsync(int dataId, int video, CancellationToken cancel) => (await IndexAsync(dataId, video, 0, cancel)).Seekable;

    /// <summary>The task's frames <paramref name="first"/> to <paramref name="last"/>, which are all of the run's video, one packet each, in order.</summary>
    /// <param name="behind">Whether nobody waits for them.</param>
    /// <exception cref="UnreadableImageException">A frame cannot be decoded; those before it were given.</exception>
    public async IAsyncEnumerable<ProxyPacket> EncodeAsync(
        VideoRun run, int first, int last, ProxyEncoder encoder, bool behind, [EnumeratorCancellation] CancellationToken cancel)
    {
        var video = run.Video;
        using var file = await files.OpenAsync(video.BlobKey, cancel) ?? throw new UnreadableImageException("is part of a video that is missing in the blob store");
        var index = await IndexAsync(video.DataId, video.Number, run.VideoFrameOf(last), cancel);
        await using var packets = maker.EncodeAsync(
            file.Path, video.Width, video.Height, index, run.VideoFrameOf(first), last - first + 1, run.Step, encoder, VideoRun.KeyEvery, behind, cancel).GetAsyncEnumerator(cancel);
        while (await NextAsync(packets))
        {
            yield return packets.Current;
        }
    }

    /// <summary>
    /// Small pictures in one: frames <paramref name="first"/>, first + <paramref name="step"/> … of the video itself, in rows of
    /// <see cref="VideoStrip.Columns"/>. Where they are far apart each tile shows the key frame at or before its frame.
    /// </summary>
    /// <exception cref="UnreadableImageException">None of them can be decoded.</exception>
    public async Task<VideoStrip> StripAsync(Video video, int first, int step, int count, int width, CancellationToken cancel)
    {
        using var file = await files.OpenAsync(video.BlobKey, cancel) ?? throw new UnreadableImageException("is part of a video that is missing in the blob store");
        var index = await IndexAsync(video.DataId, video.Number, first + ((count - 1) * step), cancel);
        var strip = new VideoStrip(video, count, width);
        var wanted = Enumerable.Range(0, count).Select(tile => first + (tile * step)).ToArray();
        var jumps = index.Seekable && index.KeysBetween(0, index.Count) > 0;
        if (!jumps && !VideoStrip.IsNearTheStart(wanted[^1]))
        {
            throw new UnreadableImageException("is part of a long video that can only be decoded from its start; there are no small pictures of it");
        }

        var exact = !jumps || VideoStrip.IsExact(count, step);
        var shown = exact ? wanted : [.. wanted.Select(index.KeyAt)];
        var side = Math.Max(width, strip.TileHeight);
        if (exact)
        {
            await strip.DrawAsync(reader.ReadAsync(file.Path, video.Width, video.Height, index, first, count, step, side, cancel), shown, cancel);
        }
        else
        {
            if (index.KeysBetween(shown[0], shown[^1]) <= VideoStrip.KeysForAJump * count)
            {
                await strip.DrawAsync(reader.ReadKeysAsync(file.Path, video.Width, video.Height, index, [.. shown.Distinct()], side, cancel), shown, cancel);
            }

            // Decoders that skip all between key frames leave out some of them, where groups of pictures refer to each other.
            foreach (var key in strip.Missing(shown))
            {
                try
                {
                    await strip.DrawAsync(reader.ReadAsync(file.Path, video.Width, video.Height, index, key, 1, 1, side, cancel), shown, cancel);
                }
                catch (UnreadableVideoException)
                {
                    // It is damaged: its tile shows what the one before shows.
                }
            }
        }

        return strip.Complete() ? strip : throw new UnreadableImageException("is part of a video of which none of these frames can be decoded");
    }

    private static async Task<bool> NextAsync<T>(IAsyncEnumerator<T> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (UnreadableVideoException error)
        {
            throw new UnreadableImageException($"is part of a video that {error.Message}", error);
        }
    }

    /// <param name="frame">A frame that has to be in it: an index grows while its video is still looked through.</param>
    private async Task<VideoIndex> IndexAsync(int dataId, int video, int frame, CancellationToken cancel)
    {
        var key = DataKeys.VideoIndex(dataId, video);
        if (_indexes.TryGetValue(key, out var kept) && frame < kept.Count)
        {
            return kept;
        }

        await using var stored = await blobs.OpenReadAsync(key, cancel) ?? throw new UnreadableImageException("is part of a video whose frame index is missing in the blob store");
        using var whole = new MemoryStream();
        await stored.CopyToAsync(whole, cancel);
        whole.Position = 0;
        var index = VideoIndexFile.Read(whole, limits.MaxFrames);
        if (_indexes.Count >= KeptIndexes)
        {
            _indexes.Clear();
        }

        return _indexes[key] = index;
    }
}
