using System.Globalization;
using Annotator.Api.Errors;
using Annotator.Core.CloudStorages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Api.CloudStorages;

/// <summary>What is in a storage, page by page: folders and files of one level, or what one of its manifests names.</summary>
internal sealed class CloudContent(CloudBuckets buckets)
{
    /// <summary>Entries of a page at most.</summary>
    public const int MaxPage = 500;

    public async Task<(CloudStorageContent? Page, ProblemHttpResult? Refused)> ReadAsync(
        int storageId, string? manifest, string? prefix, string? next, int size, CancellationToken cancel)
    {
        var (storage, bucket) = await buckets.OpenAsync(storageId, cancel);
        prefix = prefix is { Length: > 0 } ? prefix.TrimStart('/') : CloudAttributes.Read(storage.SpecificAttributes).Attributes?.Prefix ?? "";
        if (string.IsNullOrEmpty(manifest))
        {
            var page = await bucket.ListAsync(prefix, deep: false, next, size, cancel);
            var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
            return (new CloudStorageContent(page.Next, [
                .. page.Folders.Select(path => FileInfoRead.Folder(path[folder.Length..].TrimEnd('/'))),

                // Some tools keep a folder by an object of its name, which is no file in it.
                .. page.Objects.Where(file => file.Key.Length > folder.Length).Select(file => FileInfoRead.File(file.Key[folder.Length..])),
            ]), null);
        }

        return storage.Manifests.Contains(manifest)
            ? await ReadManifestAsync(bucket, manifest, prefix, next, size, cancel)
            : (null, Problems.Invalid("manifest_path", $"The storage has no manifest '{manifest}'."));
    }

    private static async Task<(CloudStorageContent? Page, ProblemHttpResult? Refused)> ReadManifestAsync(
        ICloudBucket bucket, string manifest, string prefix, string? next, int size, CancellationToken cancel)
    {
        var start = 0;
        if (next is { Length: > 0 } && !int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out start))
        {
            return (null, Problems.Invalid("next_token", "This page is not known."));
        }

        IReadOnlyList<string> names;
        try
        {
            names = await CloudManifest.ReadAsync(bucket, manifest, cancel)
                ?? throw new InvalidDataException("is not there any more");
        }
        catch (InvalidDataException error)
        {
            return (null, Problems.Invalid("manifest_path", $"The manifest '{manifest}' {error.Message}."));
        }

        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        var entries = names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > folder.Length)
            .Select(name => name[folder.Length..])
            .Select(name => name.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? FileInfoRead.Folder(name[..slash]) : FileInfoRead.File(name))
            .Distinct()
            .ToList();
        var more = start + size < entries.Count ? (start + size).ToString(CultureInfo.InvariantCulture) : null;
        return (new CloudStorageContent(more, [.. entries.Skip(start).Take(size)]), null);
    }
}
