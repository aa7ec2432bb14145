using System.Globalization;
using Annotator.Core.Media;
using Annotator.Media.Video;

namespace Annotator.Worker.Media;

/// <summary>Makes frames of videos: reads a video's header, indexes its frames, and keeps the index beside it.</summary>
internal sealed class VideoCollector(IBlobStore blobs, LocalFiles files, VideoProbe probe, VideoIndexer indexer)
{
    /// <summary>The video and a frame for each picture in it.</summary>
    /// <param name="number">The video's number in the task, which its index is kept under.</param>
    /// <exception cref="UnreadableVideoException">It cannot be used.</exception>
    public async Task<(Video Video, List<Frame> Frames)> CollectAsync(
        int dataId, int number, string name, string key, long length, IProgress<int>? progress, CancellationToken cancel)
    {
        using var file = await files.OpenAsync(key, cancel) ?? throw new UnreadableVideoException("did not arrive; please upload it again");
        var facts = await probe.ProbeAsync(file.Path, cancel);
        var index = await indexer.IndexAsync(file.Path, facts, progress, cancel);
        await using (var kept = await blobs.CreateAsync(DataKeys.VideoIndex(dataId, number), cancel))
        {
            await VideoIndexFile.WriteAsync(index, kept, cancel);
            kept.Complete();
        }

        var decoder = BrowserDecoder.Find(file.Path, facts, index, cancel);
        var video = new Video
        {
            Number = number,
            Name = name,
            Width = facts.Width,
            Height = facts.Height,
            FrameCount = index.Count,
            FrameRate = facts.FrameRate,
            Codec = facts.Codec,
            BlobKey = key,
            ContentType = facts.ContentType,
            ByteLength = length,
            DecoderCodec = decoder?.Codec ?? "",
            DecoderDescription = decoder?.Description,
        };
        return (video, [.. Enumerable.Range(0, index.Count).Select(frame => FrameOf(video, frame))]);
    }

    private static Frame FrameOf(Video video, int frame) => new()
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"frame_{frame:D6}.jpg"),
        Width = video.Width,
        Height = video.Height,
        BlobKey = video.BlobKey,
        VideoNumber = video.Number,
        VideoFrame = frame,
        ContentType = video.ContentType,
        ByteLength = video.ByteLength,
        BrowserReady = false,
    };
}
