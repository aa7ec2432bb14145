using System.Buffers.Binary;
using System.Text;

namespace Annotator.Media;

/// <summary>
/// Finds files that were cut off, from their structure: cheap enough for every file of a large task, where decoding all of
/// them is not. Damage inside the pixels shows when they are decoded.
/// </summary>
internal static class WholeFile
{
    private const int MaxParts = 1_000_000;

    /// <exception cref="UnreadableImageException">The end of the image is missing.</exception>
    public static void Check(Stream content, ImageFormat format)
    {
        content.Position = 0;
        var whole = format switch
        {
            ImageFormat.Jpeg => JpegEnds(content),
            ImageFormat.Png => PngEnds(content),
            ImageFormat.WebP => RiffEnds(content),
            ImageFormat.Gif => GifEnds(content),
            ImageFormat.Avif => BoxesEnd(content),
            ImageFormat.Tiff or ImageFormat.Bmp => true, // Their readers know where pixels have to be.
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
        if (!whole)
        {
            throw new UnreadableImageException("is cut off: its end is missing. Please send it again");
        }
    }

    private static bool JpegEnds(Stream content)
    {
        Span<byte> part = stackalloc byte[4];
        content.Position = 2;
        for (var parts = 0; parts < MaxParts; parts++)
        {
            if (!Read(content, part) || part[0] != 0xFF)
            {
                return false;
            }

            if (part[1] is 0xFF or 0x01 or (>= 0xD0 and <= 0xD8))
            {
                // Fill bytes and markers without a length.
                content.Position -= part[1] == 0xFF ? 3 : 2;
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(part[2..]);
            content.Position += length - 2;
            if (part[1] == 0xDA)
            {
                return EndMarkerFollows(content);
            }
        }

        return false;
    }

    /// <summary>The end marker is at the end, or far before it where cameras hang films and more pictures on.</summary>
    private static bool EndMarkerFollows(Stream content)
    {
        var scan = content.Position;
        const int window = 4096;
        return HasEndMarker(Math.Max(scan, content.Length - window)) || HasEndMarker(scan);

        bool HasEndMarker(long from)
        {
            content.Position = from;
            var buffer = new byte[64 * 1024];
            byte last = 0;
            int read;
            while ((read = content.Read(buffer)) > 0)
            {
                var bytes = buffer.AsSpan(0, read);
                if ((last == 0xFF && bytes[0] == 0xD9) || bytes.IndexOf([(byte)0xFF, (byte)0xD9]) >= 0)
                {
                    return true;
                }

                last = bytes[^1];
            }

            return false;
        }
    }

    private static bool PngEnds(Stream content)
    {
        Span<byte> chunk = stackalloc byte[8];
        content.Position = 8;
        for (var parts = 0; parts < MaxParts && Read(content, chunk); parts++)
        {
            var end = content.Position + BinaryPrimitives.ReadUInt32BigEndian(chunk) + 4;
            if (end > content.Length)
            {
                return false;
            }

            if (Encoding.ASCII.GetString(chunk[4..]) == "IEND")
            {
                return true;
            }

            content.Position = end;
        }

        return false;
    }

    private static bool RiffEnds(Stream content)
    {
        Span<byte> head = stackalloc byte[8];
        return Read(content, head) && BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) + 8L <= content.Length;
    }

    /// <summary>To the end of the first picture, which is the one that is used.</summary>
    private static bool GifEnds(Stream content)
    {
        Span<byte> head = stackalloc byte[13];
        if (!Read(content, head))
        {
            return false;
        }

        content.Position += ColourTable(head[10]);
        Span<byte> picture = stackalloc byte[9];
        for (var parts = 0; parts < MaxParts; parts++)
        {
            switch (content.ReadByte())
            {
                case 0x21:
                    content.Position++;
                    if (!SkipBlocks(content))
                    {
                        return false;
                    }

                    break;
                case 0x2C:
                    if (!Read(content, picture))
                    {
                        return false;
                    }

                    content.Position += ColourTable(picture[8]) + 1;
                    return SkipBlocks(content);
                default:
                    return false;
            }
        }

        return false;

        static int ColourTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

        static bool SkipBlocks(Stream content)
        {
            for (var blocks = 0; blocks < MaxParts; blocks++)
            {
                var length = content.ReadByte();
                if (length <= 0)
                {
                    return length == 0;
                }

                content.Position += length;
            }

            return false;
        }
    }

    private static bool BoxesEnd(Stream content)
    {
        Span<byte> head = stackalloc byte[16];
        for (var parts = 0; parts < MaxParts && content.Position < content.Length; parts++)
        {
            var start = content.Position;
            if (!Read(content, head[..8]))
            {
                return false;
            }

            long size = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (size == 1)
            {
                if (!Read(content, head[8..]))
                {
                    return false;
                }

                size = BinaryPrimitives.ReadInt64BigEndian(head[8..]);
            }

            if (size == 0)
            {
                return true;
            }

            if (size < 8 || size > content.Length - start)
            {
                return false;
            }

            content.Position = start + size;
        }

        return content.Position == content.Length;
    }

    private static bool Read(Stream content, Span<byte> target) =>
        content.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length;
}
