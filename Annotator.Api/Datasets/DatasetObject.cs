using System.Globalization;
using Annotator.Api.Media;
using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Media;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Datasets;

/// <summary>What is exported from or imported into: a project, a task or a job, with the ids of those above it; or a selection.</summary>
/// <param name="Kind">project, task, job or selection.</param>
internal sealed record DatasetObject(string Kind, int Id, int? ProjectId, int? TaskId, int? JobId, DateTimeOffset UpdatedDate)
{
    /// <summary>The kind of several objects at once, which can only be exported.</summary>
    public const string Selection = "selection";

    /// <summary>Several projects, tasks and jobs: what they are stands in the export's choices.</summary>
    public static DatasetObject OfSelection { get; } = new(Selection, 0, null, null, null, DateTimeOffset.UnixEpoch);

    /// <summary>Where annotation files for it are uploaded.</summary>
    public UploadTarget UploadTarget => new(
        Kind switch
        {
            "project" => UploadPurpose.ProjectDataset,
            "task" => UploadPurpose.TaskAnnotations,
            "job" => UploadPurpose.JobAnnotations,
            _ => throw new InvalidOperationException($"Nothing is uploaded to a {Kind}."),
        },
        Id);

    /// <summary>A project takes datasets, which bring tasks along; tasks and jobs take annotations.</summary>
    public string ImportSubresource => Kind == "project" ? "dataset" : "annotations";

    public string ImportKey => RequestKeys.Import(Kind, Id, ImportSubresource);

    /// <summary>A dry run of an import is a request of its own, one for each person.</summary>
    public string CheckKey(int userId) => RequestKeys.DryRun(ImportKey, userId);

    /// <summary>The object of the route; it exists, because the route's scope was granted.</summary>
    public static async Task<DatasetObject> ReadAsync(string kind, int id, AnnotatorDbContext db, CancellationToken cancel) => kind switch
    {
        "project" => await db.Projects.Where(row => row.Id == id)
            .Select(row => new DatasetObject(kind, id, id, null, null, row.UpdatedDate)).SingleAsync(cancel),
        "task" => await db.Tasks.Where(row => row.Id == id)
            .Select(row => new DatasetObject(kind, id, row.ProjectId, id, null, row.UpdatedDate)).SingleAsync(cancel),
        "job" => await db.Jobs.Where(row => row.Id == id)
            .Select(row => new DatasetObject(kind, id, row.Task.ProjectId, row.TaskId, id, row.UpdatedDate)).SingleAsync(cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Datasets belong to projects, tasks and jobs."),
    };

    /// <summary>
    /// The latest change of the object, of anything below it, or of what holds its labels above it: what makes an export out of date.
    /// </summary>
    public async Task<DateTimeOffset> ReadLastChangeAsync(AnnotatorDbContext db, CancellationToken cancel)
    {
        var jobs = Kind switch
        {
            "project" => db.Jobs.Where(job => job.Task.ProjectId == Id),
            "task" => db.Jobs.Where(job => job.TaskId == Id),
            _ => db.Jobs.Where(job => job.Id == Id),
        };
        var dates = new[]
        {
            UpdatedDate,
            await jobs.MaxAsync(job => (DateTimeOffset?)job.UpdatedDate, cancel),
            await db.Tasks.Where(task => Kind == "project" ? task.ProjectId == Id : task.Id == TaskId).MaxAsync(task => (DateTimeOffset?)task.UpdatedDate, cancel),
            await db.Projects.Where(project => project.Id == ProjectId).MaxAsync(project => (DateTimeOffset?)project.UpdatedDate, cancel),
        };
        return dates.Max()!.Value;
    }

    /// <summary>As messages name it, such as <c>task 7</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind} {Id}");
}
