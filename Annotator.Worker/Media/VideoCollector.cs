using System.Globalization;
using Annotator.Core.Media;
using Annotator.Media.Video;

namespace Annotator.Worker.Media;

/// <summary>Makes frames of videos: reads a video's header, indexes its frames, and keeps the index beside it.</summary>
internal sealed class VideoCollector(IBlobStore blobs, LocalFiles files, VideoProbe probe, VideoIndexer indexer)
{
    /// <summary>The video and a frame for each picture in it.</summary>
    /// <exception cref="UnreadableVideoException">It cannot be used.</exception>
    public async Task<(Video Video, List<Frame> Frames)> CollectAsync(FilePlace place, long length, CancellationToken cancel)
    {
        using var file = await files.OpenAsync(place.BlobKey, cancel) ?? throw new UnreadableVideoException("did not arrive; please upload it again");
        var facts = await probe.ProbeAsync(file.Path, cancel);
        var expected = facts.PromisedFrames > 0 ? facts.PromisedFrames : (long)Math.Round(facts.Duration * facts.FrameRate);
        var early = place.Opening is { } opening ? new EarlyFrames(opening, async index => await opening.ShowAsync(index, VideoOf(place, facts, index, length), cancel)) : null;
        var index = await indexer.IndexAsync(file.Path, facts, new Watch(frames => place.Progress?.Invoke(frames, expected)), cancel, early);
        await KeepIndexAsync(blobs, place.DataId, place.Number, index, cancel);
        var video = VideoOf(place, facts, index, length);
        var decoder = BrowserDecoder.Find(file.Path, facts, index, cancel);
        (video.DecoderCodec, video.DecoderDescription) = (decoder?.Codec ?? "", decoder?.Description);
        return (video, FramesOf(video));
    }

    /// <summary>Stores a video's frame index where all look for it.</summary>
    public static async Task KeepIndexAsync(IBlobStore blobs, int dataId, int number, VideoIndex index, CancellationToken cancel)
    {
        await using var kept = await blobs.CreateAsync(DataKeys.VideoIndex(dataId, number), cancel);
        await VideoIndexFile.WriteAsync(index, kept, cancel);
        kept.Complete();
    }

    /// <summary>A frame for each picture; not numbered in the task yet.</summary>
    public static List<Frame> FramesOf(Video video) => [.. Enumerable.Range(0, video.FrameCount).Select(frame => FrameOf(video, frame))];

    private static Video VideoOf(FilePlace place, VideoFacts facts, VideoIndex index, long length) => new()
    {
        Number = place.Number,
        Name = place.Name,
        Width = facts.Width,
        Height = facts.Height,
        FrameCount = index.Count,
        FrameRate = facts.FrameRate,
        Codec = facts.Codec,
        BlobKey = place.BlobKey,
        ContentType = facts.ContentType,
        ByteLength = length,
        Chapters = Chapters(facts, index),
    };

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

    private sealed class EarlyFrames(VideoOpening opening, Func<VideoIndex, Task<int>> take) : IEarlyFrames
    {
        public int First => opening.First;

        public Task<int> TakeAsync(VideoIndex soFar) => take(soFar);
    }

    /// <summary>Tells at once, in the reader's own turn: nothing is told after the end.</summary>
    private sealed class Watch(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}

/// <summary>Told how many frames of a video are found, and how many its header promises; 0 when it does not say.</summary>
internal delegate void VideoProgress(int frames, long expected);
