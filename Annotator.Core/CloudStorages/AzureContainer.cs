using System.Globalization;
using Azure;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Annotator.Core.CloudStorages;

/// <summary>A container of Azure Blob Storage, or of its emulator.</summary>
internal sealed class AzureContainer(BlobContainerClient container, OutboundClients outbound) : ICloudBucket
{
    /// <exception cref="CloudStorageException">The credentials are no credentials.</exception>
    public static AzureContainer Open(CloudStorage storage, CloudAttributes attributes, CloudCredentials credentials, OutboundClients outbound)
    {
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06) { Transport = new HttpClientTransport(outbound.Create()) };
        options.Retry.MaxRetries = 2;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(100);

        // Our logs are no place for addresses that may carry a signature.
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        try
        {
            if (storage.CredentialsType == CredentialsTypes.ConnectionString)
            {
                return new AzureContainer(new BlobContainerClient(credentials.ConnectionString, storage.Resource, options), outbound);
            }

            var account = credentials.AccountName ?? "";
            var service = attributes.EndpointUrl ?? new Uri($"https://{account}.blob.core.windows.net");
            var address = new Uri($"{service.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(storage.Resource)}");
            return new AzureContainer(credentials.SessionToken switch
            {
                null or "" => new BlobContainerClient(address, options),
                var token when token.Contains("sig=", StringComparison.Ordinal) => new BlobContainerClient(address, new AzureSasCredential(token.TrimStart('?')), options),
                var key => new BlobContainerClient(address, new StorageSharedKeyCredential(account, key), options),
            }, outbound);
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new CloudStorageException(CloudFailure.Forbidden, "The credentials are not of the form that Azure gives them.", error);
        }
    }

    public async Task<CloudStatus> StatusAsync(CancellationToken cancel)
    {
        try
        {
            await ListAsync("", false, null, 1, cancel);
            return CloudStatus.Available;
        }
        catch (CloudStorageException error) when (error.Failure != CloudFailure.Unreachable && error.InnerException is RequestFailedException)
        {
            return error.Failure == CloudFailure.Missing ? CloudStatus.NotFound : CloudStatus.Forbidden;
        }
    }

    public Task<CloudPage> ListAsync(string prefix, bool deep, string? next, int size, CancellationToken cancel) => AskAsync(async () =>
    {
        var pages = container
            .GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, deep ? null : "/", prefix.Length > 0 ? prefix : null, cancel)
            .AsPages(next is { Length: > 0 } ? next : null, size);
        await foreach (var page in pages)
        {
            return new CloudPage(
                [.. page.Values.Where(item => item.IsPrefix).Select(item => item.Prefix)],
                [.. page.Values.Where(item => item.IsBlob).Select(item => new CloudObject(item.Blob.Name, item.Blob.Properties.ContentLength ?? 0))],
                page.ContinuationToken is { Length: > 0 } token ? token : null);
        }

        return new CloudPage([], [], null);
    });

    public async Task<CloudObject?> FindAsync(string key, CancellationToken cancel) => await AskAsync(async () =>
    {
        try
        {
            return new CloudObject(key, (await container.GetBlobClient(key).GetPropertiesAsync(cancellationToken: cancel)).Value.ContentLength);
        }
        catch (RequestFailedException error) when (IsNoBlob(error))
        {
            return null;
        }
    });

    public async Task<CloudRange?> ReadAsync(string key, long from, int count, CancellationToken cancel) => await AskAsync(async () =>
    {
        try
        {
            var answer = (await container.GetBlobClient(key).DownloadStreamingAsync(new BlobDownloadOptions { Range = new HttpRange(from, count) }, cancel)).Value;
            await using var body = answer.Content;
            var buffer = new byte[(int)Math.Min(count, answer.Details.ContentLength)];
            await body.ReadExactlyAsync(buffer, cancel);
            return new CloudRange(buffer, WholeLength(answer.Details.ContentRange) ?? buffer.Length);
        }
        catch (RequestFailedException error) when (error.Status == 416)
        {
            return await FindAsync(key, cancel) is { } found ? new CloudRange([], found.Length) : null;
        }
        catch (RequestFailedException error) when (IsNoBlob(error))
        {
            return null;
        }
    });

    public Task WriteAsync(string key, Stream content, CancellationToken cancel) => AskAsync(async () =>
    {
        await container.GetBlobClient(key).UploadAsync(content, overwrite: true, cancel);
        return true;
    });

    /// <summary>Of <c>bytes 0-9/100</c> the 100.</summary>
    private static long? WholeLength(string? range) =>
        range is not null && long.TryParse(range.AsSpan(range.IndexOf('/', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;

    private static bool IsNoBlob(RequestFailedException error) => error.Status == 404 && error.ErrorCode != BlobErrorCode.ContainerNotFound.ToString();

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RequestFailedException error) when (error.Status is 404)
        {
            throw new CloudStorageException(CloudFailure.Missing, $"There is no container {container.Name}.", error);
        }
        catch (RequestFailedException error) when (error.Status is 401 or 403)
        {
            throw new CloudStorageException(CloudFailure.Forbidden, $"The credentials do not allow this in the container {container.Name}.", error);
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException or HttpRequestException or IOException)
        {
            throw outbound.Refusal(error) is { } refusal
                ? new CloudStorageException(CloudFailure.Forbidden, refusal, error)
                : new CloudStorageException(CloudFailure.Unreachable, $"The service at {container.Uri.Host} does not answer as it should.", error);
        }
        catch (FormatException error)
        {
            throw new CloudStorageException(CloudFailure.Forbidden, "The credentials are not of the form that Azure gives them.", error);
        }
    }
}
