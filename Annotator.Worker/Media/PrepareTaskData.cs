using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Formats;
using Annotator.Worker.Media.Sources;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Media;

/// <summary>
/// <c>create:task</c>: makes frames and jobs of what was uploaded for a task, or adds them to those that it has. A broken file
/// among good ones costs only itself, and is named. Nothing is visible before all of it is; a second run after a killed one goes on where that stopped.
/// </summary>
internal sealed class PrepareTaskData(
    AnnotatorDbContext db, IBlobStore blobs, ExternalFiles external, SourceFiles sources, FrameCollector collector, FrameIndex index, TaskUploadBlobs uploaded, VideoPreparation preparation, GrowingTask growing)
    : IOperationHandler
{
    public IReadOnlyCollection<string> Types { get; } = ["create:task"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var arguments = JsonSerializer.Deserialize<CreateTaskArguments>(operation.Arguments, JsonSerializerOptions.Web)!;
        var cancel = context.Cancel;
        var task = await db.Tasks.AsNoTracking().Include(task => task.Data).SingleOrDefaultAsync(task => task.Id == operation.TaskId, cancel)
            ?? throw new OperationFailedException("The task was deleted.");
        var data = task.Data ?? throw new OperationFailedException("The task has no data to prepare.");
        if (Published(operation) is { } done)
        {
            context.SetReport(done);
            context.Message = done.Summary();
        }
        else
        {
            context.Message = (await PrepareOrForgetAsync(task, data, operation, arguments, context)).Summary();
        }

        await RemoveLeftoversAsync(task.Id, data.Id, cancel);
    }

    /// <summary>What a run before this one reported, where it was killed right after it had committed.</summary>
    private static PreparationReport? Published(Operation operation) =>
        operation.Report is { } report ? JsonSerializer.Deserialize<PreparationReport>(report, JsonSerializerOptions.Web) : null;

    private async Task<PreparationReport> PrepareOrForgetAsync(AnnotationTask task, TaskData data, Operation operation, CreateTaskArguments arguments, OperationContext context)
    {
        var gathered = new List<Upload>();
        try
        {
            return await PrepareAsync(task, data, operation, arguments, gathered, context);
        }
        catch (OperationFailedException error) when (arguments.NamesFiles || error is NothingAddedException)
        {
            await ForgetAsync(error is NothingAddedException ? gathered : []);
            throw;
        }
        catch (OperationFailedException)
        {
            // An archive whose video breaks off after its first frames were shown is of no use any more; uploads that have their rows stay.
            await RemoveLeftoversAsync(task.Id, data.Id, CancellationToken.None);
            throw;
        }
        catch (OperationCanceledException) when (arguments.NamesFiles && context.Cancel.IsCancellationRequested)
        {
            // A worker that stops leaves what it has copied to the next run; somebody who has called it off wants none of it.
            if (await db.Operations.AnyAsync(row => row.Id == operation.Id && row.CancelRequested, CancellationToken.None))
            {
                await ForgetAsync([]);
            }

            throw;
        }

        async Task ForgetAsync(List<Upload> useless)
        {
            await external.ForgetAsync(task.Id, operation, useless.Select(upload => upload.Id));
            await RemoveLeftoversAsync(task.Id, data.Id, CancellationToken.None);
        }
    }

    private async Task<PreparationReport> PrepareAsync(
        AnnotationTask task, TaskData data, Operation operation, CreateTaskArguments arguments, List<Upload> uploads, OperationContext context)
    {
        var cancel = context.Cancel;
        context.ReportProgress(0, "Looking at the files");
        var refused = new List<RefusedFile>();
        var (appending, begun) = (arguments.AppendAt is not null, arguments.AppendAt is null ? await growing.FindBegunAsync(data, cancel) : null);
        uploads.AddRange(begun is null ? [] : [begun.Upload]);
        uploads.AddRange(begun is not null && arguments.NamesFiles ? [] : await external.GatherAsync(task.Id, data.Id, operation, arguments, refused, context));
        if (appending && !arguments.NamesFiles)
        {
            uploads.RemoveAll(upload => upload.OwnerId != operation.OwnerId);
        }

        if (uploads.Count == 0 && refused.Count == 0)
        {
            throw new OperationFailedException(arguments.NamesFiles ? "There is no image and no video among the files that were named." : "No files were uploaded for the task.");
        }

        var found = await sources.FindAsync(uploads, refused, cancel);
        if (appending)
        {
            found = await growing.RemoveKnownAsync(data.Id, found, refused, cancel);
        }

        var (media, related) = RelatedFiles.Split(found);
        var files = SourceOrder.Arrange(media, arguments, task.Id);
        var cutInside = SourceOrder.AreCutInside(files);
        var taken = cutInside ? files : SourceOrder.Cut(files, arguments);
        var firstVideo = appending ? await growing.FirstVideoAsync(data.Id, cancel) : 0;
        var opening = !appending && related.Count == 0 && arguments.JobFiles.Count == 0 && (taken.Count == 1 || AreVideosAsUploaded(taken, arguments))
            ? new VideoOpening(index, blobs, task, data, arguments, [.. (taken.Count == 1 ? uploads : [taken[0].Upload]).Select(upload => upload.Id)], taken.Count > 1, begun?.Known, context)
            : null;
        var collected = await collector.CollectAsync(data.Id, [.. taken, .. related], firstVideo, context, opening);
        if (opening is { Shown: > 0 })
        {
            return await CompleteAsync(task, opening, collected, [.. uploads.Select(upload => upload.Id)], refused, arguments, context);
        }

        var beside = RelatedFiles.Take(collected.Frames, related);
        var frames = cutInside ? SourceOrder.Cut(collected.Frames, arguments) : collected.Frames;
        for (var number = 0; number < frames.Count; number++)
        {
            frames[number].Number = (arguments.AppendAt is null ? 0 : data.Size) + number;
        }

        refused.AddRange(collected.Refused);
        var report = new PreparationReport(frames.Count, collected.Videos.Count > 0, refused, collected.Notes) { Before = data.Size };
        if (frames.Count == 0)
        {
            var detail = JsonSerializer.Serialize(report, JsonSerializerOptions.Web);
            throw data.Size > 0 ? new NothingAddedException(report.Failure()) { Report = detail } : new OperationFailedException(report.Failure()) { Report = detail };
        }

        context.SetReport(report);
        context.ReportProgress(0.98, "Cutting the task into jobs");
        var jobs = JobSplit.Of(frames, task.SegmentSize, task.Overlap, arguments.JobFiles);
        var made = new NewFrames(frames, collected.Videos, RelatedFiles.Match(frames, beside), jobs, [.. uploads.Select(upload => upload.Id)]);
        if (!await index.PublishAsync(task.Id, data, made, arguments, context) && data.Size > 0)
        {
            throw new InvalidOperationException($"Task {task.Id} has not {data.Size} frames any more; the next run numbers the new ones again.");
        }

        Prepare(task, collected, arguments);
        return report;
    }

    /// <summary>Whether there are only videos, each an upload of its own: what comes behind the first one then is there still after a killed run.</summary>
    private static bool AreVideosAsUploaded(List<SourceFile> files, CreateTaskArguments arguments) =>
        !arguments.NamesFiles && files.TrueForAll(file => file.EntryPath is null && FileEndings.IsVideo(file.Name));

    /// <summary>Adds what was found since the first video's first frames were shown. One that breaks off keeps the frames that are shown.</summary>
    private async Task<PreparationReport> CompleteAsync(
        AnnotationTask task, VideoOpening opening, Collected collected, IReadOnlyList<Guid> used, List<RefusedFile> refused, CreateTaskArguments arguments, OperationContext context)
    {
        if (collected.Videos is not [{ Number: 0 }, ..])
        {
            var others = opening.Several ? " The other files are kept, and can be added." : "";
            throw new OperationFailedException($"{collected.Refused[0].Name} breaks off after {opening.Shown} frames, which are in the task: it {collected.Refused[0].Reason}.{others}");
        }

        refused.AddRange(collected.Refused);
        var frames = SourceOrder.Cut(collected.Frames, arguments);
        var report = new PreparationReport(frames.Count, true, refused, collected.Notes);
        context.SetReport(report);
        await opening.CompleteAsync(frames, collected.Videos, used);
        Prepare(task, collected, arguments);
        return report;
    }

    private void Prepare(AnnotationTask task, Collected collected, CreateTaskArguments arguments)
    {
        foreach (var video in collected.Videos.Where(video => video.DecoderCodec.Length == 0 || arguments.Step > 1))
        {
            preparation.Look(task.Id, video.Number, 0);
        }
    }

    /// <summary>Archives, and files that became no frames: nothing refers to them any more.</summary>
    private async Task RemoveLeftoversAsync(int taskId, int dataId, CancellationToken cancel)
    {
        var keys = new List<string>();
        foreach (var prefix in new[] { DataKeys.TaskUploads(taskId), DataKeys.Originals(dataId) })
        {
            await foreach (var blob in blobs.ListAsync(prefix, cancel))
            {
                keys.Add(blob.Key);
            }
        }

        await uploaded.RemoveUnusedAsync(taskId, keys, cancel);
    }

    /// <summary>None of the files that were to be added to a task can be: they are of no use to a second attempt either.</summary>
    private sealed class NothingAddedException(string message) : OperationFailedException(message);
}
