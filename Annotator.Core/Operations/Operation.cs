namespace Annotator.Core.Operations;

/// <summary>The states of background work; the contract's four and one for work that was called off.</summary>
public enum OperationState : short
{
    Queued = 0,
    Started = 1,
    Finished = 2,
    Failed = 3,

    /// <summary>Shown to clients of the contract as failed, with a message that says so.</summary>
    Cancelled = 4,
}

/// <summary>
/// One piece of background work: import, export, preparation of media. The row is the truth; Hangfire only carries its id.
/// Work is at-least-once: a handler writes aside and publishes last, so that a second run does no harm.
/// </summary>
public sealed class Operation
{
    public Guid Id { get; set; }

    /// <summary>
    /// The request's id in the contract's form, such as
    /// <c>action=export&amp;target=task&amp;target_id=7&amp;user_id=1&amp;subresource=dataset&amp;format=COCO_1~0</c>.
    /// At most one operation of a key is queued or started.
    /// </summary>
    public string Key { get; set; } = "";

    /// <summary>The contract's type, such as <c>create:task</c>, <c>export:dataset</c>, <c>import:annotations</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary>project, task or job.</summary>
    public string Target { get; set; } = "";
    public int? ProjectId { get; set; }
    public int? TaskId { get; set; }
    public int? JobId { get; set; }

    /// <summary>A dataset format's display name, such as <c>COCO 1.0</c>.</summary>
    public string? Format { get; set; }

    /// <summary>The handler's own arguments, JSON; ids and names only, never payloads.</summary>
    public string Arguments { get; set; } = "{}";
    public OperationState State { get; set; }

    /// <summary>0 to 1, as last persisted; fresher values travel through Redis.</summary>
    public double Progress { get; set; }

    /// <summary>The step in words while it runs; the reason in one line when it failed.</summary>
    public string Message { get; set; } = "";

    /// <summary>
    /// How often a worker took it up. It fences: a worker that lost its claim finds another number here and writes nothing.
    /// </summary>
    public int Attempt { get; set; }

    /// <summary>When its worker last said that it is alive; an old one means that the worker died.</summary>
    public DateTimeOffset? HeartbeatDate { get; set; }
    public int OwnerId { get; set; }
    public bool CancelRequested { get; set; }
    public DateTimeOffset CreatedDate { get; set; }
    public DateTimeOffset? StartedDate { get; set; }
    public DateTimeOffset? FinishedDate { get; set; }
    public DateTimeOffset? ExpiryDate { get; set; }

    /// <summary>Where an export's file is, in the blob store.</summary>
    public string? ResultKey { get; set; }

    /// <summary>The file name that a download is given.</summary>
    public string? ResultName { get; set; }

    /// <summary>The id of an object that the operation made.</summary>
    public int? ResultId { get; set; }

    /// <summary>What could not be carried: JSON of the dataset report, shown on the Requests page.</summary>
    public string? Report { get; set; }

    /// <summary>W3C trace context of the request that asked for it; the worker's spans continue it.</summary>
    public string? TraceParent { get; set; }

    /// <summary>Hangfire's id of the job that carries this row, once enqueued.</summary>
    public string? HangfireId { get; set; }
}
