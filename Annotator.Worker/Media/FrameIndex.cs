using System.Globalization;
using Annotator.Core;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Annotator.Worker.Media;

/// <summary>Makes a prepared task's frames and jobs visible: all of them in one transaction, once.</summary>
internal sealed class FrameIndex(AnnotatorDbContext db, TimeProvider time)
{
    /// <summary>False when the task was prepared before, by a run that died after it had committed.</summary>
    /// <exception cref="OperationFailedException">The task was deleted meanwhile.</exception>
    public async Task<bool> PublishAsync(
        int taskId, TaskData data, NewFrames made, CreateTaskArguments arguments, OperationContext context)
    {
        var (dataId, frames, videos, jobs) = (data.Id, made.Frames, made.Videos, made.Jobs);
        var strategy = db.Database.CreateExecutionStrategy();
        return await strategy.ExecuteAsync(async cancel =>
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await context.HoldAsync(db);
            var now = time.GetUtcNow();
            var mode = videos.Count > 0 ? "interpolation" : "annotation";
            var marked = await db.Tasks.Where(task => task.Id == taskId).ExecuteUpdateAsync(
                task => task.SetProperty(t => t.Mode, t => t.Mode == "" ? mode : t.Mode).SetProperty(t => t.UpdatedDate, now), cancel);
            if (marked == 0)
            {
                throw new OperationFailedException("The task was deleted.");
            }

            if (!await (data.Size > 0 ? GrowDataAsync(data, data.Size, frames.Count, now, cancel) : FillDataAsync(dataId, frames, arguments, now, cancel)))
            {
                return false;
            }

            await CopyFramesAsync(dataId, frames, cancel);
            foreach (var video in videos)
            {
                video.DataId = dataId;
                db.Videos.Add(video);
            }

            foreach (var image in made.Related)
            {
                image.DataId = dataId;
                db.RelatedImages.Add(image);
            }

            db.Jobs.AddRange(jobs.Select(range => JobOf(taskId, range, now)));
            await db.SaveChangesAsync(cancel);

            // Their blobs belong to the frames from now on.
            await db.Uploads
                .Where(upload => made.Uploads.Contains(upload.Id))
                .ExecuteDeleteAsync(cancel);
            await context.KeepReportAsync(db);
            await transaction.CommitAsync(cancel);
            return true;
        }, context.Cancel);
    }

    /// <summary>
    /// Adds the frames of the task's first videos that were found since. The last job takes them up to the size of a job, unless its work is
    /// handed over already; the others come in jobs of their own, cut as if all had been known from the start.
    /// </summary>
    /// <param name="shown">Frames that the task has.</param>
    /// <param name="frames">All frames that it is to have, those included.</param>
    /// <param name="videos">The one that the task has, and those that it gets now.</param>
    /// <param name="used">Uploads that are used up, where there will be no more frames; null where there will.</param>
    /// <exception cref="OperationFailedException">The task was deleted meanwhile.</exception>
    public Task ExtendAsync(AnnotationTask task, int dataId, int shown, IReadOnlyList<Frame> frames, IReadOnlyList<Video> videos, IReadOnlyList<Guid>? used, OperationContext context)
    {
        var strategy = db.Database.CreateExecutionStrategy();
        return strategy.ExecuteAsync(async cancel =>
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await context.HoldAsync(db);
            var now = time.GetUtcNow();
            var data = await db.TaskData.AsNoTracking().SingleOrDefaultAsync(row => row.Id == dataId, cancel) ?? throw new OperationFailedException("The task was deleted.");
            if (frames.Count > shown && !await GrowDataAsync(data, shown, frames.Count - shown, now, cancel))
            {
                throw new InvalidOperationException($"Task {task.Id} has not {shown} frames any more; the next run goes on behind them.");
            }

            await CopyFramesAsync(dataId, [.. frames.Skip(shown)], cancel);
            var row = await db.Videos.SingleAsync(row => row.DataId == dataId && row.Number == videos[0].Number, cancel);
            (row.FrameCount, row.Chapters) = (videos[0].FrameCount, videos[0].Chapters);
            foreach (var video in videos.Skip(1))
            {
                video.DataId = dataId;
                db.Videos.Add(video);
            }

            await ExtendJobsAsync(task, frames.Count - 1, now, cancel);
            await db.SaveChangesAsync(cancel);
            await db.Tasks.Where(one => one.Id == task.Id).ExecuteUpdateAsync(one => one.SetProperty(t => t.UpdatedDate, now), cancel);
            if (used is not null)
            {
                await db.Uploads.Where(upload => used.Contains(upload.Id)).ExecuteDeleteAsync(cancel);
                await context.KeepReportAsync(db);
            }

            await transaction.CommitAsync(cancel);
        }, context.Cancel);
    }

    private async Task ExtendJobsAsync(AnnotationTask task, int end, DateTimeOffset now, CancellationToken cancel)
    {
        var jobs = await db.Jobs.FromSql($"SELECT jobs.* FROM jobs WHERE task_id = {task.Id} ORDER BY id FOR UPDATE").ToListAsync(cancel);
        var last = jobs.Where(job => job.Type == JobType.Annotation).MaxBy(job => job.StopFrame) ?? throw new InvalidOperationException($"Task {task.Id} has frames and no job.");
        var stop = last.StopFrame;
        if (last is { Stage: JobStage.Annotation, State: JobState.New or JobState.InProgress })
        {
            stop = Math.Max(stop, task.SegmentSize == 0 ? end : Math.Min(end, last.StartFrame + task.SegmentSize - 1));
            (last.StopFrame, last.UpdatedDate) = (stop, stop > last.StopFrame ? now : last.UpdatedDate);
        }

        if (stop < end)
        {
            var overlap = task.SegmentSize > 0 ? Math.Min(task.Overlap, task.SegmentSize - 1) : 0;
            db.Jobs.AddRange(new FrameRange(stop + 1 - overlap, end).Split(task.SegmentSize, overlap).Select(range => JobOf(task.Id, range, now)));
        }
    }

    private static AnnotationJob JobOf(int taskId, FrameRange range, DateTimeOffset now) =>
        new() { TaskId = taskId, StartFrame = range.First, StopFrame = range.Last, CreatedDate = now, UpdatedDate = now };

    private async Task<bool> FillDataAsync(int dataId, IReadOnlyList<Frame> frames, CreateTaskArguments arguments, DateTimeOffset now, CancellationToken cancel)
    {
        var step = Math.Max(1, arguments.Step);
        var stop = arguments.StartFrame + ((frames.Count - 1) * step);
        var filter = step > 1 ? string.Create(CultureInfo.InvariantCulture, $"step={step}") : "";
        var chunk = arguments.ChunkSize is > 0 and var asked ? asked : ChunkSizeFor(frames);
        return await db.TaskData.Where(data => data.Id == dataId && data.Size == 0).ExecuteUpdateAsync(
            data => data
                .SetProperty(d => d.Size, frames.Count)
                .SetProperty(d => d.ChunkSize, chunk)
                .SetProperty(d => d.ImageQuality, Math.Clamp(arguments.ImageQuality, 0, 100))
                .SetProperty(d => d.StartFrame, arguments.StartFrame)
                .SetProperty(d => d.StopFrame, stop)
                .SetProperty(d => d.FrameFilter, filter)
                .SetProperty(d => d.SortingMethod, arguments.SortingMethod)
                .SetProperty(d => d.ChunksUpdatedDate, now),
            cancel) > 0;
    }

    /// <summary>False when the task has not the size any more that the new frames were numbered for.</summary>
    private async Task<bool> GrowDataAsync(TaskData data, int size, int more, DateTimeOffset now, CancellationToken cancel)
    {
        var step = DatasetTask.StepOf(data.FrameFilter);
        return await db.TaskData.Where(row => row.Id == data.Id && row.Size == size).ExecuteUpdateAsync(
            row => row
                .SetProperty(d => d.Size, size + more)
                .SetProperty(d => d.StopFrame, data.StopFrame + (more * step))
                .SetProperty(d => d.ChunksUpdatedDate, now),
            cancel) > 0;
    }

    /// <summary>As many frames as keep a chunk near 36 of 1080p, by the largest frame: 2 to 72.</summary>
    public static int ChunkSizeFor(IReadOnlyList<Frame> frames)
    {
        var largest = frames.Max(frame => (long)frame.Width * frame.Height);
        return (int)Math.Clamp(36L * 1920 * 1080 / largest, 2, 72);
    }

    private async Task CopyFramesAsync(int dataId, IReadOnlyList<Frame> frames, CancellationToken cancel)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY frames (data_id, number, name, width, height, blob_key, video_number, video_frame, content_type, byte_length, browser_ready, blob_offset, page) FROM STDIN (FORMAT BINARY)", cancel);
        foreach (var frame in frames)
        {
            await copy.StartRowAsync(cancel);
            await copy.WriteAsync(dataId, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync(frame.Number, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync(frame.Name, NpgsqlDbType.Varchar, cancel);
            await copy.WriteAsync(frame.Width, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync(frame.Height, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync(frame.BlobKey, NpgsqlDbType.Text, cancel);
            await WriteAsync(copy, frame.VideoNumber, cancel);
            await WriteAsync(copy, frame.VideoFrame, cancel);
            await copy.WriteAsync(frame.ContentType, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(frame.ByteLength, NpgsqlDbType.Bigint, cancel);
            await copy.WriteAsync(frame.BrowserReady, NpgsqlDbType.Boolean, cancel);
            await WriteAsync(copy, frame.BlobOffset, cancel);
            await WriteAsync(copy, frame.Page, cancel);
        }

        await copy.CompleteAsync(cancel);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter copy, long? value, CancellationToken cancel) =>
        value is { } number ? copy.WriteAsync(number, NpgsqlDbType.Bigint, cancel) : copy.WriteNullAsync(cancel);

    private static Task WriteAsync(NpgsqlBinaryImporter copy, int? value, CancellationToken cancel) =>
        value is { } number ? copy.WriteAsync(number, NpgsqlDbType.Integer, cancel) : copy.WriteNullAsync(cancel);
}

/// <summary>What becomes visible at once.</summary>
/// <param name="Frames">Numbered.</param>
/// <param name="Jobs">In the task's numbering.</param>
/// <param name="Uploads">Those that were used up; others stay, whatever arrived meanwhile.</param>
internal sealed record NewFrames(
    IReadOnlyList<Frame> Frames, IReadOnlyList<Video> Videos, IReadOnlyList<RelatedImage> Related, IReadOnlyList<FrameRange> Jobs, IReadOnlyList<Guid> Uploads);
