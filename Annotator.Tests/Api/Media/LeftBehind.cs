using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Tests.Unit.Media;
using Annotator.Worker.Maintenance;
using Hangfire;
using Hangfire.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Annotator.Tests.Api.Media;

/// <summary>What people and killed processes leave behind, and the maintenance that cleans up after them.</summary>
public sealed class LeftBehind(MediaBench bench) : IClassFixture<MediaBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Uploads_that_nobody_goes_on_with_are_removed_after_their_time()
    {
        var (old, fresh) = (await bench.TaskAsync(0, 0, ("a.png", [1])), await bench.TaskAsync(0, 0, ("a.png", [1])));
        var prepared = await bench.PrepareAsync(await bench.TaskAsync(0, 0, ("a.png", Images.Encoded(".png"))));
        await using (var db = bench.Db())
        {
            await bench.UploadAsync(db, prepared.Task.Id, "half.png", [1, 2]);
            await db.Uploads.Where(upload => upload.FileName == "half.png").ExecuteUpdateAsync(set => set.SetProperty(upload => upload.Length, 9), Cancel);
            await bench.UploadAsync(db, fresh.Id, "b.png", [2]);
            await TouchAsync(db, TimeProvider.System.GetUtcNow().AddDays(-8));
            await db.Uploads.Where(upload => upload.TargetId == fresh.Id && upload.FileName == "b.png")
                .ExecuteUpdateAsync(set => set.SetProperty(upload => upload.UpdatedDate, TimeProvider.System.GetUtcNow()), Cancel);
        }

        await MaintainAsync(TimeProvider.System);

        await using var after = bench.Db();
        Assert.Empty(await bench.KeysAsync(DataKeys.TaskUploads(old.Id)));
        Assert.False(await after.Uploads.AnyAsync(upload => upload.TargetId == old.Id, Cancel));
        Assert.Equal(2, (await bench.KeysAsync(DataKeys.TaskUploads(fresh.Id))).Count);
        Assert.False(await after.Uploads.AnyAsync(upload => upload.TargetId == prepared.Task.Id, Cancel));
        Assert.Equal(prepared.Frames.Select(frame => frame.BlobKey), await bench.KeysAsync(DataKeys.TaskUploads(prepared.Task.Id)));
    }

    [Fact]
    public async Task An_upload_of_somebody_whose_work_is_running_is_left_alone()
    {
        var task = await bench.TaskAsync(0, 0, ("a.png", [1]));
        await using var db = bench.Db();
        await TouchAsync(db, TimeProvider.System.GetUtcNow().AddDays(-8));
        await db.Uploads.Where(upload => upload.TargetId == task.Id).ExecuteUpdateAsync(set => set.SetProperty(upload => upload.OwnerId, 1), Cancel);
        var operation = await bench.OperationAsync(task);

        await MaintainAsync(TimeProvider.System);
        Assert.Single(await bench.KeysAsync(DataKeys.TaskUploads(task.Id)));

        await db.Operations.Where(row => row.Id == operation).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, OperationState.Cancelled), Cancel);
        await MaintainAsync(TimeProvider.System);
        Assert.Empty(await bench.KeysAsync(DataKeys.TaskUploads(task.Id)));
    }

    [Fact]
    public async Task Blobs_that_no_row_knows_of_are_removed_but_not_while_they_may_be_on_their_way()
    {
        var prepared = await bench.PrepareAsync(await bench.TaskAsync(0, 0, ("a.png", Images.Encoded(".png"))));
        var lost = new[] { DataKeys.TaskUpload(prepared.Task.Id, Guid.CreateVersion7()), DataKeys.Import(Guid.CreateVersion7()), $"exports/{Guid.CreateVersion7():N}" };
        foreach (var key in lost)
        {
            await bench.Blobs.WriteAsync(key, new MemoryStream([1]), Cancel);
        }

        await MaintainAsync(TimeProvider.System);
        Assert.All(lost, key => Assert.NotNull(bench.Blobs.FindAsync(key, Cancel).GetAwaiter().GetResult()));

        await MaintainAsync(new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(2)));
        Assert.All(lost, key => Assert.Null(bench.Blobs.FindAsync(key, Cancel).GetAwaiter().GetResult()));
        Assert.NotNull(await bench.Blobs.FindAsync(prepared.Frames[0].BlobKey, Cancel));
    }

    [Fact]
    public async Task What_a_killed_deletion_left_behind_is_removed()
    {
        var (gone, kept) = (
            await bench.PrepareAsync(await bench.TaskAsync(0, 0, ("a.zip", Archives.Zip(("a.png", Images.Encoded(".png")))))),
            await bench.PrepareAsync(await bench.TaskAsync(0, 0, ("a.png", Images.Encoded(".png")))));
        await using var db = bench.Db();
        await db.Tasks.Where(task => task.Id == gone.Task.Id).ExecuteDeleteAsync(Cancel);
        Assert.NotEmpty(await bench.KeysAsync(DataKeys.Prefix(gone.Task.Data!.Id)));

        await MaintainAsync(TimeProvider.System);

        Assert.Empty(await bench.KeysAsync(DataKeys.TaskUploads(gone.Task.Id)));
        Assert.Empty(await bench.KeysAsync(DataKeys.Prefix(gone.Task.Data!.Id)));
        Assert.NotEmpty(await bench.KeysAsync(DataKeys.TaskUploads(kept.Task.Id)));
    }

    [Fact]
    public async Task A_worker_that_starts_puts_the_maintenance_on_the_calendar()
    {
        var calendar = new Calendar();
        using var schedule = ActivatorUtilities.CreateInstance<MaintenanceSchedule>(bench.Worker.Services, calendar);
        await schedule.StartAsync(Cancel);
        await schedule.ExecuteTask!;

        var (id, job, cron) = Assert.Single(calendar.Jobs);
        Assert.Equal((MaintenanceSchedule.Name, "20 3 * * *"), (id, cron));
        Assert.Equal((typeof(IMaintenance), "bulk"), (job.Type, job.Queue));
    }

    /// <summary>Hangfire's own manager would write to the log of whichever host of the test run was made last, or has ended.</summary>
    private sealed class Calendar : IRecurringJobManagerV2
    {
        public List<(string Id, Job Job, string Cron)> Jobs { get; } = [];
        public JobStorage Storage => throw new NotSupportedException();

        public void AddOrUpdate(string recurringJobId, Job job, string cronExpression, RecurringJobOptions options) =>
            Jobs.Add((recurringJobId, job, cronExpression));

        public void RemoveIfExists(string recurringJobId) => throw new NotSupportedException();
        public void Trigger(string recurringJobId) => throw new NotSupportedException();
        public string TriggerJob(string recurringJobId) => throw new NotSupportedException();
    }

    private static Task<int> TouchAsync(AnnotatorDbContext db, DateTimeOffset at) =>
        db.Uploads.ExecuteUpdateAsync(set => set.SetProperty(upload => upload.UpdatedDate, at), Cancel);

    private async Task MaintainAsync(TimeProvider time)
    {
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<NightlyMaintenance>(scope.ServiceProvider, time).RunAsync(Cancel);
    }
}
