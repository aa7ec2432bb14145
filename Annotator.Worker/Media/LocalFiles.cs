using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;
using Annotator.Core.Media.Sources;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Media;

/// <summary>Room for copies of blobs on this machine's disk; configuration section <c>LocalFiles</c>.</summary>
internal sealed class LocalFilesOptions
{
    public const string Section = "LocalFiles";

    /// <summary>Bytes of all copies together. A single file may be larger; it is then the only one.</summary>
    public long MaxBytes { get; set; } = 20L << 30;

    public string Folder { get; set; } = Path.Join(Path.GetTempPath(), "annotator-files");
}

/// <summary>
/// Blobs as files, for decoders that are programs of their own. Where the store is a folder that is the blob itself, and so is a file
/// of the share; what is elsewhere, in a cloud storage too, is fetched once and kept while there is room, the longest unused going first.
/// </summary>
internal sealed class LocalFiles(IBlobStore blobs, IOptions<LocalFilesOptions> options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Copy> _copies = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>Null when there is no such blob. The file stays at least until the answer is disposed.</summary>
    public async Task<LocalFile?> OpenAsync(string key, CancellationToken cancel)
    {
        if (blobs is SourceBlobStore sources && sources.FindSharedFile(key) is { } shared)
        {
            return new LocalFile(shared, () => { });
        }

        if (!SourceKey.IsSource(key) && (blobs is SourceBlobStore { Own: var own } ? own : blobs) is FolderBlobStore folder)
        {
            return folder.FindFile(key) is { } path ? new LocalFile(path, () => { }) : null;
        }

        Copy copy;
        lock (_lock)
        {
            if (!_copies.TryGetValue(key, out copy!) || copy.Fetching.IsFaulted)
            {
                _copies[key] = copy = new Copy(Path.Join(options.Value.Folder, $"{Guid.CreateVersion7():N}"));
                copy.Fetching = FetchAsync(key, copy.Path);
            }

            (copy.Users, copy.LastUse) = (copy.Users + 1, ++_uses);
        }

        var file = new LocalFile(copy.Path, () => Release(copy));
        try
        {
            copy.Length = await copy.Fetching.WaitAsync(cancel);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        MakeRoom();
        if (copy.Length >= 0)
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    public void Dispose()
    {
        foreach (var copy in _copies.Values)
        {
            File.Delete(copy.Path);
        }
    }

    private async Task<long> FetchAsync(string key, string path)
    {
        // What one asked for, others may be waiting for by now: nobody's cancelling stops it.
        await using var blob = await blobs.OpenReadAsync(key, CancellationToken.None);
        if (blob is null)
        {
            return -1;
        }

        Directory.CreateDirectory(options.Value.Folder);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
        await blob.CopyToAsync(file, CancellationToken.None);
        return file.Length;
    }

    private void Release(Copy copy)
    {
        lock (_lock)
        {
            copy.Users--;
        }

        MakeRoom();
    }

    private void MakeRoom()
    {
        lock (_lock)
        {
            var bytes = _copies.Values.Sum(copy => Math.Max(0, copy.Length));
            foreach (var (key, copy) in _copies.Where(pair => pair.Value.Users == 0).OrderBy(pair => pair.Value.LastUse).ToList())
            {
                if (bytes <= options.Value.MaxBytes && copy.Length >= 0)
                {
                    continue;
                }

                bytes -= Math.Max(0, copy.Length);
                File.Delete(copy.Path);
                _copies.Remove(key);
            }
        }
    }

    private sealed class Copy(string path)
    {
        public string Path { get; } = path;

        /// <summary>Bytes, or -1 when there is no such blob.</summary>
        public Task<long> Fetching { get; set; } = Task.FromResult(0L);
        public long Length { get; set; }
        public int Users { get; set; }
        public long LastUse { get; set; }
    }
}

/// <summary>A file that is there until this is disposed.</summary>
internal sealed class LocalFile(string path, Action release) : IDisposable
{
    private Action? _release = release;

    public string Path { get; } = path;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
