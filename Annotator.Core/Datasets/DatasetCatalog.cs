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
public sealed class DatasetCatalog(AnnotatorDbContext db, IFramePixels pixels, IServiceScopeFactory scopes, TimeProvider time)
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
        var described = Describe(task, job => job.Id == jobId);
        var range = task.Jobs.Single(job => job.Id == jobId);
        var info = Info(labels.Described) with { Tasks = [described], Job = described with { Id = jobId, Size = range.Frames.Count } };
        return new StoreDataset(scopes, pixels, info, labels, [task], job => job.Id == jobId);
    }

    /// <summary>Null when there is no such task.</summary>
    public Task<StoreDataset?> OpenTaskAsync(int taskId, CancellationToken cancel) => OpenTaskAsync(taskId, new ExportChoices(), cancel);

    /// <inheritdoc cref="OpenTaskAsync(int, CancellationToken)"/>
    public async Task<StoreDataset?> OpenTaskAsync(int taskId, ExportChoices choices, CancellationToken cancel)
    {
        if (await Tasks().SingleOrDefaultAsync(task => task.Id == taskId, cancel) is not { } task)
        {
            return null;
        }

        var labels = await LabelsAsync(task, cancel);
        bool Wanted(AnnotationJob job) => Wants(choices, job) && (choices.JobIds.Count == 0 || choices.JobIds.Contains(job.Id));
        return new StoreDataset(scopes, pixels, Info(labels.Described) with { Tasks = [Describe(task, Wanted)] }, labels, [task], Wanted);
    }

    /// <summary>Null when there is no such project.</summary>
    public async Task<StoreDataset?> OpenProjectAsync(int projectId, ExportChoices choices, CancellationToken cancel)
    {
        var project = await db.Projects.AsNoTracking().Include(project => project.Owner).Include(project => project.Assignee)
            .SingleOrDefaultAsync(project => project.Id == projectId, cancel);
        if (project is null)
        {
            return null;
        }

        var (taskIds, jobIds) = (choices.TaskIds.ToHashSet(), choices.JobIds.ToHashSet());
        var tasks = await Tasks().Where(task => task.ProjectId == projectId).OrderBy(task => task.Id).ToListAsync(cancel);
        tasks.RemoveAll(task => taskIds.Count > 0 && !taskIds.Contains(task.Id) && !task.Jobs.Any(job => jobIds.Contains(job.Id)));
        var labels = new DatasetLabels(await Labels().Where(label => label.ProjectId == projectId).ToListAsync(cancel));
        bool Wanted(AnnotationJob job) => Wants(choices, job)
            && ((taskIds.Count == 0 && jobIds.Count == 0) || taskIds.Contains(job.TaskId) || jobIds.Contains(job.Id));
        tasks.RemoveAll(task => (taskIds.Count > 0 || jobIds.Count > 0) && !task.Jobs.Any(Wanted));
        var info = Info(labels.Described) with { Project = Describe(project), Tasks = [.. tasks.Select(task => Describe(task, Wanted))] };
        return new StoreDataset(scopes, pixels, info, labels, tasks, Wanted);
    }

    /// <summary>
    /// Projects, tasks and jobs from anywhere as one dataset; those that were deleted are left out. Labels of one name are
    /// one label.
    /// </summary>
    public async Task<StoreDataset> OpenSelectionAsync(ExportChoices choices, CancellationToken cancel)
    {
        var (projectIds, taskIds, jobIds) = (choices.ProjectIds.ToArray(), choices.TaskIds.ToArray(), choices.JobIds.ToArray());
        var tasks = await Tasks()
            .Where(task => projectIds.Contains(task.ProjectId ?? 0) || taskIds.Contains(task.Id) || task.Jobs.Any(job => jobIds.Contains(job.Id)))
            .OrderBy(task => task.Id).ToListAsync(cancel);
        var whole = tasks.Where(task => projectIds.Contains(task.ProjectId ?? 0) || taskIds.Contains(task.Id)).Select(task => task.Id).ToHashSet();
        bool Wanted(AnnotationJob job) => (whole.Contains(job.TaskId) && Wants(choices, job)) || (jobIds.Contains(job.Id) && IsAsFar(choices.Jobs, job));
        var (owners, alone) = (tasks.Select(task => task.ProjectId).OfType<int>().Distinct().ToArray(), tasks.Where(task => task.ProjectId is null).Select(task => task.Id).ToArray());
        var labels = new DatasetLabels(await Labels()
            .Where(label => owners.Contains(label.ProjectId ?? 0) || alone.Contains(label.TaskId ?? 0)).ToListAsync(cancel));
        var info = Info(OfOneName(labels.Described)) with { Tasks = [.. tasks.Select(task => Describe(task, Wanted))] };
        if (tasks.Count != 1)
        {
            // Files of several tasks are laid out as those of projects are.
            var project = owners is [var only] && alone.Length == 0
                ? await db.Projects.AsNoTracking().Include(project => project.Owner).Include(project => project.Assignee).SingleAsync(project => project.Id == only, cancel)
                : null;
            info = info with { Project = project is null ? new DatasetProject { Name = "Selection", Created = info.Dumped, Updated = info.Dumped } : Describe(project) };
        }

        return new StoreDataset(scopes, pixels, info, labels, tasks, Wanted);
    }

    /// <summary>The labels that a task's objects may have: the project's, or its own where it stands alone.</summary>
    public async Task<DatasetLabels> LabelsAsync(AnnotationTask task, CancellationToken cancel) => new(
        await (task.ProjectId is { } projectId
            ? Labels().Where(label => label.ProjectId == projectId)
            : Labels().Where(label => label.TaskId == task.Id)).ToListAsync(cancel));

    private static bool Wants(ExportChoices choices, AnnotationJob job) => job.Type == JobType.Annotation && IsAsFar(choices.Jobs, job);

    private static bool IsAsFar(ExportedJobs wanted, AnnotationJob job) => wanted switch
    {
        ExportedJobs.Completed => job.State == JobState.Completed,
        ExportedJobs.Accepted => job is { State: JobState.Completed, Stage: JobStage.Acceptance },
        _ => true,
    };

    private static List<DatasetLabel> OfOneName(IEnumerable<DatasetLabel> labels) =>
    [
        .. labels.GroupBy(label => label.Name).Select(same => same.First() with
        {
            Type = same.Select(label => label.Type).Distinct().Count() == 1 ? same.First().Type : "any",
            Attributes = [.. same.SelectMany(label => label.Attributes).DistinctBy(attribute => attribute.Name)],
            Sublabels = [.. same.SelectMany(label => label.Sublabels).DistinctBy(node => node.Name)],
        }),
    ];

    private DatasetInfo Info(IReadOnlyList<DatasetLabel> labels) => new() { Labels = labels, Dumped = time.GetUtcNow() };

    private IQueryable<Label> Labels() => db.Labels.AsNoTracking().Include(label => label.Attributes);

    private IQueryable<AnnotationTask> Tasks() => db.Tasks.AsNoTracking().AsSplitQuery().Where(task => !task.IsBeingMade)
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

    private static DatasetTask Describe(AnnotationTask task, Func<AnnotationJob, bool> wanted) => new()
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
        Segments = [.. task.Jobs.Where(wanted).OrderBy(job => job.StartFrame)
            .Select(job => new DatasetSegment(job.Id, job.StartFrame, job.StopFrame, string.Create(CultureInfo.InvariantCulture, $"/api/jobs/{job.Id}")))],
        Owner = Describe(task.Owner),
        Assignee = Describe(task.Assignee),
    };

    private static DatasetUser? Describe(User? user) => user is null ? null : new DatasetUser(user.UserName ?? "", user.Email ?? "");
}
