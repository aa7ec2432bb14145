using System.Text.Json;
using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
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
        var operation = await RunAsync(images ? "export:dataset" : "export:annotations", target, id, format, new ExportArguments(images));
        Assert.Equal((OperationState.Finished, ""), (operation.State, operation.State == OperationState.Finished ? "" : operation.Message));
        await using var stream = await Worker.Blobs.OpenReadAsync(operation.ResultKey!, TestContext.Current.CancellationToken);
        using var copy = new MemoryStream();
        await stream!.CopyToAsync(copy, TestContext.Current.CancellationToken);
        return (operation, copy.ToArray());
    }

    public async Task<Operation> ImportAsync(string target, int id, string format, byte[] content, string fileName = "upload.zip", bool append = false)
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
        await using (var db = Database.CreateContext())
        {
            db.Uploads.Add(upload);
            await db.SaveChangesAsync();
        }

        return await RunAsync(
            target == "project" ? "import:dataset" : "import:annotations", target, id, format, new ImportArguments(upload.Id, fileName, true, append));
    }

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
