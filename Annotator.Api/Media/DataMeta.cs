using System.Globalization;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Media;

/// <summary>The contract's <c>DataMetaRead</c>: what the frames of a task, or of one of its jobs, are.</summary>
/// <param name="StartFrame">First frame, in the numbering of the source.</param>
/// <param name="StopFrame">Last frame, in the numbering of the source.</param>
/// <param name="Frames">One entry for each frame; a single one for all frames of one video.</param>
/// <param name="DeletedFrames">Frames that were removed by hand, in the task's numbering.</param>
/// <param name="IncludedFrames">Null where a job is a run without gaps.</param>
/// <param name="Chapters">Of a task of one video; null otherwise.</param>
internal sealed record DataMeta(
    int ChunkSize,
    int Size,
    int ImageQuality,
    int StartFrame,
    int StopFrame,
    string FrameFilter,
    IReadOnlyList<FrameMeta> Frames,
    IReadOnlyList<int> DeletedFrames,
    IReadOnlyList<int>? IncludedFrames,
    DateTimeOffset ChunksUpdatedDate,
    IReadOnlyList<ChapterMeta>? Chapters,
    string Storage,
    int? CloudStorageId)
{
    /// <summary>The frames <paramref name="range"/> of the data.</summary>
    /// <param name="listed">The frames to list, where only some of them are asked for; null for all.</param>
    public static async Task<DataMeta> ReadAsync(AnnotatorDbContext db, TaskData data, FrameRange range, FrameRange? listed, CancellationToken cancel)
    {
        var (first, last) = (listed?.First ?? range.First, listed?.Last ?? range.Last);
        var related = await db.RelatedImages.AsNoTracking()
            .Where(image => image.DataId == data.Id && image.FrameNumber >= first && image.FrameNumber <= last)
            .GroupBy(image => image.FrameNumber)
            .Select(images => new { images.Key, Count = images.Count() })
            .ToDictionaryAsync(images => images.Key, images => images.Count, cancel);
        var video = await OnlyVideoAsync(db, data, cancel);
        var frames = video is not null
            ? [new FrameMeta(video.Width, video.Height, video.Name, 0, false)]
            : (await db.Frames.AsNoTracking()
                .Where(frame => frame.DataId == data.Id && frame.Number >= first && frame.Number <= last)
                .OrderBy(frame => frame.Number)
                .Select(frame => new { frame.Number, frame.Width, frame.Height, frame.Name })
                .ToListAsync(cancel))
                .ConvertAll(frame => new FrameMeta(frame.Width, frame.Height, frame.Name, related.GetValueOrDefault(frame.Number), related.ContainsKey(frame.Number)));
        var step = StepOf(data);
        return new DataMeta(
            data.ChunkSize,
            range.Count,
            data.ImageQuality,
            data.StartFrame + (range.First * step),
            data.StartFrame + (range.Last * step),
            data.FrameFilter,
            frames,
            [.. data.DeletedFrames.Where(range.Contains).Order()],
            null,
            data.ChunksUpdatedDate,
            video is null ? null : [.. video.Chapters.Select((chapter, id) => new ChapterMeta(id, chapter.Start, chapter.Stop, new ChapterTitle(chapter.Title)))],
            data.Storage switch { DataStorage.Share => "share", DataStorage.Cloud => "cloud_storage", _ => "local" },
            data.CloudStorageId);
    }

    /// <summary>The video that all frames of the task are of; null where there are images or other videos.</summary>
    private static Task<Video?> OnlyVideoAsync(AnnotatorDbContext db, TaskData data, CancellationToken cancel) =>
        db.Videos.AsNoTracking().SingleOrDefaultAsync(video => video.DataId == data.Id && OneVideo.DataIds(db).Contains(data.Id), cancel);

    /// <summary>Every how many frames of the source one was taken.</summary>
    private static int StepOf(TaskData data) =>
        data.FrameFilter.StartsWith("step=", StringComparison.Ordinal)
            ? int.Parse(data.FrameFilter.AsSpan("step=".Length), NumberStyles.None, CultureInfo.InvariantCulture)
            : 1;
}

/// <summary>One frame; sizes in pixels of the upright image.</summary>
/// <param name="RelatedFiles">How many context images belong to it.</param>
internal sealed record FrameMeta(int Width, int Height, string Name, int RelatedFiles, bool HasRelatedContext);

/// <summary>A part of a video; first and last frame in the numbering of the source.</summary>
internal sealed record ChapterMeta(int Id, int Start, int Stop, ChapterTitle Metadata);

/// <summary>What a part of a video is called.</summary>
internal sealed record ChapterTitle(string Title);
