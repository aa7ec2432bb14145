using System.Globalization;
using System.Text.Json;
using Annotator.Api.Errors;
using Annotator.Core;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Media;

/// <summary>Videos as a browser's own decoder takes them: their frame index, originals by byte range, and chunks. See docs/video-frames.md.</summary>
internal sealed class VideoMedia(AnnotatorDbContext db, IBlobStore blobs, WorkerMedia worker, FrameMedia media, VideoRuns runs)
{
    private const string BytesType = "application/octet-stream";
    private const int MaxTiles = 100;
    private const int MaxStep = 100_000;
    private static readonly int[] TileWidths = [80, 160, 320];

    /// <summary>How far the search for a video's frames is, 0 to 1, while the job may still get some of them; null when it has all that it will have.</summary>
    public async Task<double?> FindFoundAsync(int jobId, CancellationToken cancel)
    {
        var active = await db.Operations.AsNoTracking()
            .Where(row => row.Type == "create:task" && (row.State == OperationState.Queued || row.State == OperationState.Started))
            .Where(row => db.Jobs.Any(job => job.Id == jobId && job.TaskId == row.TaskId))
            .Select(row => new { row.Progress, row.Arguments })
            .FirstOrDefaultAsync(cancel);

        // Files that are added to a task come in jobs of their own.
        if (active is null || JsonSerializer.Deserialize<CreateTaskArguments>(active.Arguments, JsonSerializerOptions.Web)!.AppendAt is not null)
        {
            return null;
        }

        var grows = await db.Jobs.AnyAsync(
            job => job.Id == jobId && job.Type == JobType.Annotation
                && (job.Task.SegmentSize == 0 || job.StopFrame - job.StartFrame + 1 < job.Task.SegmentSize)
                && !db.Jobs.Any(other => other.TaskId == job.TaskId && other.StopFrame > job.StopFrame),
            cancel);
        return grows ? active.Progress : null;
    }

    /// <summary>The videos that have a frame among <paramref name="frames"/>, in the order of frames.</summary>
    /// <param name="found">See <see cref="FindFoundAsync"/>.</param>
    public async Task<VideoList> DescribeAsync(TaskData data, FrameRange frames, double? found, CancellationToken cancel)
    {
        var shown = (await runs.ReadAsync(db, data, cancel)).Where(run => Overlap(run, frames)).ToList();
        var videos = new List<VideoDescription>(shown.Count);
        foreach (var run in shown)
        {
            videos.Add(await DescribeAsync(data, run, cancel));
        }

        return new VideoList(videos, found);
    }

    /// <summary>A video of which there is a frame among <paramref name="frames"/>; null when there is no such video.</summary>
    public async Task<VideoRun?> FindAsync(TaskData data, FrameRange frames, int number, CancellationToken cancel) =>
        (await runs.ReadAsync(db, data, cancel)).FirstOrDefault(run => run.Video.Number == number && Overlap(run, frames));

    /// <summary>The video's frame index, as the media library writes it.</summary>
    public Task<IResult> ReadIndexAsync(TaskData data, VideoRun run, CancellationToken cancel) =>
        ReadAsync(DataKeys.VideoIndex(data.Id, run.Video.Number), BytesType, Tag(data, run, "index"), "The video's frame index", cancel);

    /// <summary>The original, where a browser can decode its packets as they are.</summary>
    public async Task<IResult> ReadFileAsync(TaskData data, VideoRun run, CancellationToken cancel) => run.ServesOriginal
        ? await ReadAsync(run.Video.BlobKey, run.Video.ContentType, Tag(data, run, "file"), $"The original of '{run.Video.Name}'", cancel)
        : Problems.NotFound($"'{run.Video.Name}' is not served as it is; take its chunks.");

    /// <summary>Coded frames <paramref name="chunk"/>, which are made when they are not there.</summary>
    public async Task<IResult> ReadChunkAsync(TaskData data, VideoRun run, FrameRange frames, int chunk, CancellationToken cancel)
    {
        if (!run.HasChunks || chunk < 0 || chunk >= run.Chunks || !Overlap(run.ChunkAt(chunk), frames))
        {
            return Problems.NotFound($"'{run.Video.Name}' has no chunk {chunk} here.");
        }

        var query = string.Create(CultureInfo.InvariantCulture, $"videos/{run.Video.Number}/chunks/{chunk}");
        var tag = Tag(data, run, chunk.ToString(CultureInfo.InvariantCulture));
        return await media.MadeAsync(data, run.ChunkKey(chunk), query, BytesType, tag, chunk: false, cancel);
    }

