using System.Globalization;
using Annotator.Core.CloudStorages;
using Annotator.Core.Datasets;
using Annotator.Core.Media;
using Annotator.Core.Operations;

namespace Annotator.Worker.CloudStorages;

/// <summary>Brings a finished export to where it was asked for: it stays here to be downloaded, or goes into a cloud storage.</summary>
internal sealed class ExportDelivery(IBlobStore blobs, CloudBuckets clouds)
{
    /// <param name="key">The file in the blob store.</param>
    /// <param name="name">What it is called.</param>
    /// <returns>A sentence for the Requests page; empty for a file that is here.</returns>
    /// <exception cref="CloudStorageException">The cloud storage cannot be used.</exception>
    public async Task<string> DeliverAsync(ExportArguments arguments, string key, string name, OperationContext context)
    {
        if (arguments.CloudStorageId is not { } storageId)
        {
            context.SetResult(key, name);
            return "";
        }

        var (storage, bucket) = await clouds.OpenAsync(storageId, context.Cancel);

        // In a bucket a wished name may have folders; the name of a download may not.
        var target = (arguments.FileName is { Length: > 0 } wished ? wished : name).TrimStart('/');
        context.ReportProgress(0.98, $"Writing {target} to the cloud storage");
        await using (var content = await blobs.OpenReadAsync(key, context.Cancel) ?? throw new InvalidOperationException($"The export {key} was just written and is gone."))
        {
            await bucket.WriteAsync(target, content, context.Cancel);
        }

        await blobs.DeleteAsync(key, context.Cancel);
        return string.Create(CultureInfo.InvariantCulture, $"{target} is in the cloud storage {storage.DisplayName} now. ");
    }
}
