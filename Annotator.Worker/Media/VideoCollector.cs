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
        int dataId, int number, string name, string key, long length, VideoProgress? progress, CancellationToken cancel)
    {
        using var file = await files.OpenAsync(key, cancel) ?? throw new UnreadableVideoException("did not arrive; please upload it again");
        var facts = await probe.ProbeAsync(file.Path, cancel);
        var expected = facts.PromisedFrames > 0 ? facts.PromisedFrames : (long)Math.Round(facts.Duration * facts.FrameRate);
        var index = await indexer.IndexAsync(file.Path, facts, new Watch(frames => progress?.Invoke(frames, expected)), cancel);
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
            Chapters = Chapters(facts, index),
        };
        return (video, [.. Enumerable.Range(0, index.Count).Select(frame => FrameOf(video, frame))]);
    }

    /// <summary>Chapters by frames: from the first that is shown in them to the last.</summary>
    private static List<VideoChapter> Chapters(VideoFacts facts, VideoIndex index)
    {
        var chapters = new List<VideoChapter>();
        foreach (var chapter in facts.Chapters)
        {
            var (start, stop) = (index.FrameFrom(chapter.Start), index.FrameFrom(chapter.End) - 1);
            if (start <= stop)
            {
                chapters.Add(new VideoChapter(start, stop, chapter.Title));
            }
        }

        return chapters;
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

    /// <summary>Tells at once, in the reader's own turn: nothing is told after the end.</summary>
    private sealed class Watch(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}

/// <summary>Told how many frames of a video are found, and how many its header promises; 0 when it does not say.</summary>
internal delegate void VideoProgress(int frames, long expected);
