using Annotator.Core.Media;
using Hangfire;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Annotator.Core.Operations;

/// <summary>
/// Finds what fell between two processes: rows that were committed but never enqueued, rows whose worker was killed, and
/// results past their time. Any number of them may run at once.
/// </summary>
public sealed partial class OperationSweeper(
    IServiceScopeFactory scopes,
    JobStorage storage,
    IOptions<OperationOptions> options,
    TimeProvider time,
    ILogger<OperationSweeper> log) : BackgroundService
{
    private const int AtOnce = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Sweep, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogBroken(error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One round.</summary>
    public async Task SweepAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var service = scope.ServiceProvider.GetRequiredService<OperationService>();
        await ReviveAsync(db, service, cancel);
        await EnqueueStrandedAsync(db, service, cancel);
        await DropExpiredAsync(db, scope.ServiceProvider.GetService<IBlobStore>(), cancel);
    }

    private async Task ReviveAsync(AnnotatorDbContext db, OperationService service, CancellationToken cancel)
    {
        var dead = time.GetUtcNow() - options.Value.Lease;
        var rows = await db.Operations.AsNoTracking()
            .Where(row => row.State == OperationState.Started && row.HeartbeatDate < dead)
            .OrderBy(row => row.HeartbeatDate)
            .Take(AtOnce)
            .ToListAsync(cancel);
        foreach (var row in rows)
        {
            var returned = await db.Operations
                .Where(o => o.Id == row.Id && o.Attempt == row.Attempt && o.State == OperationState.Started && o.HeartbeatDate < dead)
                .ExecuteUpdateAsync(
                    o => o.SetProperty(x => x.State, OperationState.Queued).SetProperty(x => x.Message, "Its worker stopped; waiting for another."),
                    cancel);
            if (returned > 0)
            {
                LogRevived(row.Id, row.Type);
                await service.EnqueueAsync(row, cancel);
            }
        }
    }

    private async Task EnqueueStrandedAsync(AnnotatorDbContext db, OperationService service, CancellationToken cancel)
    {
        var old = time.GetUtcNow() - options.Value.QueuedTooLong;
        var rows = await db.Operations.AsNoTracking()
            .Where(row => row.State == OperationState.Queued && row.CreatedDate < old)
            .OrderBy(row => row.CreatedDate)
            .Take(AtOnce)
            .ToListAsync(cancel);
        if (rows.Count == 0)
        {
            return;
        }

        using var connection = storage.GetConnection();
        foreach (var row in rows.Where(row => !IsCarried(row)))
        {
            LogStranded(row.Id, row.Type);
            await service.EnqueueAsync(row, cancel);
        }

        bool IsCarried(Operation row) => row.HangfireId is { } id
            && connection.GetStateData(id)?.Name is { } state
            && state != SucceededState.StateName
            && state != DeletedState.StateName
            && state != FailedState.StateName;
    }

    private async Task DropExpiredAsync(AnnotatorDbContext db, IBlobStore? blobs, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var rows = await db.Operations.AsNoTracking()
            .Where(row => row.ExpiryDate < now && row.State != OperationState.Queued && row.State != OperationState.Started)
            .OrderBy(row => row.ExpiryDate)
            .Take(AtOnce)
            .Select(row => new { row.Id, row.ResultKey })
            .ToListAsync(cancel);
        foreach (var row in rows)
        {
            if (row.ResultKey is { } key && blobs is not null)
            {
                await blobs.DeleteAsync(key, cancel);
            }

            await db.Operations.Where(o => o.Id == row.Id).ExecuteDeleteAsync(cancel);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Operation {Id} ({Type}) lost its worker and is queued again")]
    private partial void LogRevived(Guid id, string type);

    [LoggerMessage(LogLevel.Warning, "Operation {Id} ({Type}) was carried by nothing and is enqueued")]
    private partial void LogStranded(Guid id, string type);

    [LoggerMessage(LogLevel.Error, "Sweeping operations broke; the next round tries again")]
    private partial void LogBroken(Exception error);
}
