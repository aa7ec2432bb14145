using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Annotator.Formats.Archives;

/// <summary>A file in a <see cref="DatasetArchive"/>.</summary>
/// <param name="Path">With forward slashes, relative, without <c>..</c>; not a path of this machine.</param>
/// <param name="Length">Unpacked bytes as declared; reading stops there.</param>
public sealed record DatasetArchiveEntry(string Path, long Length)
{
    internal PackedFile? Packed { get; init; }

    /// <summary>The file on this machine, in an archive that is a folder.</summary>
    internal string? File { get; init; }

    /// <summary>Where it lies in an archive that packs nothing.</summary>
    internal PlainPart? Plain { get; init; }

    /// <summary>The file in an archive that lies in the one at hand.</summary>
    internal InnerFile? Inner { get; init; }

    /// <summary>The upload is this one file: it is what it is, whatever its name ends in.</summary>
    internal bool IsBare => Packed is null && File is null && Plain is null && Inner is null;
}

/// <summary>
/// The files of a dataset: a zip or tar archive (gzip or not), an archive of such archives, a folder, or a single bare file.
/// Nothing is ever extracted by name; files are opened as streams that cannot give more than they declared. Limits are checked
/// before anything is unpacked.
/// </summary>
public sealed class DatasetArchive : IAsyncDisposable
{
    private readonly Stream? _content;
    private readonly List<DatasetArchive> _within = [];
    private Dictionary<string, DatasetArchiveEntry>? _byPath;

    private DatasetArchive(Stream? content, IReadOnlyList<DatasetArchiveEntry> entries, DatasetLimits limits)
    {
        _content = content;
        Entries = entries;
        Limits = limits;
    }

    /// <summary>Files in the archive's order, without folders and without what desktops leave behind.</summary>
    public IReadOnlyList<DatasetArchiveEntry> Entries { get; private set; }

    public DatasetLimits Limits { get; }

    /// <summary>Paths that are links (of a folder: those out of it), no plain files, or in a folder unsafe names: they are not among the entries.</summary>
    public IReadOnlyList<string> Skipped { get; private init; } = [];

    /// <summary>
    /// Opens an upload. <paramref name="content"/> must be seekable and is owned by the archive from now on, whatever
    /// happens; <paramref name="fileName"/> names the single entry of a bare file.
    /// </summary>
    /// <exception cref="DatasetException">Damaged, unsafe, or over a limit.</exception>
    public static Task<DatasetArchive> OpenAsync(Stream content, string fileName, DatasetLimits limits, CancellationToken cancel) =>
        OpenAsync(content, fileName, limits, depth: 0, cancel);

