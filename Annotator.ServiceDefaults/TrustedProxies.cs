using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Annotator.ServiceDefaults;

/// <summary>
/// Whose word counts on where a request comes from: <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> of anybody else are
/// ignored. The setting <c>TrustedProxies</c> lists addresses and networks, separated by commas; see docs/behind-a-proxy.md.
/// </summary>
public static class TrustedProxies
{
    private const string Setting = "TrustedProxies";

    /// <summary>This machine.</summary>
    public static IReadOnlyList<string> Loopback { get; } = ["127.0.0.0/8", "::1/128"];

    /// <summary>This machine and private networks, where the parts of one deployment find each other.</summary>
    public static IReadOnlyList<string> Private { get; } = [.. Loopback, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

    /// <summary>What the setting lists; empty when it is not set.</summary>
    public static IReadOnlyList<string> Configured(IConfiguration configuration) =>
        (configuration[Setting] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>
    /// Makes <c>UseForwardedHeaders</c> believe these addresses and networks, through as many of them as the request came, and
    /// nobody else.
    /// </summary>
    /// <exception cref="InvalidOperationException">Something in the list is neither an address nor a network.</exception>
    public static TBuilder AddTrustedProxies<TBuilder>(this TBuilder builder, IReadOnlyList<string> trusted)
        where TBuilder : IHostApplicationBuilder
    {
        var networks = trusted.Select(Parse).ToList();
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            networks.ForEach(options.KnownIPNetworks.Add);
        });
        return builder;
    }

    private static System.Net.IPNetwork Parse(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            return new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        return System.Net.IPNetwork.TryParse(text, out var network)
            ? network
            : throw new InvalidOperationException($"{Setting}: \"{text}\" is neither an address, such as 10.0.0.5, nor a network, such as 10.0.0.0/24.");
    }
}
