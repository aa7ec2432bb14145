using System.Buffers.Binary;
using System.Numerics;

namespace Annotator.Media;

/// <summary>What the header of a Windows bitmap says. The height is positive; <see cref="TopDown"/> tells the order of rows.</summary>
internal sealed record BmpHeader(int Width, int Height, bool TopDown, int Bits, int Compression, long PixelOffset)
{
    /// <summary>Red, green, blue and alpha: which bits of a 16-bit or 32-bit pixel.</summary>
    public required uint[] Masks { get; init; }

    /// <summary>Blue, green, red of each colour.</summary>
    public required byte[] Palette { get; init; }
}

/// <summary>
/// Reads Windows bitmaps, which libvips does not: 1, 4, 8, 16, 24 and 32 bits, run-length coded or not, palettes, bit masks.
/// </summary>
internal static class BmpReader
{
    private const int FileHeader = 14;
    private const int Plain = 0;
    private const int Rle8 = 1;
    private const int Rle4 = 2;
    private const int BitFields = 3;
    private const int AlphaBitFields = 6;

    /// <exception cref="UnreadableImageException">Damaged, cut off, or a kind that nobody makes.</exception>
    public static BmpHeader ReadHeader(Stream content)
    {
        var head = new byte[FileHeader + 56];
        content.Position = 0;
        var read = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var size = read >= FileHeader + 12 ? BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(FileHeader)) : 0;
        if (size is not (12 or 40 or 52 or 56 or 64 or 108 or 124))
        {
            throw new UnreadableImageException("is damaged (its bitmap header cannot be read)");
        }

        var old = size == 12;
        var info = head.AsSpan(FileHeader);
        int width = old ? BinaryPrimitives.ReadUInt16LittleEndian(info[4..]) : BinaryPrimitives.ReadInt32LittleEndian(info[4..]);
        int height = old ? BinaryPrimitives.ReadUInt16LittleEndian(info[6..]) : BinaryPrimitives.ReadInt32LittleEndian(info[8..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(info[(old ? 10 : 14)..]);
        var compression = old ? Plain : BinaryPrimitives.ReadInt32LittleEndian(info[16..]);
        var used = old ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(info[32..]);
        var fits = (compression, bits) switch
        {
            (Plain, 1 or 4 or 8 or 16 or 24 or 32) => true,
            (Rle8, 8) or (Rle4, 4) => true,
            (BitFields or AlphaBitFields, 16 or 32) => true,
            _ => false,
        };
        if (!fits || width <= 0 || height is 0 or int.MinValue || used > 256)
        {
            throw new UnreadableImageException($"is a bitmap of a kind that cannot be read ({bits} bits, compression {compression})");
        }

        var masked = compression is BitFields or AlphaBitFields;
        var masks = masked
            ? [Mask(head, 40), Mask(head, 44), Mask(head, 48), size >= 56 ? Mask(head, 52) : 0]
            : bits == 16 ? (uint[])[0x7C00, 0x3E0, 0x1F, 0] : [0xFF0000, 0xFF00, 0xFF, 0];
        var colours = bits <= 8 ? (int)(used == 0 ? 1u << bits : used) : 0;
        var palette = new byte[256 * 4];
        content.Position = FileHeader + size;
        var entry = old ? 3 : 4;
        for (var i = 0; i < colours; i++)
        {
            if (content.ReadAtLeast(palette.AsSpan(i * 4, entry), entry, throwOnEndOfStream: false) < entry)
            {
                throw CutOff();
            }
        }

        var header = new BmpHeader(width, Math.Abs(height), height < 0, bits, compression, BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(10)))
        {
            Masks = masks,
            Palette = palette,
        };
        var rle = compression is Rle8 or Rle4;
        if (header.PixelOffset >= content.Length || (!rle && content.Length - header.PixelOffset < Stride(header) * header.Height))
        {
            throw CutOff();
        }

        return header;
    }

