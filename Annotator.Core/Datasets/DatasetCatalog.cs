using System.Globalization;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Core.Datasets;

/// <summary>Opens what the tables hold as a dataset.</summary>
public sealed class DatasetCatalog(AnnotatorDbContext db, IBlobStore blobs, IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>Null when there is no such job.</summary>
    public async Task<StoreDataset?> OpenJobAsync(int jobId, CancellationToken cancel)
    {
        var taskId = await db.Jobs.Where(job => job.Id == jobId).Select(job => (int?)job.TaskId).SingleOrDefaultAsync(cancel);
        var task = taskId is null ? null : await Tasks().SingleOrDefaultAsync(task => task.Id == taskId, cancel);
        if (task is null)
        {
            return null;
        }

        var labels = await LabelsAsync(task, cancel);
        var described = Describe(task);
        var range = task.Jobs.Single(job => job.Id == jobId);
        var info = Info(labels) with
        {
            Tasks = [described],
            Job = described with
            {
                Id = jobId,
                Size = range.Frames.Count,
                Segments = [.. described.Segments.Where(segment => segment.Id == jobId)],
            },
        };
        return new StoreDataset(scopes, blobs, info, labels, [task], jobId);
    }

    /// <summary>Null when there is no such task.</summary>
    public async Task<StoreDataset?> OpenTaskAsync(int taskId, CancellationToken cancel)
    {
        if (await Tasks().SingleOrDefaultAsync(task => task.Id == taskId, cancel) is not { } task)
        {
            return null;
        }

        var labels = await LabelsAsync(task, cancel);
        return new StoreDataset(scopes, blobs, Info(labels) with { Tasks = [Describe(task)] }, labels, [task], null);
    }

    /// <summary>Null when there is no such project.</summary>
    public async Task<StoreDataset?> OpenProjectAsync(int projectId, CancellationToken cancel)
    {
        var project = await db.Projects.AsNoTracking().Include(project => project.Owner).Include(project => project.Assignee)
            .SingleOrDefaultAsync(project => project.Id == projectId, cancel);
        if (project is null)
        {
            return null;
        }

        var tasks = await Tasks().Where(task => task.ProjectId == projectId).OrderBy(task => task.Id).ToListAsync(cancel);
        var labels = new DatasetLabels(await Labels().Where(label => label.ProjectId == projectId).ToListAsync(cancel));
        var info = Info(labels) with { Project = Describe(project), Tasks = [.. tasks.Select(Describe)] };
        return new StoreDataset(scopes, blobs, info, labels, tasks, null);
    }

    /// <summary>The labels that a task's objects may have: the project's, or its own where it stands alone.</summary>
    public async Task<DatasetLabels> LabelsAsync(AnnotationTask task, CancellationToken cancel) => new(
        await (task.ProjectId is { } projectId
            ? Labels().Where(label => label.ProjectId == projectId)
            : Labels().Where(label => label.TaskId == task.Id)).ToListAsync(cancel));

    private DatasetInfo Info(DatasetLabels labels) => new() { Labels = labels.Described, Dumped = time.GetUtcNow() };

    private IQueryable<Label> Labels() => db.Labels.AsNoTracking().Include(label => label.Attributes);

    private IQueryable<AnnotationTask> Tasks() => db.Tasks.AsNoTracking().AsSplitQuery()
        .Include(task => task.Data).Include(task => task.Jobs).Include(task => task.Owner).Include(task => task.Assignee);

    private static DatasetProject Describe(Project project) => new()
    {
        Id = project.Id,
        Name = project.Name,
        BugTracker = project.BugTracker,
        Created = project.CreatedDate,
        Updated = project.UpdatedDate,
        Owner = Describe(project.Owner),
        Assignee = Describe(project.Assignee),
    };

    private static DatasetTask Describe(AnnotationTask task) => new()
    {
        Id = task.Id,
        Name = task.Name,
        Size = task.Data?.Size ?? 0,
        Mode = task.Mode,
        Overlap = task.Overlap,
        BugTracker = task.BugTracker,
        Created = task.CreatedDate,
        Updated = task.UpdatedDate,
        Subset = task.Subset,
        StartFrame = task.Data?.StartFrame ?? 0,
        StopFrame = task.Data?.StopFrame ?? 0,
        FrameFilter = task.Data?.FrameFilter ?? "",
        DeletedFrames = task.Data is { } data ? data.DeletedFrames.Select(frame => SourceFrames.Of(data, frame)).ToHashSet() : new HashSet<int>(),
        Segments = [.. task.Jobs.Where(job => job.Type == JobType.Annotation).OrderBy(job => job.StartFrame)
            .Select(job => new DatasetSegment(job.Id, job.StartFrame, job.StopFrame, string.Create(CultureInfo.InvariantCulture, $"/api/jobs/{job.Id}")))],
        Owner = Describe(task.Owner),
        Assignee = Describe(task.Assignee),
    };

    private static DatasetUser? Describe(User? user) => user is null ? null : new DatasetUser(user.UserName ?? "", user.Email ?? "");
}