    /// <summary>
    /// Small pictures of frames <paramref name="first"/>, first + <paramref name="step"/> … in one; at most <paramref name="count"/>, fewer where the
    /// job or the video ends.
    /// </summary>
    public async Task<IResult> ReadStripAsync(TaskData data, VideoRun run, FrameRange frames, int first, int step, int count, int width, CancellationToken cancel)
    {
        var checks = new Checks();
        var last = Math.Min(frames.Last, run.Frames.Last);
        checks.That(frames.Contains(first) && run.Frames.Contains(first), "first", $"There are frames {Math.Max(frames.First, run.Offset)} to {last} here, and no frame {first}.");
        checks.That(step is > 0 and <= MaxStep, "step", $"A whole number from 1 to {MaxStep} is expected.");
        checks.That(count is > 0 and <= MaxTiles, "count", $"A whole number from 1 to {MaxTiles} is expected.");
        checks.That(TileWidths.Contains(width), "width", $"Must be one of {string.Join(", ", TileWidths)}.");
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        count = Math.Min(count, ((last - first) / step) + 1);
        var key = DataKeys.Strip(data.Id, run.Video.Number, run.VideoFrameOf(first), step * run.Step, count, width);
        var asked = string.Create(CultureInfo.InvariantCulture, $"first={first}&step={step}&count={count}&width={width}");
        var query = string.Create(CultureInfo.InvariantCulture, $"videos/{run.Video.Number}/strip?{asked}");
        return await media.MadeAsync(data, key, query, "image/jpeg", Tag(data, run, string.Create(CultureInfo.InvariantCulture, $"s{first}-{step}-{count}-{width}")), chunk: false, cancel);
    }

    private async Task<VideoDescription> DescribeAsync(TaskData data, VideoRun run, CancellationToken cancel)
    {
        var video = run.Video;
        var source = run.ServesOriginal ? "original"
            : run.HasChunks && await runs.HasEncoderAsync(worker, data.TaskId, cancel) ? "proxy"
            : "images";
        return new VideoDescription(
            video.Number,
            video.Name,
            video.Width,
            video.Height,
            video.FrameRate,
            run.Offset,
            run.Count,
            run.First,
            run.Step,
            source,
            source == "original" ? video.DecoderCodec : null,
            source == "original" ? video.DecoderDescription : null,
            run.ChunkFrames,
            source == "proxy" ? await PreparedAsync(run, cancel) : 0,
            Version(data, run));
    }

    private async Task<double> PreparedAsync(VideoRun run, CancellationToken cancel)
    {
        var made = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in blobs.ListAsync(DataKeys.ProxyChunks(run.Video.DataId, run.Video.Number), cancel))
        {
            made.Add(blob.Key);
        }

        return made.Count == 0 ? 0 : (double)Enumerable.Range(0, run.Chunks).Count(chunk => made.Contains(run.ChunkKey(chunk))) / run.Chunks;
    }

    private async Task<IResult> ReadAsync(string key, string contentType, string tag, string what, CancellationToken cancel) =>
        await blobs.OpenReadAsync(key, cancel) is { } content
            ? new BlobResult(content, contentType, tag)
            : Problems.NotFound($"{what} is not in the store any more.");

    private static bool Overlap(VideoRun run, FrameRange frames) => Overlap(run.Frames, frames);

    private static bool Overlap(FrameRange left, FrameRange right) => left.First <= right.Last && right.First <= left.Last;

    private static string Version(TaskData data, VideoRun run) =>
        string.Create(CultureInfo.InvariantCulture, $"{data.Id}-{data.ChunksUpdatedDate.UtcTicks:x}-{run.Offset}-{run.First}-{run.Step}");

    private static string Tag(TaskData data, VideoRun run, string variant) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{Version(data, run)}-v{run.Video.Number}-{run.Count}-{variant}\"");
}

/// <summary>The videos of a job.</summary>
/// <param name="Found">While frames are still being found that the job may get: how far that is, 0 to 1. Null when there will be no more.</param>
internal sealed record VideoList(IReadOnlyList<VideoDescription> Videos, double? Found);

/// <summary>One video of a job: which of the task's frames are its, and how a browser gets them.</summary>
/// <param name="Width">Pixels of the upright picture.</param>
/// <param name="FrameRate">Frames a second on the average; 0 when unknown.</param>
/// <param name="Offset">The task's number of its first frame.</param>
/// <param name="Count">The task's frames that are of it, consecutive from <paramref name="Offset"/>.</param>
/// <param name="VideoFirst">The number in the video of that first frame.</param>
/// <param name="VideoStep">From one of the task's frames to the next in the video.</param>
/// <param name="Source">original: packets of the file by byte range; proxy: chunks; images: pictures only.</param>
/// <param name="Codec">The decoder's configuration for originals.</param>
/// <param name="Description">Its configuration record for originals; null when there is none.</param>
/// <param name="ChunkFrames">The task's frames in a chunk.</param>
/// <param name="Prepared">The share of chunks that are made already, 0 to 1.</param>
/// <param name="Version">Changes when the bytes do.</param>
internal sealed record VideoDescription(
    int Number,
    string Name,
    int Width,
    int Height,
    double FrameRate,
    int Offset,
    int Count,
    int VideoFirst,
    int VideoStep,
    string Source,
    string? Codec,
    byte[]? Description,
    int ChunkFrames,
    double Prepared,
    string Version);
