#if !USE_ASPIRE
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>What <c>Aspire.Azure.Storage.Blobs</c> binds from <c>Aspire:Azure:Storage:Blobs[:name]</c>.</summary>
public sealed class AzureStorageBlobsSettings
{
    public string? ConnectionString { get; set; }
    public Uri? ServiceUri { get; set; }
    public bool DisableHealthChecks { get; set; }
    public bool DisableTracing { get; set; }
}

/// <summary>Stand-in for <c>Aspire.Azure.Storage.Blobs</c>: same names, sections, check and telemetry source.</summary>
public static class AspireBlobStorageExtensions
{
    private const string Section = "Aspire:Azure:Storage:Blobs";

    public static void AddAzureBlobServiceClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<AzureStorageBlobsSettings>? configureSettings = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var settings = new AzureStorageBlobsSettings();
        builder.Configuration.GetSection(Section).Bind(settings);
        builder.Configuration.GetSection($"{Section}:{connectionName}").Bind(settings);
        if (builder.Configuration.GetConnectionString(connectionName) is { Length: > 0 } connection)
        {
            if (Uri.TryCreate(connection, UriKind.Absolute, out var uri))
            {
                settings.ServiceUri = uri;
            }
            else
            {
                settings.ConnectionString = connection;
            }
        }

        configureSettings?.Invoke(settings);

        // Azurite lags behind the service; the newest version that it speaks has all that we use.
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06);
        builder.Services.AddSingleton(_ => settings switch
        {
            { ConnectionString.Length: > 0 } => new BlobServiceClient(settings.ConnectionString, options),
            { ServiceUri: { } uri } => new BlobServiceClient(uri, new DefaultAzureCredential(), options),
            _ => throw new InvalidOperationException(
                $"ConnectionString is missing. It should be provided in 'ConnectionStrings:{connectionName}' or under the 'ConnectionString' key in '{Section}'."),
        });

        if (!settings.DisableHealthChecks)
        {
            builder.TryAddHealthCheck("Azure_BlobServiceClient", checks => checks.Add(new HealthCheckRegistration(
                "Azure_BlobServiceClient",
                provider => new BlobHealthCheck(provider.GetRequiredService<BlobServiceClient>()),
                failureStatus: null,
                tags: null)));
        }

        if (!settings.DisableTracing)
        {
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("Azure.Storage.Blobs.*"));
        }
    }

    private sealed class BlobHealthCheck(BlobServiceClient client) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await foreach (var _ in client.GetBlobContainersAsync(cancellationToken: cancellationToken).AsPages(pageSizeHint: 1))
                {
                    break;
                }

                return HealthCheckResult.Healthy();
            }
            catch (RequestFailedException failure)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, exception: failure);
            }
        }
    }
}
#endif
