using System.Text.Json;

namespace Annotator.Core.Annotations;

/// <summary>The three tables an annotation can live in; the words of the wire are tag, shape and track.</summary>
public enum AnnotationTable
{
    Tag,
    Shape,
    Track,
}

/// <summary>What an op does to its object.</summary>
public enum OpKind
{
    Add,
    Update,
    Remove,
}

/// <summary>
/// One change of one object. <see cref="Value"/> holds the whole object (add) or the changed fields only (update), in the
/// contract's JSON names; docs/annotations-protocol.md describes the wire form.
/// </summary>
public sealed record Op(OpKind Kind, AnnotationTable Table, long Id, int Revision, JsonElement? Value);

/// <summary>Changes of one job that one client sends together; applied whole or not at all.</summary>
/// <param name="ClientId">Made by the client for each journal; with <paramref name="Sequence"/> it makes a retry harmless.</param>
/// <param name="Sequence">1, 2, 3 … without gaps within a client id.</param>
/// <param name="BaseRevision">The job's revision that the client knew when it sent the batch.</param>
public sealed record OpsBatch(Guid ClientId, int Sequence, int BaseRevision, IReadOnlyList<Op> Ops);

/// <summary>What became of one op.</summary>
public enum OpStatus
{
    /// <summary>Applied as asked, or merged with a change of other fields.</summary>
    Ok,

    /// <summary>An update of an object that somebody had removed: it stands again, with the update.</summary>
    Resurrected,

    /// <summary>Somebody changed the same fields meanwhile; theirs stand, and are returned.</summary>
    Conflict,
}

/// <param name="Current">The object as it stands, in the contract's JSON, for a conflict or a resurrection; null when it is gone.</param>
/// <param name="Fields">The fields in dispute.</param>
public sealed record OpResult(long Id, OpStatus Status, JsonElement? Current, IReadOnlyList<string> Fields);

/// <param name="Replayed">True when the batch had been applied before and this is the stored answer.</param>
public sealed record OpsAnswer(int Revision, IReadOnlyList<OpResult> Results, bool Replayed);

/// <summary>Something wrong with annotations that a client sent; nothing of the request was applied.</summary>
/// <param name="Pointer">Where, as a JSON pointer into the request body, such as <c>/shapes/3/label_id</c>.</param>
/// <param name="Code">A stable word, such as <c>unknown-label</c>.</param>
/// <param name="Message">What is wrong, and which values are right.</param>
public sealed record AnnotationError(string Pointer, string Code, string Message);

/// <summary>Raised when annotations are not valid; carries every error found, at most 100.</summary>
public sealed class InvalidAnnotationsException(IReadOnlyList<AnnotationError> errors)
    : Exception(errors.Count == 1 ? errors[0].Message : $"{errors.Count} annotations are not valid: {errors[0].Message}")
{
    public IReadOnlyList<AnnotationError> Errors { get; } = errors;
}

/// <summary>Raised when a client named a revision that is not the job's any more; nothing was applied.</summary>
public sealed class StaleRevisionException(int current) : Exception($"The job is at revision {current}.")
{
    public int Current { get; } = current;
}

/// <summary>Raised when a batch skips one: the server has seen <paramref name="expected"/> - 1 and no more.</summary>
public sealed class BatchOutOfOrderException(int expected) : Exception($"Batch {expected} is expected next.")
{
    public int Expected { get; } = expected;
}

/// <summary>One committed change of a job, as it is replayed to those who have the job open.</summary>
/// <param name="Ops">The ops in wire form; null for a bulk change (import, replace, clear), after which a client reloads.</param>
public sealed record JobChange(int Revision, DateTimeOffset At, int UserId, Guid? ClientId, JsonElement? Ops);

/// <summary>A run of ids that a client may give to new objects of one job.</summary>
public sealed record IdBlock(long First, int Count);
