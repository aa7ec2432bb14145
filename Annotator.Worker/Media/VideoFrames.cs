using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Annotator.Core.Media;
using Annotator.Media;
using Annotator.Media.Video;

namespace Annotator.Worker.Media;

/// <summary>Decodes frames of a task's videos.</summary>
internal sealed class VideoFrames(IBlobStore blobs, LocalFiles files, VideoFrameReader reader, VideoLimits limits)
{
    private const int KeptIndexes = 16;
    private readonly ConcurrentDictionary<string, VideoIndex> _indexes = new(StringComparer.Ordinal);

    /// <summary>The pictures of a run of frames, in their order.</summary>
    /// <param name="run">Of one video, each as many frames after the one before as the next is after it.</param>
    /// <param name="maxSide">Larger pictures are made smaller; 0 for their own size.</param>
    /// <exception cref="UnreadableImageException">A frame cannot be decoded; those before it were given.</exception>
    public async IAsyncEnumerable<VideoPicture> ReadAsync(IReadOnlyList<Frame> run, int maxSide, [EnumeratorCancellation] CancellationToken cancel)
    {
        var first = run[0];
        using var file = await files.OpenAsync(first.BlobKey, cancel) ?? throw new UnreadableImageException("is part of a video that is missing in the blob store");
        var index = await IndexAsync(first.DataId, first.VideoNumber!.Value, cancel);
        var step = run.Count > 1 ? run[1].VideoFrame!.Value - first.VideoFrame!.Value : 1;
        await using var pictures = reader.ReadAsync(file.Path, first.Width, first.Height, index, first.VideoFrame!.Value, run.Count, step, maxSide, cancel).GetAsyncEnumerator(cancel);
        while (await NextAsync(pictures))
        {
            yield return pictures.Current;
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<VideoPicture> pictures)
    {
        try
        {
            return await pictures.MoveNextAsync();
        }
        catch (UnreadableVideoException error)
        {
            throw new UnreadableImageException($"is part of a video that {error.Message}", error);
        }
    }

    private async Task<VideoIndex> IndexAsync(int dataId, int video, CancellationToken cancel)
    {
        var key = DataKeys.VideoIndex(dataId, video);
        if (_indexes.TryGetValue(key, out var kept))
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
