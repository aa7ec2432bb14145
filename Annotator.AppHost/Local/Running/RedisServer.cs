using System.Globalization;
using Garnet;

namespace Annotator.AppHost.Local.Running;

/// <summary>Garnet, which speaks the Redis protocol, inside this process. In memory only: nothing durable is in Redis.</summary>
internal sealed class RedisServer(string name, LogStream logs, TimeProvider time) : RunningResource(name, "redis", logs, time)
{
    private readonly int _port = Ports.Free();

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port},abortConnect=false");

    public override async Task RunAsync(CancellationToken stop)
    {
        try
        {
            Enter(ResourceState.Starting);
            Endpoint = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{_port}");
            Pid = System.Environment.ProcessId;
            using var server = await Task.Run(StartServer, stop);
            BecomeReady();
            await Task.Delay(Timeout.Infinite, stop);
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

    private GarnetServer StartServer()
    {
        // -q: no banner; it has no long form.
        var server = new GarnetServer([
            "--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1",
            "--lua", "--lua-transaction-mode", "--memory", "64m", "--page", "4m", "--segment", "8m", "--index", "8m", "-q",
        ]);
        server.Start();
        return server;
    }
}
