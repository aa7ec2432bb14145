using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Annotator.Core.Media.Blobs;

/// <summary>Chooses the blob store by the connection string <c>blobs</c>.</summary>
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
            builder.Services.AddSingleton<IBlobStore>(_ => new FolderBlobStore(folder));
        }
        else
        {
            addAzureClient(builder);
            builder.Services.AddSingleton<IBlobStore, AzureBlobStore>();
        }

        return builder;
    }

    private static string? FolderOf(IConfiguration configuration) =>
        Uri.TryCreate(configuration.GetConnectionString("blobs"), UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : null;
}
