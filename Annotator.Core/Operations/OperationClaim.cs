using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Annotator.Core.Operations;

/// <summary>
/// A worker's hold on an operation's row. Each write names the attempt that it belongs to, so that a worker that was taken
/// for dead can no longer change anything.
/// </summary>
public sealed class OperationClaim(IServiceScopeFactory scopes, IOptions<OperationOptions> options, TimeProvider time)
{
    /// <summary>Takes up a queued row, or a started one whose worker is dead. Null when there is nothing to take up.</summary>
    public async Task<Operation?> TakeAsync(Guid id, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var now = time.GetUtcNow();
        var dead = now - options.Value.Lease;
        var taken = await db.Operations
            .Where(row => row.Id == id && (row.State == OperationState.Queued
                || (row.State == OperationState.Started && row.HeartbeatDate < dead)))
            .ExecuteUpdateAsync(
                row => row
                    .SetProperty(o => o.State, OperationState.Started)
                    .SetProperty(o => o.Attempt, o => o.Attempt + 1)
                    .SetProperty(o => o.StartedDate, o => o.StartedDate ?? now)
                    .SetProperty(o => o.HeartbeatDate, now)
                    .SetProperty(o => o.Message, ""),
                cancel);
        return taken == 0 ? null : await db.Operations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel);
    }

    /// <summary>
    /// Says that the worker is alive and how far it is. The answer is whether it shall stop; null when the row is no longer
    /// this worker's.
    /// </summary>
    public async Task<bool?> BeatAsync(Operation operation, double progress, string step, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var now = time.GetUtcNow();
        var kept = await Mine(db, operation).ExecuteUpdateAsync(
            row => row.SetProperty(o => o.HeartbeatDate, now).SetProperty(o => o.Progress, progress).SetProperty(o => o.Message, step),
            cancel);
        return kept == 0 ? null : await Mine(db, operation).AnyAsync(row => row.CancelRequested, cancel);
    }

    /// <summary>Ends the operation. False when the row is no longer this worker's, and nothing was written.</summary>
    public async Task<bool> EndAsync(Operation operation, OperationState state, string message, OperationContext? context, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var now = time.GetUtcNow();
        var expiry = now + options.Value.Keep(operation.Type);
        var progress = state == OperationState.Finished ? 1 : context?.Current.Progress ?? operation.Progress;
        var (key, name, id, report) = (context?.ResultKey, context?.ResultName, context?.ResultId, context?.Report);
        var ended = await Mine(db, operation).ExecuteUpdateAsync(
            row => row
                .SetProperty(o => o.State, state)
                .SetProperty(o => o.Message, message)
                .SetProperty(o => o.Progress, progress)
                .SetProperty(o => o.FinishedDate, now)
                .SetProperty(o => o.ExpiryDate, expiry)
                .SetProperty(o => o.ResultKey, key)
                .SetProperty(o => o.ResultName, name)
                .SetProperty(o => o.ResultId, id)
                .SetProperty(o => o.Report, report),
            cancel);
        return ended > 0;
    }

    /// <summary>Puts the operation back for another run; <paramref name="attempts"/> is how many runs then count.</summary>
    public async Task<bool> ReturnAsync(Operation operation, int attempts, string message, string? hangfireId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var returned = await Mine(db, operation).ExecuteUpdateAsync(
            row => row
                .SetProperty(o => o.State, OperationState.Queued)
                .SetProperty(o => o.Attempt, attempts)
                .SetProperty(o => o.Message, message)
                .SetProperty(o => o.HangfireId, o => hangfireId ?? o.HangfireId),
            cancel);
        return returned > 0;
    }

    private static IQueryable<Operation> Mine(AnnotatorDbContext db, Operation operation) => db.Operations.Where(
        row => row.Id == operation.Id && row.Attempt == operation.Attempt && row.State == OperationState.Started);
}
