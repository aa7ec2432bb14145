using System.Text.Json;
using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Datasets;

/// <summary>A Worker on a database and a blob folder of its own, and the sample project in it.</summary>
public sealed class DatasetBench(DatabaseTemplate template) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("annotator-datasets-");

    public TestDatabase Database { get; private set; } = null!;
    public WorkerApp Worker { get; private set; } = null!;
    public Given Given { get; private set; } = null!;
    public User Ann { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await template.CreateAsync();
        Worker = new WorkerApp(Database.ConnectionString, _folder.FullName);
        Given = new Given(Database);
        Ann = await Given.UserAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await Database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Runs an operation to its end and reads its row.</summary>
    public async Task<Operation> RunAsync(string type, string target, int? id, string? format, object arguments)
    {
        var operation = new Operation
        {
            Id = Guid.CreateVersion7(),
            Key = Guid.CreateVersion7().ToString(),
            Type = type,
            Target = target,
            ProjectId = target == "project" ? id : null,
            TaskId = target == "task" ? id : null,
            JobId = target == "job" ? id : null,
            Format = format,
            OwnerId = Ann.Id,
            Arguments = JsonSerializer.Serialize(arguments, JsonSerializerOptions.Web),
            CreatedDate = DateTimeOffset.UnixEpoch,
        };
        await using (var db = Database.CreateContext())
        {
            db.Operations.Add(operation);
            await db.SaveChangesAsync();
        }

        await Worker.RunAsync(operation.Id, TestContext.Current.CancellationToken);
        return await ReadAsync(operation.Id);
    }

    /// <summary>Runs an operation that has ended once more, as after a worker that died before it could say so.</summary>
    public async Task<Operation> RunAgainAsync(Operation operation)
    {
        await using (var db = Database.CreateContext())
        {
            await db.Operations.Where(row => row.Id == operation.Id).ExecuteUpdateAsync(row => row.SetProperty(o => o.State, OperationState.Queued));
        }

        await Worker.RunAsync(operation.Id, TestContext.Current.CancellationToken);
        return await ReadAsync(operation.Id);
    }

    public async Task<(Operation Operation, byte[] Content)> ExportAsync(string target, int id, string format, bool images)
    {
        var export = await ExportAsync(target, id, format, new ExportChoices(), images);
        Assert.Equal((OperationState.Finished, ""), (export.Operation.State, export.Operation.State == OperationState.Finished ? "" : export.Operation.Message));
        return export;
    }

    /// <param name="id">Null for a selection.</param>
    /// <returns>The content is empty when the export failed.</returns>
    public async Task<(Operation Operation, byte[] Content)> ExportAsync(string target, int? id, string format, ExportChoices choices, bool images = false)
    {
        var operation = await RunAsync(images ? "export:dataset" : "export:annotations", target, id, format, new ExportArguments(images) { Choices = choices });
        if (operation.State != OperationState.Finished)
        {
            return (operation, []);
        }

        await using var stream = await Worker.Blobs.OpenReadAsync(operation.ResultKey!, TestContext.Current.CancellationToken);
        using var copy = new MemoryStream();
        await stream!.CopyToAsync(copy, TestContext.Current.CancellationToken);
        return (operation, copy.ToArray());
    }

    /// <param name="choose">What the import shall do otherwise than by itself.</param>
    public async Task<Operation> ImportAsync(
        string target, int id, string? format, byte[] content, string fileName = "upload.zip", Func<ImportArguments, ImportArguments>? choose = null) =>
        await ImportAsync(await UploadAsync(target, id, content, fileName), format, choose);

    /// <summary>Imports a file that was uploaded; a dry run leaves it there for the next import.</summary>
    public Task<Operation> ImportAsync(Upload upload, string? format, Func<ImportArguments, ImportArguments>? choose = null)
    {
        var asked = new ImportArguments(upload.Id, upload.FileName);
        var target = upload.Purpose switch { UploadPurpose.ProjectDataset => "project", UploadPurpose.TaskAnnotations => "task", _ => "job" };
        return RunAsync(target == "project" ? "import:dataset" : "import:annotations", target, upload.TargetId, format, choose?.Invoke(asked) ?? asked);
    }

    public async Task<Upload> UploadAsync(string target, int id, byte[] content, string fileName = "upload.zip")
    {
        var upload = new Upload
        {
            Id = Guid.CreateVersion7(),
            OwnerId = Ann.Id,
            Purpose = target switch { "project" => UploadPurpose.ProjectDataset, "task" => UploadPurpose.TaskAnnotations, _ => UploadPurpose.JobAnnotations },
            TargetId = id,
            FileName = fileName,
            Length = content.Length,
            Offset = content.Length,
        };
        upload.BlobKey = DataKeys.Import(upload.Id);
        await Worker.Blobs.WriteAsync(upload.BlobKey, new MemoryStream(content), TestContext.Current.CancellationToken);
        await using var db = Database.CreateContext();
        db.Uploads.Add(upload);
        await db.SaveChangesAsync();
        return upload;
    }

    /// <summary>The part of an import's report that says what it did or would do.</summary>
    public static JsonElement ReportOf(Operation operation) => JsonDocument.Parse(operation.Report!).RootElement.GetProperty("import");

    /// <summary>Six frames 0.jpg … 5.jpg of 400 × 300 and the label car; with an overlap, jobs of frames 0 to 3 and 2 to 5.</summary>
    public async Task<AnnotationTask> SixFramesAsync(bool overlap = false, Project? project = null, string subset = "")
    {
        var task = await Given.TaskAsync(Ann, project: project, frames: 6, labels: project is null ? ["car"] : []);
        await using var db = Database.CreateContext();
        db.Attach(task);
        task.Subset = subset;
        db.Frames.AddRange(Enumerable.Range(0, 6).Select(number => new Frame { DataId = task.Data!.Id, Number = number, Name = $"{number}.jpg", Width = 400, Height = 300 }));
        if (overlap)
        {
            task.Jobs[0].StopFrame = 3;
            task.Jobs.Add(new AnnotationJob { StartFrame = 2, StopFrame = 5 });
        }

        await db.SaveChangesAsync();
        return task;
    }

    /// <summary>Adds shapes of the task's first label to a job.</summary>
    public async Task AddAsync(AnnotationTask task, int jobId, params Shape[] shapes)
    {
        var label = await LabelAsync(task);
        await StoreAsync(store => store.CreateAsync(
            jobId, Ann.Id, new JobAnnotations(0, [], [.. shapes.Select(shape => shape with { LabelId = label })], []), null, TestContext.Current.CancellationToken));
    }

    public async Task<int> LabelAsync(AnnotationTask task)
    {
        await using var db = Database.CreateContext();
        return await db.Labels.Where(label => label.TaskId == task.Id || (task.ProjectId != null && label.ProjectId == task.ProjectId))
            .OrderBy(label => label.Id).Select(label => label.Id).FirstAsync();
    }

    public static Shape Box(int frame, double x) => new() { Frame = frame, Kind = ShapeKind.Rectangle, Points = [x, 20, x + 30, 60] };

    public async Task<AnnotationTask> TaskOfAsync(int projectId)
    {
        await using var db = Database.CreateContext();
        return await db.Tasks.Include(task => task.Jobs).Include(task => task.Data).SingleAsync(task => task.ProjectId == projectId);
    }

    public async Task<T> StoreAsync<T>(Func<AnnotationStore, Task<T>> work)
    {
        await using var scope = Worker.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<AnnotationStore>());
    }

    public Task<JobAnnotations> AnnotationsAsync(int jobId) => StoreAsync(store => store.ReadAsync(jobId, null, TestContext.Current.CancellationToken));

    private async Task<Operation> ReadAsync(Guid id)
    {
        await using var db = Database.CreateContext();
        return await db.Operations.AsNoTracking().SingleAsync(row => row.Id == id);
    }
}
