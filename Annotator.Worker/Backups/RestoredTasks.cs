using System.Globalization;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.CvatJson;
using Annotator.Formats.Model;
using Annotator.Worker.Datasets;
using Annotator.Worker.Media;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Backups;

/// <summary>A task whose media are there, and which waits for its jobs and annotations.</summary>
internal sealed record RestoredTask(int Id, int? ProjectId, CvatBackupTask Backup);

/// <summary>Puts one task of a backup back: first its media, as after an upload by hand, then all else in one go.</summary>
internal sealed class RestoredTasks(AnnotatorDbContext db, MadeTasks made, AnnotationStore store, TimeProvider time)
{
    private const int LongestName = 256;
    private const int LongestSubset = 64;
    private const int LongestBugTracker = 2000;
    private const int SaveEvery = 200;

    /// <summary>How much of the work on a task is the copying of its media; the rest is making frames of them.</summary>
    private const double CopyShare = 0.6;

    /// <param name="fallback">Instead of no name.</param>
    public static string Name(string name, string fallback) => name.Trim() is { Length: > 0 } said ? said[..Math.Min(said.Length, LongestName)] : fallback;

    /// <summary>An address that was cut off would lead elsewhere: one that is too long is none.</summary>
    public static string BugTracker(string address) => address.Length <= LongestBugTracker ? address : "";

    /// <summary>Makes the task, copies its media and prepares its frames.</summary>
    /// <param name="share">Where this task begins in the whole work, and how much of it it is; 0 to 1.</param>
    /// <exception cref="OperationFailedException">A file cannot be read, or they are fewer than the jobs speak of.</exception>
    public async Task<RestoredTask> MakeAsync(
        Operation operation, DatasetArchive archive, CvatBackupTask backup, int? projectId, DatasetReport report, OperationContext context, (double From, double Part) share)
    {
        var cancel = context.Cancel;
        var task = new AnnotationTask
        {
            ProjectId = projectId,
            OwnerId = operation.OwnerId,
            Name = Name(backup.Name, "task"),
            BugTracker = BugTracker(backup.BugTracker),
            Subset = backup.Subset[..Math.Min(backup.Subset.Length, LongestSubset)],
            Overlap = backup.Overlap,
            SegmentSize = backup.SegmentSize,
            Data = new TaskData { SortingMethod = "predefined" },
        };
        task.Labels.AddRange(projectId is null ? NewLabels.Of(backup.Labels, null) : []);
        foreach (var node in task.Labels.SelectMany(label => label.Sublabels))
        {
            node.Task = task;
        }

        await made.MakeAsync(task, cancel);
        db.ChangeTracker.Clear();
        var names = await CopyMediaAsync(operation.OwnerId, archive, backup, task.Id, context, share);
        var hasVideo = SourceOrder.HaveVideo(names);
        await made.PrepareAsync(operation, task.Id, Arguments(backup, names, hasVideo), context);
        var size = await db.TaskData.Where(data => data.TaskId == task.Id).Select(data => data.Size).SingleAsync(cancel);
        if (size != backup.Size && !hasVideo)
        {
            throw new OperationFailedException(
                $"{backup.Path}: the jobs speak of {backup.Size} frames, and {size} of the backup's images can be read. Annotations would stand on wrong images; nothing was restored.");
        }

        if (size < backup.Size)
        {
            report.Loss("frames-fewer", "Frames that cannot be decoded from the video were left out, with their annotations", backup.Path, backup.Size - size);
        }

        report.Images += size;
        return new RestoredTask(task.Id, projectId, backup);
    }

    /// <summary>Gives the task the backup's jobs, settings and annotations; call it in the last transaction.</summary>
    public async Task FillAsync(Operation operation, DatasetArchive archive, RestoredTask task, DatasetReport report, OperationContext context)
    {
        var (cancel, backup) = (context.Cancel, task.Backup);
        var data = await db.TaskData.SingleAsync(row => row.TaskId == task.Id, cancel);
        data.DeletedFrames = [.. backup.DeletedFrames.Where(frame => frame >= 0 && frame < data.Size).Distinct().Order()];
        data.SortingMethod = backup.SortingMethod is SourceOrder.Lexicographical or SourceOrder.Natural or SourceOrder.Random ? backup.SortingMethod : SourceOrder.Predefined;
        var step = DatasetTask.StepOf(backup.FrameFilter);
        (data.StartFrame, data.StopFrame) = (backup.StartFrame, (int)Math.Min(int.MaxValue, backup.StartFrame + (long)(data.Size - 1) * step));
        data.FrameFilter = step > 1 ? string.Create(CultureInfo.InvariantCulture, $"step={step}") : "";
        await db.Jobs.Where(job => job.TaskId == task.Id).ExecuteDeleteAsync(cancel);
        var jobs = backup.Jobs.Select(job => MakeJob(job, task.Id, data.Size)).ToList();
        db.Jobs.AddRange(jobs.OfType<AnnotationJob>());
        await db.SaveChangesAsync(cancel);

        var labels = new LabelSchema(await db.Labels.AsNoTracking().Include(label => label.Attributes)
            .Where(label => task.ProjectId == null ? label.TaskId == task.Id : label.ProjectId == task.ProjectId).ToListAsync(cancel));
        var reader = new NamedObjects(labels, new FrameRange(0, data.Size - 1), report);
        using var objects = new CvatBackupObjects(archive, backup.Annotations);
        for (var number = 0; number < jobs.Count; number++)
        {
            context.ReportProgress(0.98, $"{backup.Name}: annotations of job {number + 1} of {jobs.Count}");
            var read = Objects(reader, objects.ReadJob(), string.Create(CultureInfo.InvariantCulture, $"{backup.Annotations.Path}: job {number + 1}"), report);
            if (jobs[number] is { } job)
            {
                await store.AppendAsync(job.Id, operation.OwnerId, read.ToAsyncEnumerable(), replace: false, cancel);
            }
            else
            {
                report.Loss("job-left-out", "Jobs of frames or of a kind that are not held here were left out, with their annotations", backup.Path);
                foreach (var _ in objects.ReadJob())
                {
                    // The next job's objects begin behind these.
                }
            }
        }

        db.ChangeTracker.Clear();
    }

