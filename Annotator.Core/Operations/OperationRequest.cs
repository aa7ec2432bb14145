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
    Task RunAsync(Guid operationId, CancellationToken cancel);
}

/// <summary>Raised by a handler for bad input: the operation fails with the message and is not tried again.</summary>
public sealed class OperationFailedException(string message) : Exception(message);
