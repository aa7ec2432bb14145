using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garnet;

namespace Annotator.Tests.Support;

/// <summary>A live Redis (Garnet, as the app host runs it) that can be killed and started again on the same port, empty.</summary>
internal sealed class RedisForTests : IDisposable
{
    private readonly int _port = FreePort();
    private GarnetServer? _server;

    public RedisForTests() => Start();

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port},abortConnect=false");

    public void Start()
    {
        _server = new GarnetServer([
            "--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1",
            "--memory", "16m", "--page", "1m", "--segment", "4m", "--index", "1m", "-q",
        ]);
        _server.Start();
    }

    public void Kill()
    {
        _server?.Dispose();
        _server = null;
    }

    public void Dispose() => Kill();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
