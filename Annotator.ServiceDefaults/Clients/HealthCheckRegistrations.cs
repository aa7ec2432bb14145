#if !USE_ASPIRE
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

internal static class HealthCheckRegistrations
{
    /// <summary>Registers a check once per name, however often an integration is added.</summary>
    public static void TryAddHealthCheck(this IHostApplicationBuilder builder, string name, Action<IHealthChecksBuilder> add)
    {
        if (builder.Properties.TryAdd($"HealthCheck:{name}", true))
        {
            add(builder.Services.AddHealthChecks());
        }
    }
}
#endif
