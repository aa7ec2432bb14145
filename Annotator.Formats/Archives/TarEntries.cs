using System.Formats.Tar;
using System.IO.Compression;

namespace Annotator.Formats.Archives;

/// <summary>A file's bytes as they lie in another stream, unpacked.</summary>
/// <param name="Start">Bytes from that stream's start.</param>
internal readonly record struct PlainPart(long Start, long Length);

/// <summary>
/// Tar archives, as benchmarks are handed out: their files lie in them as they are, so nothing is copied. What gzip has
/// packed is unpacked into a temporary file first, for it cannot be read in any order.
/// </summary>
internal static class TarEntries
{
    private const int BufferBytes = 128 << 10;
    private const int HeaderBytes = 512;
    private const int MagicAt = 257;
    private const int ChecksumAt = 148;
    private const int ChecksumBytes = 8;

    public static async Task<bool> IsGzipAsync(Stream content, CancellationToken cancel) =>
        await HeadAsync(content, 3, cancel) is [0x1F, 0x8B, 0x08];

    /// <summary>By the mark of tar's newer forms, or by the checksum that a header of any form carries.</summary>
    public static async Task<bool> IsTarAsync(Stream content, CancellationToken cancel)
    {
        var head = await HeadAsync(content, HeaderBytes, cancel);
        return head.Length == HeaderBytes && head[0] != 0 && (head.AsSpan(MagicAt, 5).SequenceEqual("ustar"u8) || IsSummed(head));
    }

    /// <summary>Unpacks to a temporary file; <paramref name="content"/> is closed when that has worked.</summary>
    /// <exception cref="DatasetException">Over a limit, or damaged.</exception>
    public static async Task<FileStream> UnpackAsync(Stream content, string fileName, DatasetLimits limits, CancellationToken cancel)
    {
        content.Position = 0;
        var spool = Spool.Create();
        try
        {
            await using (var unpacked = new GZipStream(content, CompressionMode.Decompress, leaveOpen: true))
            {
                var buffer = new byte[BufferBytes];
                int read;
                while ((read = await unpacked.ReadAsync(buffer, cancel)) > 0)
                {
                    await spool.WriteAsync(buffer.AsMemory(0, read), cancel);
                    DatasetArchive.ThrowIfOver("archive-too-large", "unpacked bytes", spool.Position, limits.MaxTotalBytes);
                    DatasetArchive.ThrowIfBomb(fileName, spool.Position, content.Length, limits);
                }
            }

            await content.DisposeAsync();
            return spool;
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    /// <summary>The files, in the archive's order; a name that comes again is the file as it was packed last.</summary>
    /// <exception cref="DatasetException">Unsafe names, or over a limit.</exception>
    /// <exception cref="InvalidDataException">Damaged.</exception>
    public static async Task<(List<DatasetArchiveEntry> Entries, List<string> Skipped)> ReadAsync(Stream content, DatasetLimits limits, CancellationToken cancel)
    {
        content.Position = 0;
        var (entries, skipped, byPath) = (new List<DatasetArchiveEntry>(), new List<string>(), new Dictionary<string, int>(StringComparer.Ordinal));
        long total = 0;
        long headers = 0;
        await using var reader = new TarReader(content, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancel) is { } entry)
        {
            DatasetArchive.ThrowIfOver("archive-too-many-entries", "entries", ++headers, limits.MaxEntries);
            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }

            var path = EntryNames.ThrowIfUnsafe(entry.Name, limits);
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile))
            {
                skipped.Add(path);
                continue;
            }

            if (path.EndsWith('/') || EntryNames.IsLitter(path))
            {
                continue;
            }

            total += entry.Length;
            DatasetArchive.ThrowIfOver("archive-too-large", "unpacked bytes", total, limits.MaxTotalBytes);
            if (entry.Length > 0 && entry.DataOffset + entry.Length > content.Length)
            {
                throw new InvalidDataException($"{path} ends before its last byte; the archive was probably cut off.");
            }

            var file = new DatasetArchiveEntry(path, entry.Length) { Plain = new PlainPart(Math.Max(0, entry.DataOffset), entry.Length) };
            if (byPath.TryGetValue(path, out var before))
            {
                entries[before] = file;
            }
            else
            {
                byPath[path] = entries.Count;
                entries.Add(file);
            }
        }

        return (entries, skipped);
    }

    private static bool IsSummed(ReadOnlySpan<byte> head)
    {
        long sum = 0;
        for (var i = 0; i < head.Length; i++)
        {
            sum += i is >= ChecksumAt and < ChecksumAt + ChecksumBytes ? ' ' : head[i];
        }

        long told = 0;
        var digits = 0;
        foreach (var letter in head.Slice(ChecksumAt, ChecksumBytes))
        {
            if (letter is >= (byte)'0' and <= (byte)'7')
            {
                told = told * 8 + (letter - '0');
                digits++;
            }
            else if (letter is not ((byte)' ' or 0))
            {
                return false;
            }
        }

        return digits > 0 && told == sum;
    }

    private static async Task<byte[]> HeadAsync(Stream content, int length, CancellationToken cancel)
    {
        var head = new byte[length];
        content.Position = 0;
        var read = await content.ReadAtLeastAsync(head, length, throwOnEndOfStream: false, cancel);
        return head[..read];
    }
}
