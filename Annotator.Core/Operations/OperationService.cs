namespace Annotator.Core.Operations;

/// <summary>Starts, shows and cancels background work.</summary>
public sealed class OperationService(AnnotatorDbContext db, TimeProvider time)
{
    private readonly AnnotatorDbContext _db = db;
    private readonly TimeProvider _time = time;

    /// <summary>
    /// Adds the operation's row to the context; the caller saves it with the business change, in one transaction, and then
    /// calls <see cref="EnqueueAsync"/>. The current trace context goes into the row.
    /// </summary>
    public Operation Add(OperationRequest request) => throw new NotSupportedException();

    /// <summary>Hands a committed operation to Hangfire. If the process dies before, the sweeper does it.</summary>
    public Task EnqueueAsync(Operation operation, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Add, save and enqueue. Null when one of the same key is queued or started already: the contract's 409.</summary>
    public Task<Operation?> StartAsync(OperationRequest request, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>
    /// Asks a queued or started operation to stop. A queued one is cancelled at once; a running one gets its token
    /// cancelled and ends as cancelled. False when it was over already.
    /// </summary>
    public Task<bool> CancelAsync(Guid operationId, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Progress as fresh as Redis has it, else as stored; 0 to 1.</summary>
    public Task<(double Progress, string Message)> ReadProgressAsync(Operation operation, CancellationToken cancel) => throw new NotSupportedException();
}
