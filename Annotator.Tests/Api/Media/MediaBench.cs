using Annotator.Core;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Media;

/// <summary>A worker on a database and blobs of its own, and tasks with uploads for it.</summary>
public sealed class MediaBench(DatabaseTemplate template) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private TestDatabase _database = null!;
    private DirectoryInfo _folder = null!;
    private int _uploads;

    public WorkerApp Worker { get; private set; } = null!;
    /// <summary>Where the blobs lie.</summary>
    public string Folder => _folder.FullName;
    public IBlobStore Blobs => Worker.Blobs;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await template.CreateAsync();
        _folder = Directory.CreateTempSubdirectory("annotator-media-");
        Worker = new WorkerApp(_database.ConnectionString, _folder.FullName);
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Another worker on the same database and blobs; the caller disposes it.</summary>
    public WorkerApp OtherWorker(Action<IServiceCollection> configure) => new(_database.ConnectionString, _folder.FullName, configure: configure);

    public AnnotatorDbContext Db() => _database.CreateContext();

    /// <summary>A task whose files are uploaded.</summary>
    public async Task<AnnotationTask> TaskAsync(int segmentSize, int overlap, params (string Name, byte[] Content)[] files)
    {
        await using var db = Db();
        var task = new AnnotationTask
        {
            Name = "task",
            SegmentSize = segmentSize,
            Overlap = overlap,
            CreatedDate = Now,
            UpdatedDate = Now,
            Data = new TaskData { ChunksUpdatedDate = Now },
        };
        db.Tasks.Add(task);
        await db.SaveChangesAsync(Cancel);
        foreach (var (name, content) in files)
        {
            await UploadAsync(db, task.Id, name, content);
        }

        return task;
    }

    /// <summary>Adds the operation's row without enqueueing it.</summary>
    public async Task<Guid> OperationAsync(AnnotationTask task, CreateTaskArguments? arguments = null)
    {
        await using var scope = Worker.Services.CreateAsyncScope();
        var operation = scope.ServiceProvider.GetRequiredService<OperationService>().Add(new OperationRequest
        {
            Key = $"action=create&target=task&target_id={task.Id}",
            Type = "create:task",
            Target = "task",
            TaskId = task.Id,
            OwnerId = 1,
            Arguments = arguments ?? new CreateTaskArguments(),
        });
        await scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>().SaveChangesAsync(Cancel);
        return operation.Id;
    }

    public async Task<Prepared> PrepareAsync(AnnotationTask task, CreateTaskArguments? arguments = null)
    {
        var id = await OperationAsync(task, arguments);
        await Worker.RunAsync(id, Cancel);
        return await ReadAsync(task.Id, id);
    }

    public async Task<Prepared> ReadAsync(int taskId, Guid operationId)
    {
        await using var db = Db();
        var task = await db.Tasks.Include(t => t.Data).SingleAsync(t => t.Id == taskId, Cancel);
        return new Prepared(
            await db.Operations.SingleAsync(o => o.Id == operationId, Cancel),
            task,
            await db.Frames.Where(f => f.DataId == task.Data!.Id).OrderBy(f => f.Number).ToListAsync(Cancel),
            await db.Jobs.Where(j => j.TaskId == taskId).OrderBy(j => j.StartFrame).ToListAsync(Cancel));
    }

    public async Task<List<string>> KeysAsync(string prefix)
    {
        var keys = new List<string>();
        await foreach (var blob in Blobs.ListAsync(prefix, Cancel))
        {
            keys.Add(blob.Key);
        }

        return keys;
    }

    public async Task UploadAsync(AnnotatorDbContext db, int taskId, string name, byte[] content)
    {
        var id = Guid.CreateVersion7();
        var key = DataKeys.TaskUpload(taskId, id);
        await Blobs.WriteAsync(key, new MemoryStream(content), Cancel);
        db.Uploads.Add(new Upload
        {
            Id = id,
            Purpose = UploadPurpose.TaskData,
            TargetId = taskId,
            FileName = name,
            Length = content.Length,
            Offset = content.Length,
            BlobKey = key,
            CreatedDate = Now.AddSeconds(Interlocked.Increment(ref _uploads)),
            UpdatedDate = Now,
        });
        await db.SaveChangesAsync(Cancel);
    }
}

public sealed record Prepared(Operation Operation, AnnotationTask Task, List<Frame> Frames, List<AnnotationJob> Jobs)
{
    public string Names => string.Join(' ', Frames.Select(frame => frame.Name));
    public string Ranges => string.Join(' ', Jobs.Select(job => $"{job.StartFrame}-{job.StopFrame}"));
}
