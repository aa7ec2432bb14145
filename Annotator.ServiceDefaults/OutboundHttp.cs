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
    private const int MaxRedirects = 5;

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

        // Not of the client factory: what that adds to every client (names of our own services, repetition) is not for foreign hosts.
        services.AddSingleton(provider => new OutboundConnections(CreateHandler(provider.GetRequiredService<IOptions<OutboundHttpOptions>>().Value)));
        return services;
    }

    /// <summary>A client for one use or many; all of them share their connections.</summary>
    public static HttpClient CreateClient(IServiceProvider provider) =>
        new HttpClient(provider.GetRequiredService<OutboundConnections>().Handler, disposeHandler: false);

    /// <summary>
    /// The answer to a GET, redirects followed: each hop is checked like the first one, goes on by http or https only, and never from
    /// https back to http. The caller disposes it.
    /// </summary>
    /// <exception cref="OutboundRequestRefusedException">A redirect leads where no request may go, or to no end.</exception>
    public static async Task<HttpResponseMessage> GetAsync(HttpClient client, Uri address, CancellationToken cancel)
    {
        for (var hop = 0; ; hop++)
        {
            if (address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            {
                throw new OutboundRequestRefusedException("Only http and https addresses without a user name can be fetched.");
            }

            var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancel);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            var next = new Uri(address, location);
            if (hop >= MaxRedirects || (address.Scheme == "https" && next.Scheme == "http"))
            {
                throw new OutboundRequestRefusedException(hop >= MaxRedirects ? "The address leads from one redirect to the next." : "The address is redirected from https to http.");
            }

            address = next;
        }
    }

    /// <summary>Why the guard did not let a request out, however deep that is wrapped; null when it failed for another reason.</summary>
    public static string? RefusalOf(Exception? error) => error switch
    {
        null => null,
        OutboundRequestRefusedException refused => refused.Message,
        AggregateException many => many.InnerExceptions.Select(RefusalOf).FirstOrDefault(reason => reason is not null),
        _ => RefusalOf(error.InnerException),
    };

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
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 64,
        ConnectTimeout = TimeSpan.FromSeconds(options.ConnectTimeoutSeconds),
        ConnectCallback = (context, cancel) => ConnectAsync(context.DnsEndPoint, options, cancel),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, OutboundHttpOptions options, CancellationToken cancel)
    {
        // Looking up an address that is one fails for some (0.0.0.0), and has nothing to add for the others.
        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancel);
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

/// <summary>The connections of all outbound clients.</summary>
internal sealed class OutboundConnections(HttpMessageHandler handler) : IDisposable
{
    public HttpMessageHandler Handler { get; } = handler;

    public void Dispose() => Handler.Dispose();
}