    internal static async Task<DatasetArchive> OpenAsync(Stream content, string fileName, DatasetLimits limits, int depth, CancellationToken cancel)
    {
        try
        {
            if (content.Length == 0)
            {
                throw new DatasetException("archive-empty", $"The file {fileName} is empty (0 bytes).");
            }

            if (await TarEntries.IsGzipAsync(content, cancel))
            {
                content = await TarEntries.UnpackAsync(content, fileName, limits, cancel);
                fileName = fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? fileName[..^3] : fileName;
            }

            var archive = await DirectoryAsync(content, fileName, limits, cancel);
            if (depth < NestedArchives.MaxDepth && NestedArchives.AreAll(archive.Entries) && !archive.Entries[0].IsBare)
            {
                await archive.OpenWithinAsync(depth, cancel);
            }

            return archive;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or OverflowException or ArgumentException or NotSupportedException or FormatException)
        {
            await content.DisposeAsync();
            throw new DatasetException("archive-damaged", $"The archive {fileName} is damaged: {error.Message}", error);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    private static async Task<DatasetArchive> DirectoryAsync(Stream content, string fileName, DatasetLimits limits, CancellationToken cancel)
    {
        if (await ZipDirectory.IsZipAsync(content, cancel))
        {
            var directory = await ZipDirectory.FindAsync(content, limits, cancel);
            return new DatasetArchive(content, await CheckAsync(content, directory, limits, cancel), limits);
        }

        if (await TarEntries.IsTarAsync(content, cancel))
        {
            var (entries, skipped) = await TarEntries.ReadAsync(content, limits, cancel);
            return new DatasetArchive(content, entries, limits) { Skipped = skipped };
        }

        ThrowIfOver("archive-too-large", "unpacked bytes", content.Length, limits.MaxTotalBytes);
        var name = fileName.Replace('\\', '/').Split('/')[^1];
        return new DatasetArchive(content, [new DatasetArchiveEntry(name.Length > 0 ? name : "file", content.Length)], limits);
    }

    /// <summary>Opens a dataset that lies on this machine: a folder with all below it, a zip archive, or a single file.</summary>
    /// <exception cref="DatasetException">There is nothing of that name, or as <see cref="OpenAsync(Stream, string, DatasetLimits, CancellationToken)"/>.</exception>
    public static async Task<DatasetArchive> OpenPathAsync(string path, DatasetLimits limits, CancellationToken cancel)
    {
        if (path == "-")
        {
            throw new DatasetException("path-unreadable", "Datasets are not read from standard input: name a file, an archive or a folder.");
        }

        if (Directory.Exists(path))
        {
            return await OpenFolderAsync(path, limits, cancel);
        }

        if (!File.Exists(path))
        {
            throw new DatasetException("path-missing", $"There is no file or folder {path}.");
        }

        try
        {
            var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, useAsync: false);
            if (!content.CanSeek)
            {
                await content.DisposeAsync();
                throw new DatasetException("path-unreadable", $"{path} can be read once only, as what comes through a pipe; datasets are read from a file or a folder.");
            }

            return await OpenAsync(content, Path.GetFileName(path), limits, cancel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException("path-unreadable", $"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>
    /// The files of a folder and of all folders in it, in the order of their names. Links to folders are not followed, nor
    /// links to files outside: those stand in <see cref="Skipped"/>.
    /// </summary>
    /// <exception cref="DatasetException">Empty, unreadable, or over a limit.</exception>
    public static Task<DatasetArchive> OpenFolderAsync(string folder, DatasetLimits limits, CancellationToken cancel)
    {
        var files = FolderFiles.List(folder, limits, cancel);
        return files.Entries.Count == 0
            ? throw new DatasetException("archive-empty", $"The folder {folder} holds no files.")
            : Task.FromResult(new DatasetArchive(null, files.Entries, limits) { Skipped = files.Skipped });
    }

    /// <summary>The entry of exactly that path, or null.</summary>
    public DatasetArchiveEntry? Find(string path) => (_byPath ??= Entries.ToDictionary(entry => entry.Path, StringComparer.Ordinal)).GetValueOrDefault(path);

    /// <summary>Opens a file for one pass from its start. Only one file of an archive may be open at a time.</summary>
    /// <exception cref="DatasetException">While reading: the file is damaged or longer than it declared.</exception>
    public Stream Open(DatasetArchiveEntry entry)
    {
        if (entry.File is not null)
        {
            return FolderFiles.Open(entry);
        }

        if (entry.Inner is { } inner)
        {
            return inner.Archive.Open(inner.Entry);
        }

        if (entry.Plain is { } plain)
        {
            return new EntryStream(new PartStream(_content!, plain.Start, plain.Length), entry.Path, entry.Length, leaveOpen: false);
        }

        if (entry.Packed is not { } packed)
        {
            _content!.Position = 0;
            return new EntryStream(_content, entry.Path, entry.Length, leaveOpen: true);
        }

        try
        {
            return new EntryStream(ZipEntries.Open(_content!, packed), entry.Path, entry.Length, leaveOpen: false);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw new DatasetException("archive-damaged", $"The file {entry.Path} in the archive cannot be unpacked: {error.Message}", error);
        }
    }

    /// <summary>Two files of one length and different checksums differ; a zip archive knows them without reading.</summary>
    internal long Checksum(DatasetArchiveEntry entry)
    {
        if (entry.Packed is { } packed)
        {
            return packed.Crc32;
        }

        if (entry.Inner is { } inner)
        {
            return inner.Archive.Checksum(inner.Entry);
        }

        using var content = Open(entry);
        return BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(content));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var archive in _within)
        {
            await archive.DisposeAsync();
        }

        if (_content is not null)
        {
            await _content.DisposeAsync();
        }
    }

    private async Task OpenWithinAsync(int depth, CancellationToken cancel)
    {
        try
        {
            Entries = await NestedArchives.OpenAsync(this, _within, depth, cancel);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private static async Task<List<DatasetArchiveEntry>> CheckAsync(Stream content, ZipDirectory directory, DatasetLimits limits, CancellationToken cancel)
    {
        var result = new List<DatasetArchiveEntry>((int)directory.Entries);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long total = 0;
        long packed = 0;
        await foreach (var entry in ZipEntries.ReadAsync(content, directory, cancel))
        {
            var path = EntryNames.ThrowIfUnsafe(entry, limits);
            total += entry.Length;
            packed += entry.Packed.Length;
            ThrowIfOver("archive-too-large", "unpacked bytes", total, limits.MaxTotalBytes);
            ThrowIfBomb(path, entry.Length, entry.Packed.Length, limits);
            if (path.EndsWith('/') || EntryNames.IsLitter(path))
            {
                continue;
            }

            if (entry.Encrypted)
            {
                throw new DatasetException("archive-encrypted", $"The file {path} in the archive is encrypted; please send it without a password.");
            }

            if (!seen.Add(path))
            {
                throw new DatasetException("archive-duplicate-name", $"The archive holds two files of the name {path}.");
            }

            result.Add(new DatasetArchiveEntry(path, entry.Length) { Packed = entry.Packed });
        }

        if (packed > content.Length)
        {
            throw new DatasetException("archive-overlapping", $"The files in the archive take {packed} of its {content.Length} bytes: they lie over each other.");
        }

        ThrowIfBomb("The archive", total, packed, limits);
        return result;
    }

    internal static void ThrowIfBomb(string what, long unpacked, long packed, DatasetLimits limits)
    {
        if (unpacked > limits.RatioFreeBytes && unpacked / Math.Max(1, packed) > limits.MaxRatio)
        {
            throw new DatasetException("archive-ratio", $"{what} unpacks to {unpacked} bytes from {packed}; the limit is {limits.MaxRatio} to 1.");
        }
    }

    internal static void ThrowIfOver(string code, string what, long value, long limit)
    {
        if (value > limit)
        {
            throw new DatasetException(code, $"The archive has {value} {what}; the limit is {limit}.");
        }
    }
}
