using System.Buffers.Binary;
using System.Numerics;

namespace Annotator.Formats.TfRecord;

/// <summary>The checksum of TFRecord files: CRC-32C (Castagnoli), and the mask under which the files hold it.</summary>
public static class Crc32C
{
    private const uint MaskDelta = 0xa282ead8;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var rest in bytes)
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return ~crc;
    }

    /// <summary>A checksum of data that hold checksums would be weak; so it is turned and shifted.</summary>
    public static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = Of(bytes);
        return unchecked(((crc >> 15) | (crc << 17)) + MaskDelta);
    }
}
