using System.Buffers.Binary;

namespace Annotator.Formats.TfRecord;

/// <summary>
/// The framing of TFRecord files: length, its checksum, data, their checksum; again and again. One record is in memory at a
/// time.
/// </summary>
public sealed class RecordFile(Stream content, string path, DatasetLimits limits)
{
    /// <summary>Bytes before the data: a length of 8 and its checksum of 4.</summary>
    public const int HeaderBytes = sizeof(ulong) + sizeof(uint);

    private const int FooterBytes = sizeof(uint);
    private const int GrowBytes = 1 << 20;

    private byte[] _buffer = new byte[64 << 10];

    /// <summary>Bytes of the records that were read.</summary>
    public long Offset { get; private set; }

    /// <summary>Records that were read.</summary>
    public int Count { get; private set; }

    /// <summary>The next record's data, good until the next call; false at the end.</summary>
    /// <exception cref="DatasetException">The file ends within a record, a checksum is wrong, or a record is over a limit.</exception>
    public bool Read(out ReadOnlyMemory<byte> data)
    {
        data = default;
        var header = _buffer.AsSpan(0, HeaderBytes);
        var read = content.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (read == 0)
        {
            return false;
        }

        if (read < HeaderBytes)
        {
            throw Damaged("ends within it");
        }

        if (!IsHeader(header))
        {
            throw Damaged("its length has a wrong checksum");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(header);
        if (length > (ulong)limits.MaxTokenBytes)
        {
            throw new DatasetException("record-too-long", $"{path}: record {Count + 1} has {length} bytes; the limit is {limits.MaxTokenBytes}.");
        }

        ReadData((int)length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan((int)length)) != Crc32C.Masked(_buffer.AsSpan(0, (int)length)))
        {
            throw Damaged("its data have a wrong checksum");
        }

        data = _buffer.AsMemory(0, (int)length);
        Offset += HeaderBytes + (long)length + FooterBytes;
        Count++;
        return true;
    }

    /// <summary>Whether bytes are the start of a record: the checksum of its length fits.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> start) =>
        start.Length >= HeaderBytes && BinaryPrimitives.ReadUInt32LittleEndian(start[sizeof(ulong)..]) == Crc32C.Masked(start[..sizeof(ulong)]);

    public static void Write(Stream output, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(number, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(number[sizeof(ulong)..], Crc32C.Masked(number[..sizeof(ulong)]));
        output.Write(number);
        output.Write(data);
        BinaryPrimitives.WriteUInt32LittleEndian(number, Crc32C.Masked(data));
        output.Write(number[..FooterBytes]);
    }

    /// <summary>A length is only a claim: memory is taken as bytes come.</summary>
    private void ReadData(int length)
    {
        var (filled, total) = (0, length + FooterBytes);
        while (filled < total)
        {
            if (filled == _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Min(total, Math.Max(filled * 2, GrowBytes)));
            }

            var read = content.Read(_buffer.AsSpan(filled, Math.Min(total, _buffer.Length) - filled));
            filled += read > 0 ? read : throw Damaged("ends within it");
        }
    }

    private DatasetException Damaged(string what) =>
        new("record-damaged", $"{path}: record {Count + 1} at byte {Offset} cannot be read: {what}.");
}
