using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Core.CloudStorages;

/// <summary>The guarded way out of this server, as the service that runs here has it.</summary>
/// <param name="Create">A client that goes only where an address of a user's may lead, and follows no redirect.</param>
/// <param name="Refusal">Why the guard did not let a request out; null when it failed for another reason.</param>
public sealed record OutboundClients(Func<HttpClient> Create, Func<Exception, string?> Refusal);

/// <summary>Opens cloud storages.</summary>
public sealed class CloudBuckets(IServiceScopeFactory scopes, CredentialsVault vault, OutboundClients outbound, TimeProvider time)
{
    private const string DefaultRegion = "us-east-1";

    /// <exception cref="CloudStorageException">Its attributes or credentials are of no use.</exception>
    public ICloudBucket Open(CloudStorage storage) => Open(storage, vault.Open(storage.SealedCredentials));

    /// <summary>The same with credentials that are not stored yet.</summary>
    /// <inheritdoc cref="Open(CloudStorage)"/>
    public ICloudBucket Open(CloudStorage storage, CloudCredentials credentials)
    {
        var (attributes, refused) = CloudAttributes.Read(storage.SpecificAttributes);
        if (attributes is null)
        {
            throw new CloudStorageException(CloudFailure.Forbidden, refused!);
        }

        if (storage.ProviderType == CloudProviders.Azure)
        {
            return AzureContainer.Open(storage, attributes, credentials, outbound);
        }

        var google = storage.ProviderType == CloudProviders.Google;
        var region = attributes.Region ?? (google ? "auto" : DefaultRegion);
        var endpoint = attributes.EndpointUrl ?? new Uri(google ? "https://storage.googleapis.com" : $"https://s3.{region}.amazonaws.com");
        var keys = storage.CredentialsType == CredentialsTypes.Anonymous ? null : credentials;
        return new S3Bucket(new S3Transport(outbound, endpoint, storage.Resource, region, keys, time), storage.Resource);
    }

    /// <exception cref="CloudStorageException">There is no such storage any more, or it cannot be opened.</exception>
    public async Task<(CloudStorage Storage, ICloudBucket Bucket)> OpenAsync(int storageId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var storage = await db.CloudStorages.AsNoTracking().SingleOrDefaultAsync(row => row.Id == storageId, cancel)
            ?? throw new CloudStorageException(CloudFailure.Missing, $"The cloud storage {storageId} was deleted.");
        return (storage, Open(storage));
    }

    /// <summary>The storage that a task's data are in.</summary>
    /// <exception cref="CloudStorageException">It was deleted, or it cannot be opened.</exception>
    public async Task<ICloudBucket> OpenOfDataAsync(int dataId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var storage = await db.TaskData.AsNoTracking().Where(data => data.Id == dataId).Select(data => data.CloudStorage).SingleOrDefaultAsync(cancel)
            ?? throw new CloudStorageException(CloudFailure.Missing, "The cloud storage that the task's files are in was deleted here. Connect it again and move the task's data to it, or make the task anew.");
        return Open(storage);
    }
}
