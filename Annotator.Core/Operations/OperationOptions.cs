using System.ComponentModel.DataAnnotations;

namespace Annotator.Core.Operations;

/// <summary>Limits and times of background work; configuration section <c>Operations</c>.</summary>
public sealed class OperationOptions
{
    public const string Section = "Operations";

    /// <summary>Runs of one operation before it fails for good, the first and those cut short by a killed worker included.</summary>
    [Range(1, 20)]
    public int Attempts { get; set; } = 4;

    /// <summary>How often a worker says that it is alive, persists progress and looks whether it shall stop.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>After this long without a heartbeat the worker is taken for dead. Several heartbeats.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often the sweeper looks for stranded rows.</summary>
    public TimeSpan Sweep { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a row may stand queued before the sweeper asks whether anything carries it.</summary>
    public TimeSpan QueuedTooLong { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an export's file is kept.</summary>
    public TimeSpan KeepExports { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long every other operation stays on the list.</summary>
    public TimeSpan KeepOthers { get; set; } = TimeSpan.FromDays(30);

    [Range(1, 64)]
    public int InteractiveWorkers { get; set; } = 4;

    [Range(1, 64)]
    public int MediaWorkers { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, 64);

    [Range(1, 64)]
    public int BulkWorkers { get; set; } = 2;

    [Range(1, 64)]
    public int InferenceWorkers { get; set; } = 2;

    /// <summary>
    /// The only queue that this worker serves: interactive, media, bulk or inference; empty for all. A machine with a GPU takes
    /// inference, so that it does nothing else and scales apart; set it to the others elsewhere by <see cref="Except"/>.
    /// </summary>
    [RegularExpression("|interactive|media|bulk|inference")]
    public string Only { get; set; } = "";

    /// <summary>A queue that this worker leaves to others; empty for none.</summary>
    [RegularExpression("|interactive|media|bulk|inference")]
    public string Except { get; set; } = "";

    public bool Serves(OperationQueue queue) =>
        OperationQueues.NameOf(queue) is var name && name != Except && (Only.Length == 0 || Only == name);

    /// <summary>The wait before run number <paramref name="attempt"/> + 1: 2 s, 10 s, then 50 s.</summary>
    public static TimeSpan DelayAfter(int attempt) => TimeSpan.FromSeconds(2 * Math.Pow(5, Math.Clamp(attempt, 1, 3) - 1));

    public TimeSpan Keep(string type) => type.StartsWith("export:", StringComparison.Ordinal) ? KeepExports : KeepOthers;
}
