using System.Diagnostics;
using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Tests.Api.Media;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Annotator.Tests.WholeSystem;

/// <summary>The Worker as a real process.</summary>
public sealed class KilledWorkerProcess(DatabaseTemplate template) : IAsyncLifetime
{
    private const int Photos = 30_000;
    private const int BackedUp = 5_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("annotator-killed-");
    private readonly List<Process> _processes = [];
    private TestDatabase _database = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await template.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }

        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_worker_killed_in_the_middle_finishes_its_work_after_its_restart_once(int before)
    {
        var (taskId, dataId, operationId) = await QueuedAsync(before);
        var originals = Path.Combine(_folder.FullName, "data", $"{dataId}", "original");

        var first = Start(_database.ConnectionString);
        await UntilAsync(async () => await OperationAsync(operationId) is { State: OperationState.Started, Progress: > 0.05 }, first);
        first.Kill();
        await first.WaitForExitAsync(Cancel);
        await using (var db = _database.CreateContext())
        {
            Assert.Equal(OperationState.Started, (await db.Operations.SingleAsync(o => o.Id == operationId, Cancel)).State);
            Assert.Equal(before, await db.Frames.CountAsync(frame => frame.DataId == dataId, Cancel));
        }

        var second = Start(_database.ConnectionString);
        await UntilAsync(async () => (await OperationAsync(operationId)).State is OperationState.Finished or OperationState.Failed, second);

        var operation = await OperationAsync(operationId);
        await using var after = _database.CreateContext();
        Assert.Equal((OperationState.Finished, 2, ""), (operation.State, operation.Attempt, operation.Message));
        Assert.Equal(Enumerable.Range(0, before + Photos), await after.Frames.Where(frame => frame.DataId == dataId).OrderBy(frame => frame.Number).Select(frame => frame.Number).ToListAsync(Cancel));
        Assert.Equal(before + Photos, await after.TaskData.Where(data => data.Id == dataId).Select(data => data.Size).SingleAsync(Cancel));
        Assert.Equal((Photos / 100) + (before > 0 ? 1 : 0), await after.Jobs.CountAsync(job => job.TaskId == taskId, Cancel));
        Assert.False(await after.Uploads.AnyAsync(upload => upload.TargetId == taskId, Cancel));
        Assert.Single(Directory.GetFiles(originals));
    }

    [Fact]
    public async Task A_restore_whose_worker_is_killed_shows_nothing_half_made_and_makes_one_task_after_the_restart()
    {
        var operationId = await QueuedRestoreAsync();
        var first = Start(_database.ConnectionString);
        await using var db = _database.CreateContext();
        await UntilAsync(() => db.Uploads.AnyAsync(upload => upload.Purpose == UploadPurpose.TaskData, Cancel), first);
        Assert.Equal((1, 0), await TasksAsync(db));
        first.Kill();
        await first.WaitForExitAsync(Cancel);
        Assert.Equal((1, 0), await TasksAsync(db));

        var second = Start(_database.ConnectionString);
        await UntilAsync(async () => (await OperationAsync(operationId)).State is OperationState.Finished or OperationState.Failed, second);

        var operation = await OperationAsync(operationId);
        Assert.True(operation.State == OperationState.Finished, operation.Message);
        Assert.Equal(2, operation.Attempt);
        Assert.Equal((1, 1), await TasksAsync(db));
        Assert.Equal(operation.ResultId, (await db.Tasks.SingleAsync(Cancel)).Id);
        Assert.Equal(BackedUp, await db.Frames.CountAsync(Cancel));
        Assert.Equal(BackedUp, await db.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM shape").SingleAsync(Cancel));
        Assert.False(await db.Uploads.AnyAsync(upload => upload.Purpose == UploadPurpose.TaskBackup, Cancel));

        static async Task<(int All, int Seen)> TasksAsync(AnnotatorDbContext db) =>
            (await db.Tasks.CountAsync(Cancel), await db.Tasks.VisibleTo(new CurrentUser(1, "admin", UserGroup.Admin, AuthenticationMethod.Session)).CountAsync(Cancel));
    }

    [Fact]
    public async Task Migrating_makes_a_database_from_nothing_and_does_no_harm_twice()
    {
        var name = $"annotator_migrate_{Guid.CreateVersion7():N}";
        var fresh = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Database = name, Pooling = false }.ConnectionString;
        try
        {
            foreach (var run in new[] { Start(fresh, "migrate"), Start(fresh, "migrate"), Start(fresh, "migrate") })
            {
                await run.WaitForExitAsync(Cancel);
                Assert.Equal(0, run.ExitCode);
            }

            await using var connection = new NpgsqlConnection(fresh);
            await connection.OpenAsync(Cancel);
            await using var command = new NpgsqlCommand("SELECT (SELECT count(*) FROM operations) + (SELECT count(*) FROM hangfire.job)", connection);
            Assert.Equal(0L, await command.ExecuteScalarAsync(Cancel));
        }
        finally
        {
            await DatabaseTemplate.ExecuteAsync(_database.ConnectionString, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    private Process Start(string connectionString, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Annotator.Worker.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ConnectionStrings__annotator"] = connectionString,
                ["ConnectionStrings__redis"] = "127.0.0.1:1,abortConnect=false,connectTimeout=100",
                ["ConnectionStrings__blobs"] = new Uri(_folder.FullName).AbsoluteUri,
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Operations__Heartbeat"] = "00:00:00.5",
                ["Operations__Lease"] = "00:00:05",
                ["Operations__Sweep"] = "00:00:01",
            },
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
        return process;
    }

    /// <summary>A task with a zip of photos, and its operation as a request leaves it when it is killed before enqueueing.</summary>
    /// <param name="before">Frames that the task has already, in a job; the zip is added to them.</param>
    private async Task<(int TaskId, int DataId, Guid OperationId)> QueuedAsync(int before)
    {
        var photo = Images.Noise(".png", 16, 12);
        var zip = Archives.Zip([.. Enumerable.Range(0, Photos).Select(n => ($"{n:D5}.png", photo))]);
        await using var db = _database.CreateContext();
        var longAgo = DateTimeOffset.UnixEpoch;
        var task = new AnnotationTask { Name = "killed", SegmentSize = 100, CreatedDate = longAgo, UpdatedDate = longAgo, Data = new TaskData { ChunksUpdatedDate = longAgo } };
        db.Tasks.Add(task);
        await db.SaveChangesAsync(Cancel);
        var upload = new Upload
        {
            Id = Guid.CreateVersion7(),
            Purpose = UploadPurpose.TaskData,
            TargetId = task.Id,
            OwnerId = 1,
            FileName = "photos.zip",
            Length = zip.Length,
            Offset = zip.Length,
            CreatedDate = longAgo,
            UpdatedDate = longAgo,
        };
        upload.BlobKey = DataKeys.TaskUpload(task.Id, upload.Id);
        await new Annotator.Core.Media.Blobs.FolderBlobStore(_folder.FullName).WriteAsync(upload.BlobKey, new MemoryStream(zip), Cancel);
        var operation = new Operation
        {
            Id = Guid.CreateVersion7(),
            Key = $"action=create&target=task&target_id={task.Id}",
            Type = "create:task",
            Target = "task",
            TaskId = task.Id,
            OwnerId = 1,
            Arguments = JsonSerializer.Serialize(new CreateTaskArguments { AppendAt = before > 0 ? before : null }, JsonSerializerOptions.Web),
            CreatedDate = longAgo,
        };
        if (before > 0)
        {
            (task.Data.Size, task.Data.StopFrame) = (before, before - 1);
            db.Add(new AnnotationJob { TaskId = task.Id, StartFrame = 0, StopFrame = before - 1, CreatedDate = longAgo, UpdatedDate = longAgo });
            db.AddRange(Enumerable.Range(0, before).Select(number => new Frame { DataId = task.Data.Id, Number = number, Name = $"before-{number}.png", Width = 16, Height = 12, BlobKey = "share:before.png", ContentType = "image/png" }));
        }

        db.AddRange(upload, operation);
        await db.SaveChangesAsync(Cancel);
        return (task.Id, task.Data.Id, operation.Id);
    }

    /// <summary>The backup of a task of many photos with a box on each, and the operation that restores it.</summary>
    private async Task<Guid> QueuedRestoreAsync()
    {
        var photo = Images.Noise(".png", 16, 12);
        var task = new { name = "restored", version = "1.0", labels = new[] { new { name = "car", attributes = Array.Empty<string>() } }, data = new { start_frame = 0, stop_frame = BackedUp - 1, sorting_method = "lexicographical", image_quality = 70 }, jobs = new[] { new { start_frame = 0, stop_frame = BackedUp - 1, status = "annotation" } } };
        var shapes = Enumerable.Range(0, BackedUp).Select(frame => new { type = "rectangle", frame, label = "car", points = new[] { 1, 2, 8, 9 }, occluded = false, z_order = 0, group = 0, source = "manual", attributes = Array.Empty<string>() });
        var zip = Archives.Zip(
        [
            ("task.json", JsonSerializer.SerializeToUtf8Bytes(task)),
            ("annotations.json", JsonSerializer.SerializeToUtf8Bytes(new[] { new { version = 0, tags = Array.Empty<int>(), shapes, tracks = Array.Empty<int>() } })),
            .. Enumerable.Range(0, BackedUp).Select(n => ($"data/{n:D5}.png", photo)),
        ]);
        var upload = new Upload { Id = Guid.CreateVersion7(), Purpose = UploadPurpose.TaskBackup, TargetId = 0, FileName = "backup.zip", Length = zip.Length, Offset = zip.Length, CreatedDate = DateTimeOffset.UnixEpoch, UpdatedDate = DateTimeOffset.UnixEpoch };
        upload.BlobKey = DataKeys.Import(upload.Id);
        await new Annotator.Core.Media.Blobs.FolderBlobStore(_folder.FullName).WriteAsync(upload.BlobKey, new MemoryStream(zip), Cancel);
        await using var db = _database.CreateContext();
        var owner = new User { UserName = "ann" };
        db.Add(owner);
        await db.SaveChangesAsync(Cancel);
        var operation = new Operation
        {
            Id = Guid.CreateVersion7(),
            Key = $"action=import&target=task&id={upload.Id}&subresource=backup",
            Type = "import:backup",
            Target = "task",
            OwnerId = owner.Id,
            Arguments = JsonSerializer.Serialize(new ImportArguments(upload.Id, upload.FileName), JsonSerializerOptions.Web),
            CreatedDate = DateTimeOffset.UnixEpoch,
        };
        db.AddRange(upload, operation);
        await db.SaveChangesAsync(Cancel);
        return operation.Id;
    }

    private async Task<Operation> OperationAsync(Guid id)
    {
        await using var db = _database.CreateContext();
        return await db.Operations.SingleAsync(o => o.Id == id, Cancel);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, Process process)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.False(process.HasExited, "The worker ended by itself.");
            Assert.True(clock.Elapsed < Patience, "The worker did not get there.");
            await Task.Delay(20, Cancel);
        }
    }
}
