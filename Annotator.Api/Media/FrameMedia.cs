using System.Globalization;
using Annotator.Api.Errors;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;
using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Media;

/// <summary>
/// Pictures of a task: originals as they are (turned ones upright), and what Worker makes of them (smaller frames, chunks, previews), which is
/// kept in the blob store, so that the second reader costs nothing.
/// </summary>
internal sealed class FrameMedia(AnnotatorDbContext db, IBlobStore blobs, WorkerMedia worker)
{
    /// <summary>Widths in pixels that smaller frames can be had in; a fixed set keeps the store from filling with copies.</summary>
    public static IReadOnlyList<int> Widths { get; } = [160, 320, 640, 1280, 2048];

    /// <summary>An original of at most this many bytes is sent in place of a compressed copy: it is better, and costs nothing to make.</summary>
    private const long SmallOriginalBytes = 2 << 20;

    private const string ZipType = "application/zip";
    private const string JpegType = "image/jpeg";
    private readonly AnnotatorDbContext _db = db;
    private readonly IBlobStore _blobs = blobs;
    private readonly WorkerMedia _worker = worker;

    /// <summary>The data of a task that has been prepared; null before.</summary>
    public Task<TaskData?> FindDataAsync(int taskId, CancellationToken cancel) =>
        _db.TaskData.AsNoTracking().SingleOrDefaultAsync(data => data.TaskId == taskId && data.Size > 0, cancel);

    /// <summary>One frame; <paramref name="width"/> asks for a smaller one of that many pixels.</summary>
    public async Task<IResult> ReadFrameAsync(TaskData data, int number, MediaQuality quality, int? width, CancellationToken cancel)
    {
        var frame = await _db.Frames.AsNoTracking().SingleOrDefaultAsync(row => row.DataId == data.Id && row.Number == number, cancel);
        if (frame is null)
        {
            return Problems.NotFound($"The task has no frame {number}.");
        }

        // Coordinates are those of the upright picture, and what reads originals often knows nothing of EXIF or of videos.
        if (width is null && quality == MediaQuality.Original && (frame.VideoNumber is not null || frame.Page is not null || frame is { BrowserReady: false, ContentType: JpegType }))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"frames/{number}?quality=original");
            return await MadeAsync(data, DataKeys.UprightFrame(data.Id, number), path, JpegType, Tag(data, $"u{number}"), chunk: false, cancel);
        }

        var asItIs = width is null && frame is { VideoNumber: null, Page: null } && (quality == MediaQuality.Original || (frame.BrowserReady && frame.ByteLength <= SmallOriginalBytes));
        if (asItIs)
        {
            return await _blobs.OpenOriginalAsync(frame, cancel) is { } original
                ? new BlobResult(original, frame.ContentType, Tag(data, $"o{number}"))
                : Problems.NotFound($"The original of frame {number} ('{frame.Name}') is not in the store any more.");
        }

        var size = width is { } asked && asked < frame.Width ? asked : (int?)null;
        var query = size is { } pixels
            ? string.Create(CultureInfo.InvariantCulture, $"frames/{number}?quality=compressed&width={pixels}")
            : string.Create(CultureInfo.InvariantCulture, $"frames/{number}?quality=compressed");
        var key = DataKeys.CompressedFrame(data.Id, number, size);
        return await MadeAsync(data, key, query, JpegType, Tag(data, $"c{number}-{size}"), chunk: false, cancel);
    }

    /// <summary>A ZIP of consecutive frames in their order.</summary>
    public Task<IResult> ReadChunkAsync(TaskData data, FrameRange frames, MediaQuality quality, CancellationToken cancel)
    {
        var word = quality == MediaQuality.Original ? "original" : "compressed";
        var key = DataKeys.Chunk(data.Id, frames.First, frames.Last, word);
        var query = string.Create(CultureInfo.InvariantCulture, $"chunks?first={frames.First}&last={frames.Last}&quality={word}");
        return MadeAsync(data, key, query, ZipType, Tag(data, $"{word}{frames.First}-{frames.Last}"), chunk: true, cancel);
    }

    /// <summary>A small picture of a frame, as lists show it.</summary>
    public Task<IResult> ReadPreviewAsync(TaskData data, int number, CancellationToken cancel)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"preview/{number}");
        return MadeAsync(data, DataKeys.Preview(data.Id, number), query, JpegType, Tag(data, $"p{number}"), chunk: false, cancel);
    }

    /// <summary>A ZIP of the pictures that stand beside a frame, in their order.</summary>
    public async Task<IResult> ReadRelatedAsync(TaskData data, int number, CancellationToken cancel)
    {
        var related = await _db.RelatedImages.AsNoTracking()
            .Where(image => image.DataId == data.Id && image.FrameNumber == number)
            .OrderBy(image => image.Position)
            .ToListAsync(cancel);
        return related.Count > 0 ? new RelatedImagesResult(_blobs, related) : Problems.NotFound($"Frame {number} has no context images.");
    }

    /// <summary>One tile of a frame's pyramid; the first to ask has the pyramid made.</summary>
    public async Task<IResult> ReadTileAsync(TaskData data, int number, int level, int column, int row, CancellationToken cancel)
    {
        var frame = await _db.Frames.AsNoTracking().SingleOrDefaultAsync(one => one.DataId == data.Id && one.Number == number, cancel);
        if (frame is null or { VideoNumber: not null })
        {
            return Problems.Invalid("number", $"Frame {number} is no image of the task.");
        }

        if (new TilePyramid(frame.Width, frame.Height).IndexOf(level, column, row) is not { } index)
        {
            return Problems.Invalid("level", $"Frame {number} of {frame.Width} × {frame.Height} pixels has no tile {column}, {row} of level {level}.");
        }

        var key = DataKeys.Tiles(data.Id, number);
        var pyramid = await _blobs.OpenReadAsync(key, cancel);
        if (pyramid is null)
        {
            var (made, refused) = await _worker.MakeAsync(data.TaskId, string.Create(CultureInfo.InvariantCulture, $"tiles/{number}"), cancel);
            if (refused is not null)
            {
                return refused;
            }

            pyramid = await _blobs.OpenReadAsync(key, cancel) ?? made!;
        }

        var (offset, length) = await TilePyramid.FindAsync(pyramid, index, cancel);
        return new BlobResult(new BlobPartStream(pyramid, offset, length), JpegType, Tag(data, string.Create(CultureInfo.InvariantCulture, $"t{number}-{index}")));
    }

    /// <summary>What is stored under the key, after having Worker make it where it is not there.</summary>
    public async Task<IResult> MadeAsync(
        TaskData data, string key, string query, string contentType, string tag, bool chunk, CancellationToken cancel)
    {
        var blob = await _blobs.OpenReadAsync(key, cancel);
        if (blob is null)
        {
            var (made, refused) = await _worker.MakeAsync(data.TaskId, query, cancel);
            if (refused is not null)
            {
                return refused;
            }

            blob = await _blobs.OpenReadAsync(key, cancel) ?? made;
        }

        return new BlobResult(blob!, contentType, tag) { UpdatedDate = chunk ? data.ChunksUpdatedDate : null };
    }

    private static string Tag(TaskData data, string variant) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{data.Id}-{data.ChunksUpdatedDate.UtcTicks:x}-{data.ImageQuality}-{variant}\"");
}

/// <summary>The contract's two qualities.</summary>
internal enum MediaQuality
{
    Compressed,
    Original,
}