    private static IEnumerable<AnnotationObject> Objects(
        NamedObjects reader, IEnumerable<(CvatBackupKind Kind, System.Text.Json.JsonElement Value)> objects, string place, DatasetReport report)
    {
        var numbers = new int[3];
        foreach (var (kind, value) in objects)
        {
            var number = ++numbers[(int)kind];
            var table = kind switch { CvatBackupKind.Tag => AnnotationTable.Tag, CvatBackupKind.Shape => AnnotationTable.Shape, _ => AnnotationTable.Track };
            if (reader.Read(table, value, string.Create(CultureInfo.InvariantCulture, $"{place}, {kind} {number}")) is { } read)
            {
                report.Count(read is Shape shape ? Words.Of(shape.Kind) : read is Track ? "track" : "tag");
                yield return read;
            }
        }
    }

    /// <summary>Null for one that has no frame here, or is of a kind that jobs here cannot be.</summary>
    private AnnotationJob? MakeJob(CvatBackupJob job, int taskId, int size)
    {
        var type = job.Type == JobType.Annotation.Word() ? JobType.Annotation : job.Type == JobType.GroundTruth.Word() ? JobType.GroundTruth : (JobType?)null;
        if (type is null || job.StartFrame >= size)
        {
            return null;
        }

        var (stage, state) = job.Status switch
        {
            "completed" => (JobStage.Acceptance, JobState.Completed),
            "validation" => (JobStage.Validation, JobState.New),
            _ => (JobStage.Annotation, JobState.New),
        };
        var now = time.GetUtcNow();
        return new AnnotationJob
        {
            TaskId = taskId,
            Type = type.Value,
            Stage = job.Stage is { } said ? JobWords.Stage(said) ?? stage : stage,
            State = job.State is { } word ? JobWords.State(word) ?? state : state,
            StartFrame = job.StartFrame,
            StopFrame = Math.Min(job.StopFrame, size - 1),
            CreatedDate = now,
            UpdatedDate = now,
        };
    }

    /// <summary>The names under which the files that become frames were stored, in their order.</summary>
    private async Task<List<string>> CopyMediaAsync(
        int ownerId, DatasetArchive archive, CvatBackupTask backup, int taskId, OperationContext context, (double From, double Part) share)
    {
        var names = new List<string>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var all = backup.Media.Files.Count + backup.Media.Related.Count;
        foreach (var (number, file) in backup.Media.Files.Concat(backup.Media.Related).Index())
        {
            var name = MadeTasks.Plain(file.Name);
            if (!taken.Add(name))
            {
                throw new OperationFailedException($"{backup.Path}: two media files are called {name}.");
            }

            context.ReportProgress(share.From + share.Part * CopyShare * number / all, $"{backup.Name}: {number + 1} of {all} files");
            await using var content = archive.Open(file.Entry);
            db.Uploads.Add(await made.CopyAsync(content, name, taskId, ownerId, context.Cancel));
            if (number < backup.Media.Files.Count)
            {
                names.Add(name);
            }

            if (taken.Count % SaveEvery == 0)
            {
                await SaveAsync();
            }
        }

        await SaveAsync();
        return names;

        async Task SaveAsync()
        {
            await db.SaveChangesAsync(context.Cancel);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Videos are cut as they were; of images a backup may have all that were uploaded, or those of the task only.</summary>
    private static CreateTaskArguments Arguments(CvatBackupTask backup, List<string> names, bool hasVideo)
    {
        var isWhole = !hasVideo && names.Count == backup.Size;
        var hasOrder = backup.Media.IsListed || backup.SortingMethod is not (SourceOrder.Lexicographical or SourceOrder.Natural);
        return new CreateTaskArguments
        {
            FileOrder = hasOrder ? names : [],
            SortingMethod = hasOrder ? SourceOrder.Predefined : backup.SortingMethod,
            StartFrame = isWhole ? 0 : backup.StartFrame,
            StopFrame = isWhole || backup.StopFrame < backup.StartFrame ? null : backup.StopFrame,
            Step = isWhole ? 1 : DatasetTask.StepOf(backup.FrameFilter),
            ChunkSize = backup.ChunkSize,
            ImageQuality = backup.ImageQuality,
        };
    }
}
