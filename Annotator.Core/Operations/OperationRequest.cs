using System.ComponentModel;
using Hangfire;

namespace Annotator.Core.Operations;

/// <summary>The classes of work, each with its own servers, so that a heavy one cannot starve a light one.</summary>
public enum OperationQueue
{
    /// <summary>Somebody waits and looks at it: small exports and imports of a job.</summary>
    Interactive,

    /// <summary>Preparing media.</summary>
    Media,

    /// <summary>Exports, imports and backups of any size.</summary>
    Bulk,

    /// <summary>Models and trackers: the only class that a machine with a GPU needs to take.</summary>
    Inference,
}

/// <summary>What to do, as the endpoint that accepts it describes it. See <see cref="Operation"/> for the fields.</summary>
public sealed record OperationRequest
{
    public required string Key { get; init; }
    public required string Type { get; init; }
    public required string Target { get; init; }
    public int? ProjectId { get; init; }
    public int? TaskId { get; init; }
    public int? JobId { get; init; }
    public string? Format { get; init; }
    public required int OwnerId { get; init; }

    /// <summary>Serialised to <see cref="Operation.Arguments"/>; the handler for the type reads it back.</summary>
    public object Arguments { get; init; } = new();
}

/// <summary>Carries one operation; Hangfire knows this method and no other, so that renaming a class strands no work.</summary>
public interface IOperationRunner
{
    /// <remarks>
    /// The row counts attempts and decides on retries. Hangfire's own retries only carry the id over a time in which the
    /// database cannot be asked.
    /// </remarks>
    [DisplayName("Operation {0}")]
    [AutomaticRetry(Attempts = 5, DelaysInSeconds = [2, 5, 15, 60, 300], OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    Task RunAsync(Guid operationId, CancellationToken cancel);
}

/// <summary>Does the work of some types of operation. Register one with <c>AddOperationHandler</c>.</summary>
public interface IOperationHandler
{
    /// <summary>The operation types that it does, such as <c>create:task</c>; no other handler may name one of them.</summary>
    IReadOnlyCollection<string> Types { get; }

    /// <summary>
    /// Does the work, at least once: a run may follow one that was killed anywhere. Write aside, publish last, in one
    /// transaction that asks <see cref="OperationContext.HoldAsync"/> whether it still may.
    /// </summary>
    /// <exception cref="OperationFailedException">The input is bad: the operation fails with the message, for good.</exception>
    Task RunAsync(Operation operation, OperationContext context);
}

/// <summary>Raised by a handler for bad input: the operation fails with the message and is not tried again.</summary>
public class OperationFailedException(string message) : Exception(message)
{
    /// <summary>JSON for <see cref="Operation.Report"/>, where one line does not say it all.</summary>
    public string? Report { get; init; }
}
