using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Operations;

/// <summary>What a handler has of the world around its operation: a token, a way to tell how far it is, and its result.</summary>
public sealed class OperationContext(Operation operation, CancellationToken cancel)
{
    private readonly Lock _lock = new();
    private readonly Guid _id = operation.Id;
    private double _progress;
    private string _step = "";

    /// <summary>Fires when the operation is cancelled, its worker stops, or another worker has taken it over.</summary>
    public CancellationToken Cancel { get; } = cancel;

    /// <summary>1 for the first run, more after a retry or a killed worker.</summary>
    public int Attempt { get; } = operation.Attempt;

    /// <summary>What the finished operation says, in one or two sentences; empty when there is nothing to say.</summary>
    public string Message { get; set; } = "";

    /// <summary>Where the result file is, in the blob store.</summary>
    public string? ResultKey { get; private set; }

    /// <summary>The name that a download of the result is given.</summary>
    public string? ResultName { get; private set; }

    /// <summary>The id of an object that the operation made.</summary>
    public int? ResultId { get; set; }

    /// <summary>JSON of what could not be carried.</summary>
    public string? Report { get; private set; }

    /// <summary>Called with each progress; the runner listens.</summary>
    internal Action<double, string>? Reported { get; set; }

    /// <summary>The furthest progress and the current step.</summary>
    public (double Progress, string Step) Current
    {
        get
        {
            lock (_lock)
            {
                return (_progress, _step);
            }
        }
    }

    /// <summary>
    /// Says how far the work is (0 to 1, never backwards) and, in words, what it is at. Cheap: call it for every item.
    /// </summary>
    public void ReportProgress(double progress, string? step = null)
    {
        lock (_lock)
        {
            _progress = Math.Clamp(Math.Max(_progress, progress), 0, 1);
            _step = step ?? _step;
        }

        var current = Current;
        Reported?.Invoke(current.Progress, current.Step);
    }

    public void SetResult(string key, string name) => (ResultKey, ResultName) = (key, name);

    public void SetReport<T>(T report) => Report = JsonSerializer.Serialize(report, JsonSerializerOptions.Web);

    internal void SetRawReport(string json) => Report = json;

    /// <summary>
    /// Writes the report down in the handler's open transaction. A run after one that was killed right after it had committed finds it in
    /// <see cref="Operation.Report"/>, and knows by it that the work is done.
    /// </summary>
    public Task KeepReportAsync(AnnotatorDbContext db) =>
        db.Operations.Where(row => row.Id == _id).ExecuteUpdateAsync(row => row.SetProperty(o => o.Report, Report), Cancel);

    /// <summary>
    /// Locks the operation's row in the handler's open transaction and makes sure that the operation is still this
    /// worker's: two workers never both publish. Nobody can cancel the operation, and its heart cannot beat, until the transaction
    /// ends: in one that writes for long, call it behind all that, right before what is to be published.
    /// </summary>
    /// <exception cref="OperationCanceledException">Another worker has taken it over, or it is over.</exception>
    public Task HoldAsync(AnnotatorDbContext db) => HoldWhileAsync(db, Cancel);

    /// <summary>The same while the operation is being called off, for a handler that keeps what it has done by then.</summary>
    /// <inheritdoc cref="HoldAsync"/>
    public async Task HoldWhileAsync(AnnotatorDbContext db, CancellationToken cancel)
    {
        var held = await db.Operations
            .Where(row => row.Id == _id && row.Attempt == Attempt && row.State == OperationState.Started)
            .ExecuteUpdateAsync(row => row.SetProperty(o => o.HeartbeatDate, o => o.HeartbeatDate), cancel);
        if (held == 0)
        {
            throw new OperationCanceledException($"Operation {_id} is no longer carried by this worker.");
        }
    }
}
