using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;

namespace Annotator.Formats.Archives;

/// <summary>Where a file lies in a zip archive.</summary>
/// <param name="Header">The place of the file's own header, in bytes from the archive's start.</param>
/// <param name="Length">Bytes it takes there.</param>
/// <param name="Crc32">The unpacked content's checksum as the archive says it.</param>
/// <param name="Method">0 stored, 8 deflated; others cannot be unpacked.</param>
internal readonly record struct PackedFile(long Header, long Length, uint Crc32, ushort Method);

/// <summary>A line of a zip archive's directory.</summary>
internal readonly record struct ZipEntry(string Name, long Length, int Attributes, bool Encrypted, PackedFile Packed);

/// <summary>
/// Reads a zip archive's directory line by line and its files one by one. A line costs what its name costs and little more,
/// so that archives of a million files can be opened.
/// </summary>
internal static class ZipEntries
{
    private const uint EntrySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const int EntryLength = 46;
    private const int LocalLength = 30;
    private const ushort EncryptedFlag = 1;
    private const ushort Stored = 0;
    private const ushort Deflated = 8;
    private const ushort LargeFileExtra = 1;
    private const int BufferBytes = 1 << 16;

    private const ushort UnicodeNameExtra = 0x7075;
    private const ushort UnicodeNameStart = 5;

    private static readonly UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>What names are in where nothing says otherwise, by the format's definition.</summary>
    private static readonly Encoding _old = CodePagesEncodingProvider.Instance.GetEncoding(437)!;

    /// <exception cref="InvalidDataException">The directory is damaged.</exception>
    public static async IAsyncEnumerable<ZipEntry> ReadAsync(Stream content, ZipDirectory directory, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var buffer = new byte[BufferBytes];
        var (at, filled, next) = (0, 0, directory.Offset);
        for (long i = 0; i < directory.Entries; i++)
        {
            var wanted = EntryLength;
            for (var whole = false; !whole;)
            {
                if (filled - at < wanted)
                {
                    (buffer, filled) = (Moved(buffer, at, filled, wanted), filled - at);
                    at = 0;
                    var read = (int)Math.Min(buffer.Length - filled, directory.End - next);
                    content.Position = next;
                    await content.ReadExactlyAsync(buffer.AsMemory(filled, read), cancel);
                    next += read;
                    filled += read;
                    if (filled < wanted)
                    {
                        throw new InvalidDataException("its directory is shorter than it says");
                    }
                }

                var length = WholeLength(buffer.AsSpan(at));
                (whole, wanted) = (length <= filled - at, length);
            }

            yield return Entry(buffer.AsSpan(at, wanted), content.Length);
            at += wanted;
        }
    }

    /// <summary>Opens a file for one pass from its start; <paramref name="content"/> stays open.</summary>
    /// <exception cref="InvalidDataException">There is no file of that kind where the directory says.</exception>
    public static Stream Open(Stream content, PackedFile file)
    {
        Span<byte> header = stackalloc byte[LocalLength];
        content.Position = file.Header;
        content.ReadExactly(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
        {
            throw new InvalidDataException("it is not where the directory says");
        }

        var start = file.Header + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var packed = new PartStream(content, start, file.Length);
        return file.Method switch
        {
            Stored => packed,
            Deflated => new DeflateStream(packed, CompressionMode.Decompress),
            _ => throw new InvalidDataException($"it is packed by method {file.Method}, which is not supported"),
        };
    }

    private static byte[] Moved(byte[] buffer, int at, int filled, int wanted)
    {
        var target = wanted > buffer.Length ? new byte[wanted] : buffer;
        buffer.AsSpan(at, filled - at).CopyTo(target);
        return target;
    }

    private static int WholeLength(ReadOnlySpan<byte> entry)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != EntrySignature)
        {
            throw new InvalidDataException("its directory has something else than files");
        }

        return EntryLength + BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
    }

    private static ZipEntry Entry(ReadOnlySpan<byte> entry, long archive)
    {
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]);
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
        long header = BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
        var extra = entry.Slice(EntryLength + nameLength, BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]));
        ReadLarge(extra, ref length, ref packed, ref header);
        if (length < 0 || packed < 0 || header < 0 || header > archive - LocalLength || packed > archive - LocalLength - header)
        {
            throw new InvalidDataException("a file of it lies outside of it");
        }

        return new ZipEntry(
            Name(UnicodeName(extra) is { IsEmpty: false } unicode ? unicode : entry.Slice(EntryLength, nameLength)),
            length,
            BinaryPrimitives.ReadInt32LittleEndian(entry[38..]),
            (BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]) & EncryptedFlag) != 0,
            new PackedFile(header, packed, BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]), BinaryPrimitives.ReadUInt16LittleEndian(entry[10..])));
    }

    /// <summary>Names are UTF-8, whether they say so or not; old ones that are not are in the code page of old machines.</summary>
    private static string Name(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return _old.GetString(bytes);
        }
    }

    /// <summary>The name in UTF-8 that some archivers add to one in another code page; empty when there is none.</summary>
    private static ReadOnlySpan<byte> UnicodeName(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
            {
                break;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == UnicodeNameExtra && size > UnicodeNameStart)
            {
                return extra.Slice(4 + UnicodeNameStart, size - UnicodeNameStart);
            }

            extra = extra[(4 + size)..];
        }

        return [];
    }

    /// <summary>Numbers that do not fit in 32 bits stand in an extra field, in this order, each only where its own place is full.</summary>
    private static void ReadLarge(ReadOnlySpan<byte> extra, ref long length, ref long packed, ref long header)
    {
        while (extra.Length >= 4)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
            {
                return;
            }

            var field = extra.Slice(4, size);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == LargeFileExtra)
            {
                length = Large(length, ref field);
                packed = Large(packed, ref field);
                header = Large(header, ref field);
                return;
            }

            extra = extra[(4 + size)..];
        }
    }

    private static long Large(long number, ref ReadOnlySpan<byte> field)
    {
        if (number != uint.MaxValue || field.Length < sizeof(long))
        {
            return number;
        }

        number = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[sizeof(long)..];
        return number;
    }
}
