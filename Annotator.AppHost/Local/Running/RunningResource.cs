namespace Annotator.AppHost.Local.Running;

/// <summary>Aspire's words for the life of a resource.</summary>
internal enum ResourceState
{
    NotStarted,
    Waiting,
    Starting,
    Running,
    Finished,
    Exited,
    FailedToStart,
    Stopping,
}

/// <summary>One thing that runs, as the runner and the status page see it.</summary>
internal abstract class RunningResource(string name, string type, LogStream logs, TimeProvider time)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name { get; } = name;
    public string Type { get; } = type;
    public ResourceState State { get; private set; } = ResourceState.NotStarted;
    public bool IsHealthy { get; protected set; }
    public string StateDetail { get; private set; } = "";
    public int? Pid { get; protected set; }
    public int Restarts { get; protected set; }
    public DateTimeOffset? StartedAt { get; private set; }
    public string? Endpoint { get; protected set; }
    public IReadOnlyDictionary<string, string> Environment { get; protected set; } = new Dictionary<string, string>();

    /// <summary>Done when the resource runs and is healthy for the first time; fails when it cannot start.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Done with the exit code when the resource has ended and will not be started again.</summary>
    public Task<int> Completed => _completed.Task;

    protected LogStream Logs { get; } = logs;
    protected TimeProvider Time { get; } = time;

    /// <summary>Starts the resource and watches over it until <paramref name="stop"/>; returns when it has ended.</summary>
    public abstract Task RunAsync(CancellationToken stop);

    /// <summary>The last lines that the resource wrote.</summary>
    public string LogTail(int count) => Logs.Tail(Name, count);

    protected void Say(string text, bool isError = false) => Logs.Write(Name, text, isError);

    /// <summary>For what a part writes of its daily life: a new database's first start speaks of errors that are none.</summary>
    protected void Note(string text, bool isError = false) => Logs.Write(Name, text, isError, quietly: true);

    protected void Enter(ResourceState state, string detail = "")
    {
        (State, StateDetail) = (state, detail);
        if (state == ResourceState.Starting)
        {
            StartedAt = Time.GetUtcNow();
            IsHealthy = false;
        }
    }

    protected void BecomeReady()
    {
        Enter(ResourceState.Running);
        IsHealthy = true;
        _ready.TrySetResult();
    }

    protected void Complete(int exitCode)
    {
        IsHealthy = false;
        Enter(exitCode == 0 ? ResourceState.Finished : ResourceState.Exited, $"exit code {exitCode}");
        _completed.TrySetResult(exitCode);
        _ready.TrySetException(new RunFailedException($"{Name} ended with exit code {exitCode} before it was ready."));
    }

    protected void Fail(Exception failure)
    {
        IsHealthy = false;
        Enter(ResourceState.FailedToStart, failure.Message);
        _ready.TrySetException(failure);
        _completed.TrySetException(failure);
    }
}
