using Annotator.Core.CloudStorages;
using Annotator.Core.Media.Sources;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Annotator.Core.Media.Blobs;

/// <summary>Chooses the blob store by the connection string <c>blobs</c>. Cloud storages must be registered, too: frames may refer to files in them.</summary>
public static class BlobStoreRegistration
{
    /// <summary>
    /// <c>file:///some/folder</c> is a <see cref="FolderBlobStore"/>; anything else is Azure Storage, whose client
    /// <paramref name="addAzureClient"/> registers (a <c>BlobServiceClient</c>).
    /// </summary>
    public static IHostApplicationBuilder AddBlobStore(this IHostApplicationBuilder builder, Action<IHostApplicationBuilder> addAzureClient)
    {
        if (FolderOf(builder.Configuration) is { } folder)
        {
            builder.Services.AddSingleton(_ => new FolderBlobStore(folder));
            builder.Services.AddSingleton<IBlobStore>(provider => WithSources(provider, provider.GetRequiredService<FolderBlobStore>()));
        }
        else
        {
            addAzureClient(builder);
            builder.Services.AddSingleton<AzureBlobStore>();
            builder.Services.AddSingleton<IBlobStore>(provider => WithSources(provider, provider.GetRequiredService<AzureBlobStore>()));
        }

        return builder;
    }

    private static SourceBlobStore WithSources(IServiceProvider provider, IBlobStore own) =>
        new(own, provider.GetRequiredService<CloudBuckets>(), provider.GetRequiredService<MountedShare>());

    private static string? FolderOf(IConfiguration configuration) =>
        Uri.TryCreate(configuration.GetConnectionString("blobs"), UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : null;
}
