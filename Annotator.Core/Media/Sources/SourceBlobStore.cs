using Annotator.Core.CloudStorages;

namespace Annotator.Core.Media.Sources;

/// <summary>
/// The blob store, and through the same door the files outside of it that frames refer to (<see cref="SourceKey"/>). Those are read and
/// nothing else: they belong to somebody else.
/// </summary>
public sealed class SourceBlobStore(IBlobStore own, CloudBuckets clouds, MountedShare share) : IBlobStore
{
    /// <summary>The store of what is ours.</summary>
    public IBlobStore Own { get; } = own;

    /// <inheritdoc/>
    /// <exception cref="CloudStorageException">The file is in a cloud storage that cannot be used.</exception>
    public async Task<Stream?> OpenReadAsync(string key, CancellationToken cancel)
    {
        if (SourceKey.Cloud(key) is { } cloud)
        {
            return await CloudObjectStream.OpenAsync(await clouds.OpenOfDataAsync(cloud.DataId, cancel), cloud.ObjectKey, cancel);
        }

        return SourceKey.Share(key) is { } path ? OpenShared(path) : await Own.OpenReadAsync(key, cancel);
    }

    /// <inheritdoc/>
    /// <exception cref="CloudStorageException">The file is in a cloud storage that cannot be used.</exception>
    public async Task<BlobInfo?> FindAsync(string key, CancellationToken cancel)
    {
        if (SourceKey.Cloud(key) is { } cloud)
        {
            var bucket = await clouds.OpenOfDataAsync(cloud.DataId, cancel);
            return await bucket.FindAsync(cloud.ObjectKey, cancel) is { } found ? new BlobInfo(key, found.Length, default) : null;
        }

        if (SourceKey.Share(key) is { } path)
        {
            return share.FindFile(path) is { } file ? new BlobInfo(key, new FileInfo(file).Length, File.GetLastWriteTimeUtc(file)) : null;
        }

        return await Own.FindAsync(key, cancel);
    }

    public Task WriteAsync(string key, Stream content, CancellationToken cancel) => Own.WriteAsync(key, content, cancel);

    public Task<BlobWriteStream> CreateAsync(string key, CancellationToken cancel) => Own.CreateAsync(key, cancel);

    public Task<long> AppendAsync(string key, long offset, Stream content, CancellationToken cancel) => Own.AppendAsync(key, offset, content, cancel);

    /// <summary>A file that is not ours stays.</summary>
    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancel) => SourceKey.IsSource(key) ? Task.CompletedTask : Own.DeleteAsync(key, cancel);

    public Task DeletePrefixAsync(string prefix, CancellationToken cancel) => Own.DeletePrefixAsync(prefix, cancel);

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancel) => Own.ListAsync(prefix, cancel);

    /// <summary>The path of a shared file on this machine; null for any other key.</summary>
    public string? FindSharedFile(string key) => SourceKey.Share(key) is { } path ? share.FindFile(path) : null;

    private FileStream? OpenShared(string path)
    {
        try
        {
            return share.FindFile(path) is { } file
                ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.Asynchronous)
                : null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
