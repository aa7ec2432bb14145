using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Annotator.ServiceDefaults;

/// <summary>Which private hosts outbound requests may reach all the same; set by whoever runs the server.</summary>
public sealed class OutboundHttpOptions
{
    public const string Section = "OutboundHttp";

    /// <summary>Host names or addresses, exact, such as <c>minio.internal</c>.</summary>
    public IReadOnlyList<string> AllowedPrivateHosts { get; init; } = [];

    /// <summary>Seconds to connect.</summary>
    public int ConnectTimeoutSeconds { get; init; } = 10;
}

/// <summary>Raised when a URL leads to a place that a server must not be sent to.</summary>
public sealed class OutboundRequestRefusedException(string message) : HttpRequestException(message);

/// <summary>
/// The one client for addresses that users name (remote files, storages, webhooks). It connects to the very address it has
/// checked, so that a name which resolves anew between check and use gains nothing, and follows no redirect by itself.
/// </summary>
public static class OutboundHttp
{
    /// <summary>The name under which <see cref="IHttpClientFactory"/> knows the client.</summary>
    public const string ClientName = "outbound";

    private static readonly IPNetwork[] Reserved =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("100::/64"),
        IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8"),
    ];

    // 64:ff9b::/96 and 64:ff9b:1::/48 (NAT64) and 2002::/16 (6to4) carry an IPv4 address that has to be checked itself.
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork LocalNat64 = IPNetwork.Parse("64:ff9b:1::/48");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    public static IServiceCollection AddOutboundHttp(this IServiceCollection services)
    {
        services.AddOptions<OutboundHttpOptions>().BindConfiguration(OutboundHttpOptions.Section);
        services.AddHttpClient(ClientName)
            .ConfigurePrimaryHttpMessageHandler(provider =>
                CreateHandler(provider.GetRequiredService<IOptions<OutboundHttpOptions>>().Value));
        return services;
    }

    /// <summary>Whether an address lies in a range that is not the public internet.</summary>
    public static bool IsReserved(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var bytes = address.GetAddressBytes();
            if (LocalNat64.Contains(address))
            {
                return true;
            }

            if (Nat64.Contains(address))
            {
                return IsReserved(new IPAddress(bytes.AsSpan(12, 4)));
            }

            if (SixToFour.Contains(address))
            {
                return IsReserved(new IPAddress(bytes.AsSpan(2, 4)));
            }

            // ::a.b.c.d, long out of use but still understood by some stacks.
            if (bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0)
            {
                return true;
            }
        }

        return Reserved.Any(network => network.Contains(address));
    }

    private static SocketsHttpHandler CreateHandler(OutboundHttpOptions options) => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(options.ConnectTimeoutSeconds),
        ConnectCallback = (context, cancel) => ConnectAsync(context.DnsEndPoint, options, cancel),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, OutboundHttpOptions options, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancel);
        var allowed = options.AllowedPrivateHosts.Contains(target.Host, StringComparer.OrdinalIgnoreCase);
        var usable = allowed ? addresses : Array.FindAll(addresses, address => !IsReserved(address));
        if (usable.Length == 0)
        {
            throw new OutboundRequestRefusedException(
                $"{target.Host} is not a public address. An administrator may allow it under {OutboundHttpOptions.Section}:AllowedPrivateHosts.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(usable, target.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
