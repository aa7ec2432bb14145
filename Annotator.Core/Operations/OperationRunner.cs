using System.Diagnostics;
using Annotator.Core.CloudStorages;
using Hangfire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Annotator.Core.Operations;

/// <summary>
/// Runs one operation: takes the row, calls its handler while the heart beats, and writes down how it ended. Running it for
/// an operation that is over, or that another worker carries, does nothing.
/// </summary>
public sealed partial class OperationRunner(
    IServiceScopeFactory scopes,
    OperationClaim claim,
    OperationProgress progress,
    OperationTelemetry telemetry,
    IBackgroundJobClientV2 hangfire,
    IOptions<OperationOptions> options,
    TimeProvider time,
    ILogger<OperationRunner> log) : IOperationRunner
{
    public const string CancelledMessage = "Cancelled.";

    // Redis is told at most this often; the row at every heartbeat.
    private static readonly TimeSpan ProgressPause = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(Guid operationId, CancellationToken cancel)
    {
        if (await claim.TakeAsync(operationId, cancel) is not { } operation)
        {
            return;
        }

        using var activity = OperationTelemetry.Start(operation);
        if (operation.CancelRequested)
        {
            await EndAsync(operation, OperationState.Cancelled, CancelledMessage, null, TimeSpan.Zero);
            return;
        }

        if (operation.Attempt > options.Value.Attempts)
        {
            var message = $"The work was cut short {operation.Attempt - 1} times and has been given up; nothing was changed. Please start it again.";
            await EndAsync(operation, OperationState.Failed, message, null, TimeSpan.Zero);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var context = new OperationContext(operation, stop.Token) { Reported = Throttled(operation.Id) };
        using var heartStop = new CancellationTokenSource();
        var heart = BeatAsync(operation, context, stop, heartStop.Token);
        var started = time.GetTimestamp();
        Exception? error = null;
        try
        {
            await HandleAsync(operation, context);
        }
        catch (Exception caught)
        {
            error = caught;
        }

        await heartStop.CancelAsync();
        var heartSaysCancelled = await heart;
        await ConcludeAsync(operation, context, error, heartSaysCancelled, time.GetElapsedTime(started), activity);
    }

    private async Task HandleAsync(Operation operation, OperationContext context)
    {
        await using var scope = scopes.CreateAsyncScope();
        var handler = scope.ServiceProvider.GetServices<IOperationHandler>().SingleOrDefault(h => h.Types.Contains(operation.Type))
            ?? throw new OperationFailedException($"This server does not know the operation {operation.Type}.");
        try
        {
            await handler.RunAsync(operation, context);
        }
        catch (CloudStorageException error) when (error.Failure != CloudFailure.Unreachable || operation.Attempt >= options.Value.Attempts)
        {
            // Nothing that trying again would mend, and the words are for users.
            throw new OperationFailedException(error.Message);
        }
    }

    private async Task ConcludeAsync(
        Operation operation, OperationContext context, Exception? error, bool cancelRequested, TimeSpan took, Activity? activity)
    {
        switch (error)
        {
            case null:
                await EndAsync(operation, OperationState.Finished, context.Message, context, took);
                break;

            case OperationFailedException refused:
                if (refused.Report is { } report)
                {
                    context.SetRawReport(report);
                }

                activity?.SetStatus(ActivityStatusCode.Error, refused.Message);
                await EndAsync(operation, OperationState.Failed, refused.Message, context, took);
                break;

            case OperationCanceledException when context.Cancel.IsCancellationRequested:
                if (cancelRequested || await claim.BeatAsync(operation, context.Current.Progress, "", CancellationToken.None) == true)
                {
                    await EndAsync(operation, OperationState.Cancelled, CancelledMessage, null, took);
                    break;
                }

                // The server stops, or another worker has the row; in the first case the run does not count.
                await claim.ReturnAsync(operation, operation.Attempt - 1, "Waiting for a worker.", null, CancellationToken.None);
                throw error;

            default:
                activity?.SetStatus(ActivityStatusCode.Error, error.Message);
                await TryAgainAsync(operation, context, error, took);
                break;
        }
    }

    private async Task TryAgainAsync(Operation operation, OperationContext context, Exception error, TimeSpan took)
    {
        LogBroken(error, operation.Id, operation.Type, operation.Attempt);
        if (operation.Attempt >= options.Value.Attempts)
        {
            var trace = Activity.Current is { } activity ? $" Trace {activity.TraceId}." : "";
            var message = $"The server could not do it in {operation.Attempt} attempts ({error.GetType().Name}).{trace}";
            await EndAsync(operation, OperationState.Failed, message, context, took);
            return;
        }

        var delay = OperationOptions.DelayAfter(operation.Attempt);
        var id = operation.Id;
        var queue = OperationQueues.NameOf(OperationQueues.Of(operation));
        var hangfireId = hangfire.Schedule<IOperationRunner>(queue, runner => runner.RunAsync(id, CancellationToken.None), delay);
        await claim.ReturnAsync(operation, operation.Attempt, "Something went wrong on the server; trying again.", hangfireId, CancellationToken.None);
    }

    private async Task EndAsync(Operation operation, OperationState state, string message, OperationContext? context, TimeSpan took)
    {
        if (await claim.EndAsync(operation, state, message, context, CancellationToken.None))
        {
            telemetry.Ended(operation, state, took);
            LogEnded(operation.Id, operation.Type, state, took.TotalSeconds);
        }
        else
        {
            LogLost(operation.Id, operation.Attempt);
        }
    }

    /// <summary>Beats until told to stop; the answer is whether somebody asked to cancel the operation.</summary>
    private async Task<bool> BeatAsync(Operation operation, OperationContext context, CancellationTokenSource stop, CancellationToken end)
    {
        using var timer = new PeriodicTimer(options.Value.Heartbeat, time);
        var alive = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                try
                {
                    var (done, step) = context.Current;
                    var cancelRequested = await claim.BeatAsync(operation, done, step, end);
                    alive = time.GetTimestamp();
                    if (cancelRequested is null or true)
                    {
                        await stop.CancelAsync();
                        return cancelRequested == true;
                    }
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    LogNoBeat(error, operation.Id);
                    if (time.GetElapsedTime(alive) > options.Value.Lease)
                    {
                        // By now another worker may take the row; two must not work on it.
                        await stop.CancelAsync();
                        return false;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The handler is done.
        }

        return false;
    }

    private Action<double, string> Throttled(Guid id)
    {
        var last = 0L;
        return (done, step) =>
        {
            var before = Interlocked.Read(ref last);
            var now = time.GetTimestamp();
            if ((before == 0 || time.GetElapsedTime(before, now) >= ProgressPause)
                && Interlocked.CompareExchange(ref last, now, before) == before)
            {
                progress.Write(id, done, step);
            }
        };
    }

    [LoggerMessage(LogLevel.Information, "Operation {Id} ({Type}) ended as {State} after {Seconds:0.0} s")]
    private partial void LogEnded(Guid id, string type, OperationState state, double seconds);

    [LoggerMessage(LogLevel.Error, "Operation {Id} ({Type}) broke in attempt {Attempt}")]
    private partial void LogBroken(Exception error, Guid id, string type, int attempt);

    [LoggerMessage(LogLevel.Warning, "Operation {Id} was no longer ours at the end of attempt {Attempt}; nothing was written")]
    private partial void LogLost(Guid id, int attempt);

    [LoggerMessage(LogLevel.Warning, "Operation {Id}: the heartbeat could not be written")]
    private partial void LogNoBeat(Exception error, Guid id);
}
