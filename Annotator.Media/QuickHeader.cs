using System.Buffers.Binary;

namespace Annotator.Media;

/// <summary>
/// Headers of ordinary JPEG and PNG files, read without a decoder: a task of 100,000 images has to look at each of them. What
/// is not ordinary (16 bits, printing colours, unusual coding) is left to the decoder.
/// </summary>
internal static class QuickHeader
{
    private const int MaxParts = 1000;
    private const int OrientationTag = 0x0112;

    /// <summary>Null where a decoder has to look at it.</summary>
    public static ImageFacts? Read(Stream content, ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => Jpeg(content),
        ImageFormat.Png => Png(content),
        _ => null,
    };

    private static ImageFacts? Jpeg(Stream content)
    {
        Span<byte> part = stackalloc byte[4];
        Span<byte> frame = stackalloc byte[6];
        var orientation = 1;
        content.Position = 2;
        for (var parts = 0; parts < MaxParts && Fill(content, part) && part[0] == 0xFF; parts++)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(part[2..]) - 2;
            var next = content.Position + length;
            switch (part[1])
            {
                case 0xC0 or 0xC1 or 0xC2:
                    return length >= frame.Length && Fill(content, frame) && frame[0] == 8 && frame[5] is 1 or 3
                        ? Facts(ImageFormat.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), BinaryPrimitives.ReadUInt16BigEndian(frame[1..]), orientation)
                        : null;
                case 0xE1:
                    if (Orientation(content, length) is not { } told)
                    {
                        return null;
                    }

                    orientation = told > 0 ? told : orientation;
                    break;
                case 0xDB or 0xC4 or 0xDD or 0xE0 or (>= 0xE2 and <= 0xEF) or 0xFE:
                    break;
                default:
                    return null;
            }

            if (length < 0)
            {
                return null;
            }

            content.Position = next;
        }

        return null;
    }

    /// <summary>What EXIF says, 1 to 8; 0 where the part is something else or does not say; null where it is damaged.</summary>
    private static int? Orientation(Stream content, int length)
    {
        if (length < 14)
        {
            return 0;
        }

        var bytes = new byte[length];
        if (!Fill(content, bytes))
        {
            return null;
        }

        if (!bytes.AsSpan().StartsWith("Exif\0\0"u8))
        {
            return 0;
        }

        var exif = bytes.AsSpan(6);
        if (!exif.StartsWith("II*\0"u8) && !exif.StartsWith("MM\0*"u8))
        {
            return null;
        }

        var small = exif[0] == (byte)'I';
        var directory = (long)(small ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]));
        if (directory + 2 > exif.Length)
        {
            return null;
        }

        var count = Short(exif, (int)directory);
        for (var entry = 0; entry < count; entry++)
        {
            var at = (int)directory + 2 + (entry * 12);
            if (at + 12 > exif.Length)
            {
                return null;
            }

            if (Short(exif, at) == OrientationTag)
            {
                return Short(exif, at + 8) is >= 1 and <= 8 and var told ? told : null;
            }
        }

        return 0;

        int Short(ReadOnlySpan<byte> from, int at) => small ? BinaryPrimitives.ReadUInt16LittleEndian(from[at..]) : BinaryPrimitives.ReadUInt16BigEndian(from[at..]);
    }

    private static ImageFacts? Png(Stream content)
    {
        Span<byte> head = stackalloc byte[25];
        content.Position = 8;
        if (!Fill(content, head) || !head[4..8].SequenceEqual("IHDR"u8) || BinaryPrimitives.ReadUInt32BigEndian(head) != 13
            || BinaryPrimitives.ReadUInt32BigEndian(head[21..]) != Crc(head[4..21]))
        {
            return null;
        }

        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(head[8..]), BinaryPrimitives.ReadInt32BigEndian(head[12..]));
        if (width <= 0 || height <= 0 || head[16] != 8 || head[17] is not (0 or 2 or 3 or 4 or 6) || head[18] != 0 || head[19] != 0 || head[20] > 1)
        {
            return null;
        }

        // EXIF may turn the picture; it is rare enough in PNG to leave it to the decoder.
        Span<byte> chunk = stackalloc byte[8];
        for (var parts = 0; parts < MaxParts && Fill(content, chunk); parts++)
        {
            if (chunk[4..].SequenceEqual("eXIf"u8))
            {
                return null;
            }

            if (chunk[4..].SequenceEqual("IEND"u8))
            {
                return Facts(ImageFormat.Png, width, height, 1);
            }

            content.Position += BinaryPrimitives.ReadUInt32BigEndian(chunk) + 4L;
        }

        return null;
    }

    private static ImageFacts? Facts(ImageFormat format, int width, int height, int orientation) => width == 0 || height == 0 ? null : new ImageFacts
    {
        Format = format,
        Width = orientation >= 5 ? height : width,
        Height = orientation >= 5 ? width : height,
        Pages = 1,
        BrowserReady = orientation == 1,
    };

    /// <summary>The check sum of PNG, bit by bit: it is taken of 17 bytes.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }

    private static bool Fill(Stream content, Span<byte> target) =>
        content.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length;
}
