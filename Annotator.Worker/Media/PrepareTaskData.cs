using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Worker.Media.Sources;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Media;

/// <summary>
/// <c>create:task</c>: makes frames and jobs of what was uploaded for a task. A broken file among good ones costs only
/// itself, and is named. Nothing is visible before all of it is; a second run after a killed one goes on where that stopped.
/// </summary>
internal sealed class PrepareTaskData(
    AnnotatorDbContext db, IBlobStore blobs, ExternalFiles external, SourceFiles sources, FrameCollector collector, FrameIndex index, TaskUploadBlobs uploaded, VideoPreparation preparation)
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
        if (data.Size == 0)
        {
            var report = await PrepareOrForgetAsync(task, data.Id, arguments, context);
            context.SetReport(report);
            context.Message = report.Summary();
        }

        await RemoveLeftoversAsync(task.Id, data.Id, cancel);
    }

    private async Task<PreparationReport> PrepareOrForgetAsync(AnnotationTask task, int dataId, CreateTaskArguments arguments, OperationContext context)
    {
        try
        {
            return await PrepareAsync(task, dataId, arguments, context);
        }
        catch (OperationFailedException) when (arguments.NamesFiles)
        {
            await external.ForgetAsync(task.Id, context.Cancel);
            throw;
        }
    }

    private async Task<PreparationReport> PrepareAsync(AnnotationTask task, int dataId, CreateTaskArguments arguments, OperationContext context)
    {
        context.ReportProgress(0, "Looking at the files");
        var refused = new List<RefusedFile>();
        var uploads = await external.GatherAsync(task.Id, dataId, arguments, refused, context);
        if (uploads.Count == 0 && refused.Count == 0)
        {
            throw new OperationFailedException(arguments.NamesFiles ? "There is no image and no video among the files that were named." : "No files were uploaded for the task.");
        }

        var found = await sources.FindAsync(uploads, refused, context.Cancel);
        var files = SourceOrder.Arrange(found, arguments, task.Id);
        var cutInside = SourceOrder.AreCutInside(files);
        var collected = await collector.CollectAsync(dataId, cutInside ? files : SourceOrder.Cut(files, arguments), 0, context);
        var frames = cutInside ? SourceOrder.Cut(collected.Frames, arguments) : collected.Frames;
        for (var number = 0; number < frames.Count; number++)
        {
            frames[number].Number = number;
        }

        refused.AddRange(collected.Refused);
        var report = new PreparationReport(frames.Count, collected.Videos.Count > 0, refused, collected.Notes);
        if (frames.Count == 0)
        {
            throw new OperationFailedException(report.Failure()) { Report = JsonSerializer.Serialize(report, JsonSerializerOptions.Web) };
        }

        context.ReportProgress(0.98, "Cutting the task into jobs");
        var jobs = JobSplit.Of(frames, task.SegmentSize, task.Overlap, arguments.JobFiles);
        await index.PublishAsync(task.Id, dataId, frames, collected.Videos, jobs, arguments, context);
        foreach (var video in collected.Videos.Where(video => video.DecoderCodec.Length == 0 || arguments.Step > 1))
        {
            preparation.Look(task.Id, video.Number, 0);
        }

        return report;
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
}
