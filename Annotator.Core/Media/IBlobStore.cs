namespace Annotator.Core.Media;

/// <summary>What is known of a stored blob.</summary>
public sealed record BlobInfo(string Key, long Length, DateTimeOffset LastModified);

/// <summary>
/// Bytes by key. Keys are ids that we make (<c>data/12/original/3</c>); user names never become part of one. A blob is
/// visible whole or not at all, and what was written survives a power cut once the call returned.
/// </summary>
public interface IBlobStore
{
    /// <summary>Writes a blob, replacing one of the same key. Nothing is visible if it fails half way.</summary>
    Task WriteAsync(string key, Stream content, CancellationToken cancel);

    /// <summary>
    /// A stream to write a new blob into. The blob appears when the stream is disposed after
    /// <see cref="BlobWriteStream.Complete"/>; without that call nothing is kept.
    /// </summary>
    Task<BlobWriteStream> CreateAsync(string key, CancellationToken cancel);

    /// <summary>Opens a blob for reading, seekable; null when there is none.</summary>
    Task<Stream?> OpenReadAsync(string key, CancellationToken cancel);

    Task<BlobInfo?> FindAsync(string key, CancellationToken cancel);

    /// <summary>
    /// Appends to an upload at <paramref name="offset"/> and returns the new length, which is durable. When the blob is
    /// longer already (a retry after a lost answer), bytes up to its end are skipped. A shorter blob than the offset is an
    /// <see cref="InvalidOperationException"/>.
    /// </summary>
    Task<long> AppendAsync(string key, long offset, Stream content, CancellationToken cancel);

    /// <summary>Deletes a blob; deleting one that is not there is no error.</summary>
    Task DeleteAsync(string key, CancellationToken cancel);

    /// <summary>Deletes every blob whose key starts with the prefix, which must end in a slash.</summary>
    Task DeletePrefixAsync(string prefix, CancellationToken cancel);

    IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancel);
}

/// <summary>A blob in the making.</summary>
public abstract class BlobWriteStream : Stream
{
    /// <summary>Marks the content as whole; disposing then publishes it.</summary>
    public abstract void Complete();
}
