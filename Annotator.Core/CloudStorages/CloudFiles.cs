namespace Annotator.Core.CloudStorages;

/// <summary>Reads whole files of a bucket.</summary>
public static class CloudFiles
{
    /// <summary>An object, seekable, read by ranges as it is needed; null when there is none.</summary>
    /// <exception cref="CloudStorageException">The bucket cannot be used.</exception>
    public static async Task<Stream?> OpenAsync(ICloudBucket bucket, string key, CancellationToken cancel) =>
        await CloudObjectStream.OpenAsync(bucket, key, cancel);

    /// <summary>Every object below a prefix.</summary>
    /// <exception cref="CloudStorageException">The bucket cannot be used.</exception>
    public static async IAsyncEnumerable<CloudObject> BelowAsync(
        ICloudBucket bucket, string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        const int page = 1000;
        string? next = null;
        do
        {
            var found = await bucket.ListAsync(prefix, deep: true, next, page, cancel);
            foreach (var file in found.Objects)
            {
                yield return file;
            }

            next = found.Next;
        }
        while (next is not null);
    }
}
