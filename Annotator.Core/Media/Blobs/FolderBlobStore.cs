using System.Runtime.CompilerServices;

namespace Annotator.Core.Media.Blobs;

/// <summary>
/// Blobs as files of a folder: written aside, flushed, renamed, and the folder flushed. Keys are file paths below the root,
/// so a key must not be another key's folder.
/// </summary>
public sealed class FolderBlobStore : IBlobStore
{
    // Keys never start with a dot, so nobody can name a file in here.
    private const string AsideName = ".writing";
    private const int BufferSize = 128 * 1024;
    private readonly string _root;
    private readonly string _aside;

    public FolderBlobStore(string root)
    {
        _root = Path.GetFullPath(root);
        _aside = Path.Join(_root, AsideName);
        DurableFile.CreateFolder(_aside);
    }

    public async Task WriteAsync(string key, Stream content, CancellationToken cancel)
    {
        await using var blob = await CreateAsync(key, cancel);
        await content.CopyToAsync(blob, BufferSize, cancel);
        blob.Complete();
    }

    public Task<BlobWriteStream> CreateAsync(string key, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult<BlobWriteStream>(new FolderBlobWriteStream(Path.Join(_aside, $"{Guid.CreateVersion7():N}"), PathOf(key)));
    }

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var path = PathOf(key);
        try
        {
            return Task.FromResult<Stream?>(new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize, FileOptions.Asynchronous));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task<BlobInfo?> FindAsync(string key, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var file = new FileInfo(PathOf(key));
        return Task.FromResult(file.Exists ? new BlobInfo(key, file.Length, file.LastWriteTimeUtc) : null);
    }

    /// <summary>The file of a blob, for programs that want a file; null when there is none. It must not be changed.</summary>
    public string? FindFile(string key) => File.Exists(PathOf(key)) ? PathOf(key) : null;

    public async Task<long> AppendAsync(string key, long offset, Stream content, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var path = PathOf(key);
        var isNew = !File.Exists(path);
        DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
        await using var file = new FileStream(
            path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, BufferSize, FileOptions.Asynchronous);
        if (file.Length < offset)
        {
            throw new InvalidOperationException($"The blob '{key}' has {file.Length} bytes; {offset} were expected.");
        }

        var toSkip = file.Length - offset;
        file.Seek(0, SeekOrigin.End);
        try
        {
            await AppendReader.CopyAsync(content, toSkip, file.WriteAsync, cancel);
        }
        finally
        {
            // What arrived before a broken connection is kept, so that the sender goes on from there.
            await file.FlushAsync(CancellationToken.None);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
            if (isNew)
            {
                DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
            }
        }

        return file.Length;
    }

    public Task DeleteAsync(string key, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            File.Delete(PathOf(key));
        }
        catch (DirectoryNotFoundException)
        {
            // It is not there: what was asked for.
        }

        return Task.CompletedTask;
    }

    public Task DeletePrefixAsync(string prefix, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            Directory.Delete(PathOf(BlobKey.CheckFolder(prefix)[..^1]), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It is not there: what was asked for.
        }

        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var slash = prefix.LastIndexOf('/');
        var folder = slash < 0 ? _root : PathOf(prefix[..slash]);
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        await Task.CompletedTask;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancel.ThrowIfCancellationRequested();
            var key = Path.GetRelativePath(_root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (key.StartsWith(prefix, StringComparison.Ordinal) && !key.StartsWith(AsideName, StringComparison.Ordinal))
            {
                yield return new BlobInfo(key, file.Length, file.LastWriteTimeUtc);
            }
        }
    }

    /// <summary>Removes what crashed processes left aside. A writer that still works on a file has touched it since.</summary>
    public void RemoveAbandoned(DateTimeOffset before)
    {
        foreach (var file in new DirectoryInfo(_aside).EnumerateFiles().Where(file => file.LastWriteTimeUtc < before.UtcDateTime))
        {
            file.Delete();
        }
    }

    private string PathOf(string key) => Path.Join(_root, BlobKey.Check(key));

    private sealed class FolderBlobWriteStream(string aside, string target) : WrappedWriteStream(
        new FileStream(aside, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous))
    {
        protected override async ValueTask EndAsync(Stream inner, bool complete)
        {
            await inner.FlushAsync();
            if (complete)
            {
                RandomAccess.FlushToDisk(((FileStream)inner).SafeFileHandle);
            }

            await inner.DisposeAsync();
            if (complete)
            {
                DurableFile.CreateFolder(Path.GetDirectoryName(target)!);
                DurableFile.Publish(aside, target);
            }
            else
            {
                File.Delete(aside);
            }
        }
    }
}
