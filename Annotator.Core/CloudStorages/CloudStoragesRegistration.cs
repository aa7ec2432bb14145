using Annotator.Core.Media.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Core.CloudStorages;

/// <summary>Registers cloud storages and the mounted share, for the services that read files from them.</summary>
public static class CloudStoragesRegistration
{
    /// <param name="outbound">The service's guarded way out. Data protection must be registered, with keys that Api and Worker share.</param>
    public static IServiceCollection AddCloudStorages(this IServiceCollection services, Func<IServiceProvider, OutboundClients> outbound)
    {
        services.AddSingleton(outbound);
        services.AddSingleton<CredentialsVault>();
        services.AddSingleton<CloudBuckets>();
        services.AddOptions<ShareOptions>().BindConfiguration(ShareOptions.Section);
        services.AddSingleton<MountedShare>();
        return services;
    }
}
