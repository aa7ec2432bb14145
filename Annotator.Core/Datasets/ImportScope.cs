using Annotator.Core.Jobs;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Datasets;

/// <summary>A task that an import may write into.</summary>
internal sealed class ImportTask(AnnotationTask task, IReadOnlyList<AnnotationJob> jobs, FrameMatcher matcher, IReadOnlyDictionary<int, (int Width, int Height)> sizes)
{
    public int Id => task.Id;
    public string Subset => task.Subset;
    public IReadOnlyList<AnnotationJob> Jobs => jobs;
    public FrameMatcher Matcher => matcher;
    public FrameRange Frames { get; } = new(0, task.Data!.Size - 1);

    /// <summary>How many images of the file were found in the task.</summary>
    public long Matched { get; set; }

    /// <summary>Width and height of a frame, in pixels.</summary>
    public (int Width, int Height) Size(int frame) => sizes.GetValueOrDefault(frame);

    public int FrameCount => sizes.Count;
}

/// <summary>Where an import writes: a job, a task, or all tasks of a project.</summary>
public sealed class ImportScope
{
    private readonly IReadOnlyList<ImportTask> _tasks;

    private ImportScope(IReadOnlyList<ImportTask> tasks, int? projectId) => (_tasks, ProjectId) = (tasks, projectId);

    /// <summary>The project whose labels count; null for a task that stands alone.</summary>
    public int? ProjectId { get; }

    /// <summary>The task, where it is one.</summary>
    public int? TaskId => _tasks.Count == 1 ? _tasks[0].Id : null;

    internal IReadOnlyList<ImportTask> Tasks => _tasks;

    /// <summary>A task, or one of its jobs.</summary>
    /// <exception cref="Operations.OperationFailedException">It is gone, or has no frames.</exception>
    public static async Task<ImportScope> OfTaskAsync(AnnotatorDbContext db, int taskId, int? jobId, CancellationToken cancel)
    {
        var task = await Rows(db).SingleOrDefaultAsync(task => task.Id == taskId, cancel) ?? throw new Operations.OperationFailedException("The task was deleted.");
        return task.Data is { Size: > 0 }
            ? new ImportScope([await LoadAsync(db, task, jobId, cancel)], task.ProjectId)
            : throw new Operations.OperationFailedException("The task has no frames yet; wait until its data are prepared.");
    }

    /// <summary>Every task of a project that has frames.</summary>
    /// <exception cref="Operations.OperationFailedException">There is none.</exception>
    public static async Task<ImportScope> OfProjectAsync(AnnotatorDbContext db, int projectId, CancellationToken cancel)
    {
        var tasks = new List<ImportTask>();
        foreach (var task in await Rows(db).Where(task => task.ProjectId == projectId && !task.IsBeingMade && task.Data!.Size > 0).OrderBy(task => task.Id).ToListAsync(cancel))
        {
            tasks.Add(await LoadAsync(db, task, null, cancel));
        }

        return tasks.Count > 0
            ? new ImportScope(tasks, projectId)
            : throw new Operations.OperationFailedException("The project has no task with frames that annotations could be put on.");
    }

    /// <summary>
    /// The frame that an image of the file is. Of several tasks those of the image's subset come first; an image that still
    /// fits more than one is none's.
    /// </summary>
    internal (ImportTask Task, int Frame)? Find(DatasetItem item, FrameMatching by, bool hasTracks, out bool ambiguous)
    {
        ambiguous = false;
        (ImportTask Task, int Frame)? found = null;
        var ofSubset = false;
        foreach (var task in _tasks)
        {
            if ((task.Matcher.Find(item.Name, item.Frame, by) ?? (hasTracks && by == FrameMatching.Automatic ? task.Matcher.FindNumber(item.Frame) : null)) is not { } frame)
            {
                continue;
            }

            var same = task.Subset == item.Subset;
            if (found is null || (same && !ofSubset))
            {
                (found, ofSubset, ambiguous) = ((task, frame), same, false);
            }
            else if (same == ofSubset)
            {
                ambiguous = true;
            }
        }

        return ambiguous ? null : found;
    }

    private static IQueryable<AnnotationTask> Rows(AnnotatorDbContext db) =>
        db.Tasks.AsNoTracking().AsSplitQuery().Include(task => task.Data).Include(task => task.Jobs);

    private static async Task<ImportTask> LoadAsync(AnnotatorDbContext db, AnnotationTask task, int? jobId, CancellationToken cancel)
    {
        var data = task.Data!;
        var frames = await db.Frames.AsNoTracking().Where(frame => frame.DataId == data.Id).ToListAsync(cancel);
        return new ImportTask(
            task,
            [.. task.Jobs.Where(job => jobId is null ? job.Type == JobType.Annotation : job.Id == jobId).OrderBy(job => job.StartFrame)],
            new FrameMatcher(frames, number => SourceFrames.Of(data, number), task.Mode == "interpolation"),
            frames.ToDictionary(frame => frame.Number, frame => (frame.Width, frame.Height)));
    }
}
