namespace Annotator.Core.Operations;

/// <summary>Which class of work an operation belongs to, and that class's name in Hangfire.</summary>
public static class OperationQueues
{
    public static OperationQueue Of(Operation operation) => operation switch
    {
        { Type: "create:task" } => OperationQueue.Media,
        { Type: "autoannotate:task" or "check:model" or "queue:task" or "track:job" } => OperationQueue.Inference,
        { Target: "job" } => OperationQueue.Interactive,
        _ => OperationQueue.Bulk,
    };

    /// <summary>The queue's name: lower case, as Hangfire demands.</summary>
    public static string NameOf(OperationQueue queue) => queue switch
    {
        OperationQueue.Interactive => "interactive",
        OperationQueue.Media => "media",
        OperationQueue.Bulk => "bulk",
        OperationQueue.Inference => "inference",
        _ => throw new ArgumentOutOfRangeException(nameof(queue), queue, null),
    };
}
