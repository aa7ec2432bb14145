using System.Buffers.Binary;

namespace Annotator.Formats.Archives;

/// <summary>
/// Looks at the end of a zip file before a reader is let loose on it: half a million empty entries in a small file cost
/// seconds and hundreds of megabytes just to open.
/// </summary>
/// <param name="Offset">Where the directory begins, in bytes from the archive's start.</param>
/// <param name="End">The first byte behind it.</param>
/// <param name="Entries">How many files it says it has.</param>
internal readonly record struct ZipDirectory(long Offset, long End, long Entries)
{
    private const uint LocalSignature = 0x04034b50;
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int End64Length = 56;
    private const int MaxComment = ushort.MaxValue;

    /// <summary>By content, not by name.</summary>
    public static async Task<bool> IsZipAsync(Stream content, CancellationToken cancel)
    {
        var start = new byte[4];
        content.Position = 0;
        var read = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel);
        return read == start.Length && BinaryPrimitives.ReadUInt32LittleEndian(start) is LocalSignature or EndSignature;
    }

    /// <exception cref="DatasetException">Too many entries, too large a directory, or no directory at all.</exception>
    public static async Task<ZipDirectory> FindAsync(Stream content, DatasetLimits limits, CancellationToken cancel)
    {
        var tail = new byte[(int)Math.Min(content.Length, EndLength + MaxComment)];
        content.Position = content.Length - tail.Length;
        await content.ReadExactlyAsync(tail, cancel);
        var end = FindEnd(tail);
        if (end < 0)
        {
            throw new DatasetException("archive-damaged", "The archive has no directory at its end; it was probably cut off.");
        }

        long entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10));
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        var endPosition = content.Length - tail.Length + end;
        if (await ReadEnd64Async(content, endPosition, cancel) is { } large)
        {
            (entries, offset) = large;
        }

        if (offset < 0 || offset > endPosition || entries < 0)
        {
            throw new DatasetException("archive-damaged", "The archive's directory lies outside of the file.");
        }

        DatasetArchive.ThrowIfOver("archive-too-many-entries", "entries", entries, limits.MaxEntries);
        DatasetArchive.ThrowIfOver("archive-too-many-entries", "bytes of directory", endPosition - offset, limits.MaxDirectoryBytes);
        return new ZipDirectory(offset, endPosition, entries);
    }

    private static int FindEnd(byte[] tail)
    {
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at)) == EndSignature
                && at + EndLength + BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 20)) <= tail.Length)
            {
                return at;
            }
        }

        return -1;
    }

    private static async Task<(long Entries, long Offset)?> ReadEnd64Async(Stream content, long endPosition, CancellationToken cancel)
    {
        if (endPosition < LocatorLength + End64Length)
        {
            return null;
        }

        var locator = new byte[LocatorLength];
        content.Position = endPosition - LocatorLength;
        await content.ReadExactlyAsync(locator, cancel);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorSignature)
        {
            return null;
        }

        var at = BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8));
        if (at < 0 || at > endPosition - LocatorLength - End64Length)
        {
            throw new DatasetException("archive-damaged", "The archive's directory lies outside of the file.");
        }

        var record = new byte[End64Length];
        content.Position = at;
        await content.ReadExactlyAsync(record, cancel);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != End64Signature)
        {
            throw new DatasetException("archive-damaged", "The archive's 64-bit directory is not where it should be.");
        }

        return (BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32)), BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)));
    }
}
