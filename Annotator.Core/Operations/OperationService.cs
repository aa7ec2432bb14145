using System.Diagnostics;
using System.Text.Json;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Annotator.Core.Operations;

/// <summary>Starts, shows and cancels background work.</summary>
public sealed class OperationService(
    AnnotatorDbContext db,
    IBackgroundJobClientV2 hangfire,
    OperationProgress progress,
    IOptions<OperationOptions> options,
    TimeProvider time)
{
    /// <summary>
    /// Adds the operation's row to the context; the caller saves it with the business change, in one transaction, and then
    /// calls <see cref="EnqueueAsync"/>. The current trace context goes into the row.
    /// </summary>
    public Operation Add(OperationRequest request)
    {
        var operation = new Operation
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            Key = request.Key,
            Type = request.Type,
            Target = request.Target,
            ProjectId = request.ProjectId,
            TaskId = request.TaskId,
            JobId = request.JobId,
            Format = request.Format,
            OwnerId = request.OwnerId,
            Arguments = JsonSerializer.Serialize(request.Arguments, JsonSerializerOptions.Web),
            State = OperationState.Queued,
            CreatedDate = time.GetUtcNow(),
            TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
        };
        db.Operations.Add(operation);
        return operation;
    }

    /// <summary>Hands a committed operation to Hangfire. If the process dies before, the sweeper does it.</summary>
    public async Task EnqueueAsync(Operation operation, CancellationToken cancel)
    {
        var id = operation.Id;
        var queue = OperationQueues.NameOf(OperationQueues.Of(operation));
        var hangfireId = hangfire.Enqueue<IOperationRunner>(queue, runner => runner.RunAsync(id, CancellationToken.None));

        // Not through the tracked entity: the worker may have started on the row by now.
        await db.Operations.Where(row => row.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(o => o.HangfireId, hangfireId), cancel);
    }

    /// <summary>
    /// Add, save and enqueue. Null when one of the same key is queued or started already: the contract's 409. Saves what
    /// else is pending in the context, too; within an open transaction a null means that the transaction is lost.
    /// </summary>
    public async Task<Operation?> StartAsync(OperationRequest request, CancellationToken cancel)
    {
        var operation = Add(request);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException error) when (IsActiveKeyTaken(error))
        {
            db.Entry(operation).State = EntityState.Detached;
            return null;
        }

        await EnqueueAsync(operation, cancel);
        return operation;
    }

    /// <summary>Whether saving failed because an operation of the same key is queued or started.</summary>
    public static bool IsActiveKeyTaken(DbUpdateException error) => error.InnerException is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation,
        ConstraintName: OperationMapping.ActiveKeyIndex,
    };

    /// <summary>
    /// Asks a queued or started operation to stop. A queued one is cancelled at once; a running one gets its token
    /// cancelled and ends as cancelled. False when it was over already.
    /// </summary>
    public async Task<bool> CancelAsync(Guid operationId, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var cancelled = await db.Operations
            .Where(row => row.Id == operationId && row.State == OperationState.Queued)
            .ExecuteUpdateAsync(
                row => row
                    .SetProperty(o => o.State, OperationState.Cancelled)
                    .SetProperty(o => o.CancelRequested, true)
                    .SetProperty(o => o.Message, OperationRunner.CancelledMessage)
                    .SetProperty(o => o.FinishedDate, now)
                    .SetProperty(o => o.ExpiryDate, now + options.Value.KeepOthers),
                cancel);
        if (cancelled == 0)
        {
            cancelled = await db.Operations
                .Where(row => row.Id == operationId && row.State == OperationState.Started)
                .ExecuteUpdateAsync(row => row.SetProperty(o => o.CancelRequested, true), cancel);
        }

        if (cancelled == 0)
        {
            return false;
        }

        var hangfireId = await db.Operations.Where(row => row.Id == operationId).Select(row => row.HangfireId).SingleAsync(cancel);
        if (hangfireId is not null)
        {
            hangfire.Delete(hangfireId);
        }

        return true;
    }

    /// <summary>Progress as fresh as Redis has it, else as stored; 0 to 1.</summary>
    public async Task<(double Progress, string Message)> ReadProgressAsync(Operation operation, CancellationToken cancel)
    {
        var stored = (operation.Progress, operation.Message);
        if (operation.State != OperationState.Started)
        {
            return stored;
        }

        cancel.ThrowIfCancellationRequested();
        return await progress.ReadAsync(operation.Id) is { } fresh && fresh.Progress >= operation.Progress ? fresh : stored;
    }
}
