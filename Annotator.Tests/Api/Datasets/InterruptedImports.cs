using Annotator.Core.Annotations;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Datasets;

/// <summary>Imports that somebody stops while they write.</summary>
public sealed class InterruptedImports(DatasetBench bench) : IClassFixture<DatasetBench>
{
    private const string Coco = "COCO 1.0";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_that_is_cancelled_while_it_writes_ends_at_once_changes_nothing_and_can_be_begun_again()
    {
        var task = await bench.SixFramesAsync(overlap: true);
        var (first, second) = (task.Jobs.Min(job => job.Id), task.Jobs.Max(job => job.Id));
        await bench.AddAsync(task, first, DatasetBench.Box(0, 10), DatasetBench.Box(1, 20));
        await bench.AddAsync(task, second, DatasetBench.Box(5, 30));
        var (_, content) = await bench.ExportAsync("task", task.Id, Coco, images: false);
        await bench.StoreAsync(store => store.ClearAsync(second, bench.Ann.Id, null, Cancel));
        var upload = await bench.UploadAsync("task", task.Id, content);

        await WhileSomebodySavesIntoAsync(second, async () =>
        {
            var import = Task.Run(() => bench.ImportAsync(upload, Coco), Cancel);
            await CancelOnceItWaitsAsync(task.Id);
            var cancelled = await import;
            Assert.Equal((OperationState.Cancelled, 1), (cancelled.State, cancelled.Attempt));
        });

        Assert.Equal([(0, 10d), (1, 20d)], (await bench.AnnotationsAsync(first)).Shapes.Select(shape => (shape.Frame, shape.Points[0])));
        Assert.Empty((await bench.AnnotationsAsync(second)).Shapes);
        var again = await bench.ImportAsync(upload, Coco);
        Assert.True(again.State == OperationState.Finished, again.Message);
        Assert.Equal(30, Assert.Single((await bench.AnnotationsAsync(second)).Shapes).Points[0]);
    }

    /// <summary>Keeps every other writer away from the job, so that an import stops there.</summary>
    private async Task WhileSomebodySavesIntoAsync(int jobId, Func<Task> work)
    {
        await using var db = bench.Database.CreateContext();
        var store = new AnnotationStore(db, TimeProvider.System);
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
            await store.ClearAsync(jobId, bench.Ann.Id, null, Cancel);
            await work();
            await transaction.RollbackAsync(Cancel);
        });
    }

    private async Task CancelOnceItWaitsAsync(int taskId)
    {
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        await using var db = bench.Database.CreateContext();
        var waiting = db.Database.SqlQuery<int>(
            $"SELECT pid AS \"Value\" FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND locktype = 'advisory' AND datname = current_database()");
        while (!await waiting.AnyAsync(Cancel))
        {
            await Task.Yield();
        }

        var id = await db.Operations.Where(row => row.TaskId == taskId && row.State == OperationState.Started).Select(row => row.Id).SingleAsync(Cancel);
        Assert.True(await scope.ServiceProvider.GetRequiredService<OperationService>().CancelAsync(id, Cancel));
    }
}