    /// <summary>All pixels as red, green, blue bytes, from the top. The caller has checked the size.</summary>
    public static (BmpHeader Header, byte[] Rgb) Read(Stream content)
    {
        var header = ReadHeader(content);
        var rgb = new byte[(long)header.Width * header.Height * 3];
        content.Position = header.PixelOffset;
        if (header.Compression is Rle8 or Rle4)
        {
            ReadRuns(content, header, rgb);
        }
        else
        {
            ReadRows(content, header, rgb);
        }

        return (header, rgb);
    }

    private static void ReadRows(Stream content, BmpHeader header, byte[] rgb)
    {
        var row = new byte[Stride(header)];
        for (var i = 0; i < header.Height; i++)
        {
            if (content.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
            {
                throw CutOff();
            }

            var y = header.TopDown ? i : header.Height - 1 - i;
            var line = rgb.AsSpan(checked(y * header.Width * 3), header.Width * 3);
            for (var x = 0; x < header.Width; x++)
            {
                Pixel(header, row, x, line[(x * 3)..]);
            }
        }
    }

    private static void Pixel(BmpHeader header, byte[] row, int x, Span<byte> rgb)
    {
        switch (header.Bits)
        {
            case 24:
                (rgb[0], rgb[1], rgb[2]) = (row[(x * 3) + 2], row[(x * 3) + 1], row[x * 3]);
                break;
            case 16 or 32:
                var value = header.Bits == 16
                    ? BinaryPrimitives.ReadUInt16LittleEndian(row.AsSpan(x * 2))
                    : BinaryPrimitives.ReadUInt32LittleEndian(row.AsSpan(x * 4));
                for (var i = 0; i < 3; i++)
                {
                    rgb[i] = Scale(value, header.Masks[i]);
                }

                break;
            default:
                var perByte = 8 / header.Bits;
                var index = (row[x / perByte] >> (8 - header.Bits - (x % perByte * header.Bits))) & ((1 << header.Bits) - 1);
                Colour(header, index, rgb);
                break;
        }
    }

    private static void ReadRuns(Stream content, BmpHeader header, byte[] rgb)
    {
        var (x, y) = (0, 0);
        while (y < header.Height)
        {
            var (count, value) = (Next(content), Next(content));
            if (count > 0)
            {
                for (var i = 0; i < count; i++)
                {
                    Put(header.Bits == 8 ? value : i % 2 == 0 ? value >> 4 : value & 15);
                }
            }
            else if (value == 0)
            {
                (x, y) = (0, y + 1);
            }
            else if (value == 1)
            {
                return;
            }
            else if (value == 2)
            {
                (x, y) = (x + Next(content), y + Next(content));
            }
            else
            {
                var bytes = header.Bits == 8 ? value : (value + 1) / 2;
                var packed = 0;
                for (var i = 0; i < value; i++)
                {
                    if (header.Bits == 8 || i % 2 == 0)
                    {
                        packed = Next(content);
                    }

                    Put(header.Bits == 8 ? packed : i % 2 == 0 ? packed >> 4 : packed & 15);
                }

                if (bytes % 2 == 1)
                {
                    Next(content);
                }
            }
        }

        void Put(int index)
        {
            if (x < header.Width && y < header.Height)
            {
                var line = header.TopDown ? y : header.Height - 1 - y;
                Colour(header, index, rgb.AsSpan(checked(((line * header.Width) + x) * 3)));
            }

            x++;
        }
    }

    private static int Next(Stream content) => content.ReadByte() is >= 0 and var value ? value : throw CutOff();

    private static void Colour(BmpHeader header, int index, Span<byte> rgb) =>
        (rgb[0], rgb[1], rgb[2]) = (header.Palette[(index * 4) + 2], header.Palette[(index * 4) + 1], header.Palette[index * 4]);

    private static byte Scale(uint value, uint mask)
    {
        if (mask == 0)
        {
            return 0;
        }

        var shift = BitOperations.TrailingZeroCount(mask);
        return (byte)((ulong)((value & mask) >> shift) * 255 / (mask >> shift));
    }

    private static long Stride(BmpHeader header) => (((long)header.Width * header.Bits) + 31) / 32 * 4;

    private static uint Mask(byte[] head, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(FileHeader + offset));

    private static UnreadableImageException CutOff() => new("is cut off: its end is missing. Please send it again");
}
