using Annotator.Core.Operations;

namespace Annotator.Tests.Data.Operations;

/// <summary>What a kill -9 leaves in the database, and how it is put right.</summary>
public sealed class KilledWorkers(OperationsBench bench) : IClassFixture<OperationsBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operation_whose_worker_died_is_queued_again_and_finishes_once()
    {
        bench.Handler.Work = (_, _) => Task.CompletedTask;
        var operation = await DiedAsync("died", TimeSpan.FromMinutes(1));

        await bench.SweepAsync();
        var swept = await bench.ReadAsync(operation.Id);
        await bench.Runner.RunAsync(operation.Id, Cancel);

        Assert.Equal(OperationState.Queued, swept.State);
        Assert.NotEqual("987654321", swept.HangfireId);
        var row = await bench.ReadAsync(operation.Id);
        Assert.Equal((OperationState.Finished, 2), (row.State, row.Attempt));
    }

    [Fact]
    public async Task An_operation_whose_worker_lives_is_left_alone()
    {
        var runs = bench.Handler.Runs;
        var operation = await DiedAsync("lives", TimeSpan.FromSeconds(5));

        await bench.SweepAsync();
        await bench.Runner.RunAsync(operation.Id, Cancel);

        Assert.Equal(OperationState.Started, (await bench.ReadAsync(operation.Id)).State);
        Assert.Equal(runs, bench.Handler.Runs);
    }

    [Fact]
    public async Task An_operation_that_kills_every_worker_is_given_up()
    {
        var operation = await DiedAsync("poison", TimeSpan.FromMinutes(1));
        await bench.ChangeAsync(operation.Id, row => row.Attempt = 3);

        await bench.Runner.RunAsync(operation.Id, Cancel);

        var row = await bench.ReadAsync(operation.Id);
        Assert.Equal(OperationState.Failed, row.State);
        Assert.Contains("cut short 3 times", row.Message);
    }

    [Fact]
    public async Task An_operation_cancelled_while_its_worker_was_dead_ends_as_cancelled()
    {
        var runs = bench.Handler.Runs;
        var operation = await DiedAsync("dead and cancelled", TimeSpan.FromMinutes(1));
        Assert.True(await bench.AskAsync(service => service.CancelAsync(operation.Id, Cancel)));

        await bench.SweepAsync();
        await bench.Runner.RunAsync(operation.Id, Cancel);

        Assert.Equal(OperationState.Cancelled, (await bench.ReadAsync(operation.Id)).State);
        Assert.Equal(runs, bench.Handler.Runs);
    }

    [Fact]
    public async Task A_worker_that_was_taken_for_dead_publishes_nothing()
    {
        OperationCanceledException? refused = null;
        bench.Handler.Work = async (row, context) =>
        {
            await bench.ChangeAsync(row.Id, other => other.Attempt = 9);
            await using var db = bench.CreateContext();
            refused = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => context.HoldAsync(db));
            context.SetResult("exports/stale", "stale.zip");
        };
        var operation = await bench.StartAsync("zombie");

        await bench.Runner.RunAsync(operation!.Id, Cancel);

        var row = await bench.ReadAsync(operation.Id);
        Assert.NotNull(refused);
        Assert.Equal((OperationState.Started, 9, null), (row.State, row.Attempt, row.ResultKey));
    }

    [Fact]
    public async Task A_row_that_was_committed_but_never_enqueued_is_enqueued_after_a_minute()
    {
        var operation = await bench.StartAsync("never enqueued");
        await bench.ChangeAsync(operation!.Id, row =>
        {
            row.HangfireId = null;
            row.CreatedDate = bench.Time.GetUtcNow() - TimeSpan.FromMinutes(2);
        });

        await bench.SweepAsync();

        Assert.NotNull((await bench.ReadAsync(operation.Id)).HangfireId);
    }

    [Fact]
    public async Task A_row_that_still_waits_its_turn_is_not_enqueued_twice()
    {
        var operation = await bench.StartAsync("waits its turn");
        var before = (await bench.ReadAsync(operation!.Id)).HangfireId;
        await bench.ChangeAsync(operation.Id, row => row.CreatedDate = bench.Time.GetUtcNow() - TimeSpan.FromHours(2));

        await bench.SweepAsync();

        Assert.Equal(before, (await bench.ReadAsync(operation.Id)).HangfireId);
    }

    [Fact]
    public async Task An_export_past_its_time_goes_with_its_file()
    {
        await bench.Blobs.WriteAsync("exports/old", new MemoryStream([1, 2, 3]), Cancel);
        bench.Handler.Work = (_, context) =>
        {
            context.SetResult("exports/old", "old.zip");
            return Task.CompletedTask;
        };
        var operation = await bench.StartAsync("expired");
        await bench.Runner.RunAsync(operation!.Id, Cancel);
        await bench.ChangeAsync(operation.Id, row => row.ExpiryDate = bench.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
        var before = await bench.CountAsync();

        await bench.SweepAsync();

        Assert.Equal(before - 1, await bench.CountAsync());
        Assert.Null(await bench.Blobs.FindAsync("exports/old", Cancel));
    }

    private async Task<Operation> DiedAsync(string key, TimeSpan ago)
    {
        var operation = await bench.StartAsync(key);
        await bench.ChangeAsync(operation!.Id, row =>
        {
            row.State = OperationState.Started;
            row.Attempt = 1;
            row.HeartbeatDate = bench.Time.GetUtcNow() - ago;
            row.HangfireId = "987654321";
        });
        return operation;
    }
}
