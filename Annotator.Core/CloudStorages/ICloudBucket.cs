namespace Annotator.Core.CloudStorages;

/// <summary>What a storage answers to somebody who knocks, in the contract's words.</summary>
public enum CloudStatus
{
    Available,
    Forbidden,
    NotFound,
}

/// <summary>An object in a bucket.</summary>
/// <param name="Key">Its whole key, without a leading slash.</param>
/// <param name="Length">Bytes.</param>
public sealed record CloudObject(string Key, long Length);

/// <summary>One page of a bucket's content.</summary>
/// <param name="Folders">Whole prefixes, each with its slash; empty when everything below was asked for.</param>
/// <param name="Next">What asks for the page after this; null at the end.</param>
public sealed record CloudPage(IReadOnlyList<string> Folders, IReadOnlyList<CloudObject> Objects, string? Next);

/// <summary>
/// A bucket or container as we use it. Every method raises a <see cref="CloudStorageException"/> for a bucket that is not there, not
/// open to us or not in reach.
/// </summary>
public interface ICloudBucket
{
    /// <exception cref="CloudStorageException">It cannot be reached at all.</exception>
    Task<CloudStatus> StatusAsync(CancellationToken cancel);

    /// <param name="deep">Everything below the prefix, rather than one level of folders.</param>
    /// <param name="size">Entries of a page at most, 1 to 1000.</param>
    Task<CloudPage> ListAsync(string prefix, bool deep, string? next, int size, CancellationToken cancel);

    /// <summary>Null when there is no such object.</summary>
    Task<CloudObject?> FindAsync(string key, CancellationToken cancel);

    /// <summary>
    /// A part of an object, and how long the whole of it is; null when there is no such object. Past its end the part is empty.
    /// </summary>
    /// <param name="from">First byte, from 0.</param>
    /// <param name="count">Bytes at most, above 0.</param>
    Task<CloudRange?> ReadAsync(string key, long from, int count, CancellationToken cancel);

    /// <summary>Writes an object from where the stream stands to its end, replacing one of the same key.</summary>
    /// <param name="content">Seekable.</param>
    Task WriteAsync(string key, Stream content, CancellationToken cancel);
}

/// <param name="Length">Bytes of the whole object.</param>
public sealed record CloudRange(byte[] Bytes, long Length);

/// <summary>Why a storage could not be used.</summary>
public enum CloudFailure
{
    /// <summary>It was deleted here, or its bucket there.</summary>
    Missing,

    /// <summary>The credentials do not open it, or our own rules keep us from going there.</summary>
    Forbidden,

    /// <summary>It does not answer, or answers with an error of its own: later it may.</summary>
    Unreachable,
}

/// <summary>Raised when a cloud storage cannot be used; the message is for users and holds no secrets.</summary>
public sealed class CloudStorageException(CloudFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public CloudFailure Failure { get; } = failure;
}
