using System.Diagnostics;
using Annotator.Core.Operations;
using Hangfire;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Data.Operations;

public sealed class RunningOperations(OperationsBench bench) : IClassFixture<OperationsBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_finished_operation_shows_its_result_and_is_not_run_again()
    {
        var runs = bench.Handler.Runs;
        bench.Handler.Work = (_, context) =>
        {
            context.ReportProgress(0.5, "half");
            context.SetResult("exports/1", "task_7.zip");
            context.Message = "2 masks could not be carried.";
            context.SetReport(new { lost = 2 });
            return Task.CompletedTask;
        };
        var operation = await bench.StartAsync("finished");

        await bench.Runner.RunAsync(operation!.Id, Cancel);
        await bench.Runner.RunAsync(operation.Id, Cancel);

        var row = await bench.ReadAsync(operation.Id);
        Assert.Equal(OperationState.Finished, row.State);
        Assert.Equal((1.0, "exports/1", "task_7.zip"), (row.Progress, row.ResultKey, row.ResultName));
        Assert.Equal("2 masks could not be carried.", row.Message);
        Assert.Contains("\"lost\": 2", row.Report);
        Assert.Equal(bench.Time.GetUtcNow() + TimeSpan.FromHours(24), row.ExpiryDate);
        Assert.Equal(runs + 1, bench.Handler.Runs);
    }

    [Fact]
    public async Task Bad_input_fails_with_its_reason_and_is_not_tried_again()
    {
        var runs = bench.Handler.Runs;
        bench.Handler.Work = (_, _) => throw new OperationFailedException("The file has no label 'cat'.");
        var operation = await bench.StartAsync("bad input");

        await bench.Runner.RunAsync(operation!.Id, Cancel);
        await bench.Runner.RunAsync(operation.Id, Cancel);

        var row = await bench.ReadAsync(operation.Id);
        Assert.Equal((OperationState.Failed, "The file has no label 'cat'."), (row.State, row.Message));
        Assert.NotNull(row.FinishedDate);
        Assert.Equal(runs + 1, bench.Handler.Runs);
    }

    [Fact]
    public async Task A_fault_of_the_server_is_tried_again_later_and_at_last_fails()
    {
        bench.Handler.Work = (_, _) => throw new TimeoutException("The disk sleeps.");
        var operation = await bench.StartAsync("server fault");

        await bench.Runner.RunAsync(operation!.Id, Cancel);
        var afterOne = await bench.ReadAsync(operation.Id);
        Assert.Equal((OperationState.Queued, 1), (afterOne.State, afterOne.Attempt));
        using (var connection = bench.Services.GetRequiredService<JobStorage>().GetConnection())
        {
            Assert.Equal("Scheduled", connection.GetStateData(afterOne.HangfireId!).Name);
        }

        await bench.Runner.RunAsync(operation.Id, Cancel);
        await bench.Runner.RunAsync(operation.Id, Cancel);

        var row = await bench.ReadAsync(operation.Id);
        Assert.Equal((OperationState.Failed, 3), (row.State, row.Attempt));
        Assert.Contains("3 attempts (TimeoutException)", row.Message);
        Assert.DoesNotContain("sleeps", row.Message);
    }

    [Fact]
    public async Task A_second_request_of_the_same_key_is_refused_until_the_first_is_over()
    {
        bench.Handler.Work = (_, _) => Task.CompletedTask;
        var first = await bench.StartAsync("same key");

        Assert.Null(await bench.StartAsync("same key"));
        await bench.Runner.RunAsync(first!.Id, Cancel);
        Assert.NotNull(await bench.StartAsync("same key"));
    }

    [Fact]
    public async Task Ten_requests_of_the_same_key_at_once_start_one_operation()
    {
        var started = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => bench.StartAsync("ten at once")));

        Assert.Single(started, operation => operation is not null);
    }

    [Fact]
    public async Task A_queued_operation_is_cancelled_at_once_and_never_runs()
    {
        var runs = bench.Handler.Runs;
        var operation = await bench.StartAsync("cancel queued");

        Assert.True(await bench.AskAsync(service => service.CancelAsync(operation!.Id, Cancel)));
        await bench.Runner.RunAsync(operation!.Id, Cancel);

        Assert.Equal(OperationState.Cancelled, (await bench.ReadAsync(operation.Id)).State);
        Assert.Equal(runs, bench.Handler.Runs);
        Assert.False(await bench.AskAsync(service => service.CancelAsync(operation.Id, Cancel)));
    }

    [Fact]
    public async Task A_running_operation_is_cancelled_through_its_token()
    {
        var running = new TaskCompletionSource();
        bench.Handler.Work = async (_, context) =>
        {
            running.SetResult();
            await Task.Delay(Timeout.Infinite, context.Cancel);
        };
        var operation = await bench.StartAsync("cancel running");

        var run = bench.Runner.RunAsync(operation!.Id, Cancel);
        await running.Task;
        Assert.True(await bench.AskAsync(service => service.CancelAsync(operation.Id, Cancel)));
        await bench.PassTimeUntilAsync(run);

        var row = await bench.ReadAsync(operation.Id);
        Assert.Equal((OperationState.Cancelled, OperationRunner.CancelledMessage), (row.State, row.Message));
    }

    [Fact]
    public async Task A_server_that_stops_puts_its_operation_back_without_counting_the_run()
    {
        var running = new TaskCompletionSource();
        bench.Handler.Work = async (_, context) =>
        {
            running.SetResult();
            await Task.Delay(Timeout.Infinite, context.Cancel);
        };
        var operation = await bench.StartAsync("server stops");
        using var stopping = new CancellationTokenSource();

        var run = bench.Runner.RunAsync(operation!.Id, stopping.Token);
        await running.Task;
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        var row = await bench.ReadAsync(operation.Id);
        Assert.Equal((OperationState.Queued, 0), (row.State, row.Attempt));
    }

    [Fact]
    public async Task Progress_is_persisted_while_the_work_goes_on_and_can_be_read_without_redis()
    {
        var beaten = new TaskCompletionSource();
        bench.Handler.Work = async (_, context) =>
        {
            context.ReportProgress(0.25, "125 of 500 photos");
            await beaten.Task;
        };
        var operation = await bench.StartAsync("progress");

        var run = bench.Runner.RunAsync(operation!.Id, Cancel);
        Operation row;
        do
        {
            bench.Time.Advance(TimeSpan.FromMilliseconds(100));
            row = await bench.ReadAsync(operation.Id);
        }
        while (row.Progress == 0);
        var read = await bench.AskAsync(service => service.ReadProgressAsync(row, Cancel));
        beaten.SetResult();
        await run;

        Assert.Equal((0.25, "125 of 500 photos"), read);
    }

    [Fact]
    public async Task A_workers_span_continues_the_trace_of_the_request()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is OperationTelemetry.Name or "request",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("request");
        ActivityTraceId? seen = null;
        bench.Handler.Work = (_, _) =>
        {
            seen = Activity.Current?.TraceId;
            return Task.CompletedTask;
        };

        Operation? operation;
        ActivityTraceId asked;
        using (var request = source.StartActivity("POST /api/tasks/7/dataset/export"))
        {
            asked = request!.TraceId;
            operation = await bench.StartAsync("trace");
        }

        await bench.Runner.RunAsync(operation!.Id, Cancel);

        Assert.Equal(asked, seen);
    }

    [Fact]
    public async Task Hangfire_carries_an_operation_to_its_handler()
    {
        var done = new TaskCompletionSource<Guid>();
        bench.Handler.Work = (row, _) =>
        {
            // The database is the class's: rows of other tests are carried, too.
            if (row.Key == "through hangfire")
            {
                done.TrySetResult(row.Id);
            }

            return Task.CompletedTask;
        };
        using var host = bench.Build(TimeProvider.System, servers: true);
        await host.StartAsync(Cancel);

        var operation = await bench.StartAsync("through hangfire", "create:task");
        var carried = await done.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await host.StopAsync(Cancel);

        Assert.Equal(operation!.Id, carried);
        Assert.Equal(OperationState.Finished, (await bench.ReadAsync(operation.Id)).State);
    }
}
