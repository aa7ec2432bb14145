namespace Annotator.Formats.Png;

/// <summary>The checksum of PNG's chunks: CRC-32 as in zip files.</summary>
internal static class PngCrc
{
    public const uint Start = uint.MaxValue;

    private static readonly uint[] _table = Table();

    /// <summary>Goes on with a checksum; the complement of the last one stands in the file.</summary>
    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            crc = _table[(crc ^ value) & byte.MaxValue] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] Table()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
