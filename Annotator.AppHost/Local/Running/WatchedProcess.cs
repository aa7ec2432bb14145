namespace Annotator.AppHost.Local.Running;

/// <summary>A process that answers HTTP: started, asked for its health, started again with back-off when it dies.</summary>
internal abstract class WatchedProcess(string name, string type, Leftovers leftovers, LogStream logs, TimeProvider time)
    : RunningResource(name, type, logs, time)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };

    /// <summary>Whether the process is expected to end by itself, as the migrations do.</summary>
    protected virtual bool EndsByItself => false;

    /// <summary>What answers 200 when the process is ready; null means: ready once it runs.</summary>
    protected abstract Uri? HealthUrl { get; }

    protected abstract Task WaitForDependenciesAsync(CancellationToken stop);

    protected abstract ChildProcess Start();

    public override async Task RunAsync(CancellationToken stop)
    {
        try
        {
            Enter(ResourceState.Waiting);
            await WaitForDependenciesAsync(stop);
            await KeepRunningAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Complete(0);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private async Task KeepRunningAsync(CancellationToken stop)
    {
        var backOff = new BackOff(Time);
        while (true)
        {
            Enter(ResourceState.Starting);
            using var process = Start();
            Pid = process.Pid;
            leftovers.Add(process.Pid);
            using var stopOrEnd = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var health = EndsByItself ? Task.CompletedTask : WatchHealthAsync(stopOrEnd.Token);
            try
            {
                if (EndsByItself)
                {
                    BecomeReady();
                }

                await process.WaitAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                Enter(ResourceState.Stopping);
                await process.StopAsync(Unix.SIGTERM, TimeSpan.FromSeconds(15));
                Complete(0);
                return;
            }
            finally
            {
                await stopOrEnd.CancelAsync();
                await health.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (EndsByItself)
            {
                Complete(process.ExitCode);
                return;
            }

            Restarts++;
            IsHealthy = false;
            Say($"{Name} ended with exit code {process.ExitCode}; it is started again.", isError: true);
            Enter(ResourceState.Starting, "restarting");
            await backOff.WaitAsync(stop);
        }
    }

    private async Task WatchHealthAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var healthy = HealthUrl is null || await IsAnsweringAsync(HealthUrl, stop);
            if (healthy && !IsHealthy)
            {
                BecomeReady();
            }
            else if (!healthy && IsHealthy)
            {
                IsHealthy = false;
                Say($"{Name} does not answer its health check.", isError: true);
            }

            await Task.Delay(IsHealthy ? TimeSpan.FromSeconds(10) : TimeSpan.FromMilliseconds(100), Time, stop);
        }
    }

    private static async Task<bool> IsAnsweringAsync(Uri url, CancellationToken stop)
    {
        try
        {
            using var answer = await Http.GetAsync(url, stop);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return false;
        }
    }
}
