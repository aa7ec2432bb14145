using Annotator.Api.Errors;
using Annotator.Api.Media;
using Annotator.Core;
using Annotator.Core.CloudStorages;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Datasets;

/// <summary>
/// Files of cloud storages that are to be imported. Such a file is an upload whose bytes are still to come: Worker fetches them before it
/// reads the file.
/// </summary>
internal sealed class CloudImports(AnnotatorDbContext db, CloudBuckets buckets, CurrentUser user, IOptions<UploadOptions> options, TimeProvider time)
{
    /// <summary>An upload, not saved yet, for the file; or why it cannot be imported.</summary>
    /// <exception cref="CloudStorageException">The storage cannot be used.</exception>
    public async Task<(Upload? Upload, IResult? Refused)> FindAsync(UploadTarget target, int storageId, string key, CancellationToken cancel)
    {
        if (key.Length is 0 or > 1024)
        {
            return (null, Problems.Invalid("filename", "Say which file of the cloud storage."));
        }

        var (storage, bucket) = await buckets.OpenAsync(storageId, cancel);
        if (await bucket.FindAsync(key, cancel) is not { } file)
        {
            return (null, Problems.Invalid("filename", $"There is no file '{key}' in the cloud storage {storage.DisplayName}."));
        }

        if (file.Length == 0 || file.Length > options.Value.MaxAnnotationFileBytes)
        {
            return (null, Problems.Invalid("filename", $"'{key}' has {file.Length} bytes; 1 to {options.Value.MaxAnnotationFileBytes} can be imported."));
        }

        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var upload = new Upload
        {
            Id = id,
            OwnerId = user.Id,
            Purpose = target.Purpose,
            TargetId = target.Id,
            FileName = key,
            Length = file.Length,
            BlobKey = DataKeys.Import(id),
            CreatedDate = now,
            UpdatedDate = now,
        };
        db.Uploads.Add(upload);
        return (upload, null);
    }
}
