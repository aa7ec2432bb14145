using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Annotator.Formats;

namespace Annotator.Worker.Media;

/// <summary>
/// A tar archive, gzipped or not, read from front to back: nothing is extracted by name, links and devices are refused, and
/// what is unpacked is counted.
/// </summary>
internal static class TarFile
{
    private const int MagicOffset = 257;

    public static bool IsTar(Stream content)
    {
        var head = new byte[512];
        content.Position = 0;
        var read = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        content.Position = 0;
        return IsGzip(head.AsSpan(0, read)) || head.AsSpan(MagicOffset, 5).SequenceEqual("ustar"u8);
    }

    /// <summary>Files one after the other; a file's stream is good until the next one is asked for.</summary>
    /// <exception cref="DatasetException">Damaged, unsafe or over a limit.</exception>
    public static async IAsyncEnumerable<(string Path, long Length, Stream Content)> ReadAsync(
        Stream content, DatasetLimits limits, [EnumeratorCancellation] CancellationToken cancel)
    {
        var head = new byte[2];
        content.Position = 0;
        var gzipped = content.ReadAtLeast(head, 2, throwOnEndOfStream: false) == 2 && IsGzip(head);
        content.Position = 0;
        var mostUnpacked = gzipped ? Math.Max(limits.RatioFreeBytes, content.Length * limits.MaxRatio) : long.MaxValue;
        await using var unpacked = new CountingStream(
            gzipped ? new GZipStream(content, CompressionMode.Decompress, leaveOpen: true) : content, Math.Min(limits.MaxTotalBytes, mostUnpacked));
        await using var reader = new TarReader(unpacked, leaveOpen: true);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var entries = 0;
        while (await NextAsync(reader, cancel) is { } entry)
        {
            if (++entries > limits.MaxEntries)
            {
                throw new DatasetException("archive-too-many-entries", $"The archive has more than {limits.MaxEntries} entries.");
            }

            var path = entry.Name.Replace('\\', '/');
            path = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }

            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile))
            {
                throw new DatasetException("archive-unsafe-entry", $"{path} in the archive is a link or a device, not a file.");
            }

            if (path.Length > limits.MaxNameLength || path.Any(char.IsControl) || path.Split('/').Any(part => part is "" or "." or ".."))
            {
                throw new DatasetException("archive-unsafe-name", "The archive holds a name that leads out of it, or that is too long.");
            }

            if (!seen.Add(path))
            {
                throw new DatasetException("archive-duplicate-name", $"The archive holds two files of the name {path}.");
            }

            yield return (path, entry.Length, entry.DataStream ?? Stream.Null);
        }
    }

    private static bool IsGzip(ReadOnlySpan<byte> head) => head is [0x1F, 0x8B, ..];

    private static async Task<TarEntry?> NextAsync(TarReader reader, CancellationToken cancel)
    {
        try
        {
            return await reader.GetNextEntryAsync(copyData: false, cancel);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new DatasetException("archive-damaged", $"The archive is damaged: {error.Message}", error);
        }
    }

    /// <summary>Breaks off when more comes out than a sane archive holds.</summary>
    private sealed class CountingStream(Stream inner, long limit) : Stream
    {
        private long _read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));
        public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Count(await inner.ReadAsync(buffer, cancellationToken));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Count(int read)
        {
            _read += read;
            return _read <= limit ? read : throw new DatasetException("archive-too-large", $"The archive unpacks to more than {limit} bytes.");
        }
    }
}
