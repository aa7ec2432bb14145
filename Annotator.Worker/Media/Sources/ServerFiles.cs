using System.Runtime.CompilerServices;
using Annotator.Core.CloudStorages;
using Annotator.Core.Media;
using Annotator.Core.Media.Sources;
using Annotator.Core.Operations;
using Annotator.Formats;

namespace Annotator.Worker.Media.Sources;

/// <summary>Finds the files that a task names on the share or in a cloud storage: single ones, folders, manifests, patterns.</summary>
internal sealed class ServerFiles(CloudBuckets clouds, MountedShare share)
{
    private const int MaxFiles = 500_000;
    private const int Lookups = 16;

    // In a folder there is more than pictures; what a task cannot be made of is passed by there, and refused only by its own name.
    private static readonly HashSet<string> Usable = new([.. FileEndings.Media, .. FileEndings.OtherImage], StringComparer.OrdinalIgnoreCase);

    /// <summary>The files in the order they were named, each once.</summary>
    /// <exception cref="CloudStorageException">The storage cannot be used.</exception>
    public async Task<List<FoundFile>> FindAsync(int dataId, CreateTaskArguments arguments, List<RefusedFile> refused, CancellationToken cancel)
    {
        IAsyncEnumerable<FoundFile> found = arguments.CloudStorageId is { } storage
            ? InCloudAsync((await clouds.OpenAsync(storage, cancel)).Bucket, arguments, refused, cancel).Select(file => new FoundFile(file.Key, SourceKey.InCloud(dataId, file.Key), file.Length))
            : OnShare(arguments, refused).Select(file => new FoundFile(file.Path, SourceKey.OnShare(file.Path), file.Length)).ToAsyncEnumerable();
        var pattern = arguments.FilenamePattern is { } text ? new NamePattern(text) : null;
        var files = new List<FoundFile>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var file in found.WithCancellation(cancel))
        {
            if ((pattern is null || pattern.Matches(file.Name)) && !IsExcluded(file.Name, arguments.ServerFilesExclude) && seen.Add(file.Name))
            {
                files.Add(files.Count < MaxFiles ? file : throw new OperationFailedException($"There are more than {MaxFiles} files; make several tasks of them."));
            }
        }

        return files;
    }

    /// <summary>A file of a cloud storage; null when it is gone.</summary>
    public async Task<Stream?> OpenAsync(int storageId, string key, CancellationToken cancel) =>
        await CloudFiles.OpenAsync((await clouds.OpenAsync(storageId, cancel)).Bucket, key, cancel);

    private static bool IsExcluded(string name, IReadOnlyList<string> excluded) =>
        excluded.Any(path => path.Trim('/') is var plain && (name == plain || name.StartsWith(plain + "/", StringComparison.Ordinal)));

    private IEnumerable<ShareEntry> OnShare(CreateTaskArguments arguments, List<RefusedFile> refused)
    {
        foreach (var path in arguments.ServerFiles.Where(path => !IsManifest(path)))
        {
            var any = false;
            foreach (var file in share.Files(path))
            {
                any = true;
                if (file.Path == path.Trim('/') || IsUsable(file.Path))
                {
                    yield return file;
                }
            }

            if (!any)
            {
                refused.Add(new RefusedFile(path, "is not on the share"));
            }
        }
    }

    private static async IAsyncEnumerable<CloudObject> InCloudAsync(
        ICloudBucket bucket, CreateTaskArguments arguments, List<RefusedFile> refused, [EnumeratorCancellation] CancellationToken cancel)
    {
        var paths = arguments.ServerFiles.Select(path => path.TrimStart('/')).ToList();
        if (paths.Count == 0 || paths.Contains(""))
        {
            paths = [""];
        }

        // A manifest beside files describes them; alone it is the list of them.
        var manifests = paths.Where(IsManifest).ToList();
        var others = paths.Except(manifests).ToList();
        if (others.Count == 0)
        {
            foreach (var manifest in manifests)
            {
                others.AddRange(await ReadManifestAsync(bucket, manifest, refused, cancel));
            }
        }

        foreach (var group in others.Chunk(Lookups))
        {
            // Single files are asked for together, and come in their order.
            var asked = group.ToDictionary(path => path, path => path.Length == 0 || path.EndsWith('/') ? Task.FromResult<CloudObject?>(null) : bucket.FindAsync(path, cancel), StringComparer.Ordinal);
            await Task.WhenAll(asked.Values);
            foreach (var path in group)
            {
                if (await asked[path] is { } file)
                {
                    yield return file;
                    continue;
                }

                var any = false;
                await foreach (var below in CloudFiles.BelowAsync(bucket, path.Length == 0 || path.EndsWith('/') ? path : path + "/", cancel))
                {
                    any = true;
                    if (IsUsable(below.Key))
                    {
                        yield return below;
                    }
                }

                if (!any)
                {
                    refused.Add(new RefusedFile(path.Length == 0 ? "The cloud storage" : path, path.Length == 0 ? "is empty" : "is not in the cloud storage"));
                }
            }
        }
    }

    private static async Task<IReadOnlyList<string>> ReadManifestAsync(ICloudBucket bucket, string manifest, List<RefusedFile> refused, CancellationToken cancel)
    {
        try
        {
            if (await CloudManifest.ReadAsync(bucket, manifest, cancel) is { } names)
            {
                return [.. names.Distinct(StringComparer.Ordinal)];
            }

            refused.Add(new RefusedFile(manifest, "is not in the cloud storage"));
        }
        catch (InvalidDataException error)
        {
            refused.Add(new RefusedFile(manifest, error.Message));
        }

        return [];
    }

    private static bool IsManifest(string path) => path.EndsWith(CloudManifest.Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Of packed files only those that hold several: beside photos lie packed lists, too.</summary>
    private static bool IsUsable(string name) => Usable.Contains(Path.GetExtension(name))
        && (!name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase));
}
