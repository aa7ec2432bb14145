using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Annotator.Core.Operations;

/// <summary>Spans and figures of background work.</summary>
public sealed class OperationTelemetry
{
    public const string Name = "Annotator.Operations";
    private static readonly ActivitySource Source = new(Name);
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _duration;

    public OperationTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _ended = meter.CreateCounter<long>("annotator.operations.ended", "{operation}", "Operations that came to an end.");
        _duration = meter.CreateHistogram<double>("annotator.operations.duration", "s", "Time in a handler.");
    }

    /// <summary>A span that continues the trace of the request that asked for the operation.</summary>
    public static Activity? Start(Operation operation)
    {
        ActivityContext.TryParse(operation.TraceParent, null, isRemote: true, out var parent);
        var activity = Source.StartActivity($"operation {operation.Type}", ActivityKind.Consumer, parent);
        activity?.SetTag("operation.id", operation.Id).SetTag("operation.type", operation.Type).SetTag("operation.attempt", operation.Attempt);
        return activity;
    }

    public void Ended(Operation operation, OperationState state, TimeSpan duration)
    {
        var tags = new TagList { { "type", operation.Type }, { "state", state.ToString() } };
        _ended.Add(1, tags);
        _duration.Record(duration.TotalSeconds, tags);
    }
}
