using System.Net;
using System.Net.Sockets;

namespace Annotator.AppHost.Local.Running;

internal static class Ports
{
    /// <summary>A port that is free now. Somebody may take it before we do; the start that loses is tried again.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The first free port from <paramref name="first"/> on, of the next hundred.</summary>
    public static int FreeFrom(int first) =>
        Enumerable.Range(first, 100).Where(IsFree).Select(port => (int?)port).FirstOrDefault() ?? Free();

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
