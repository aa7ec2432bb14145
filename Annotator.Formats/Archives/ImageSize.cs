using System.Buffers.Binary;

namespace Annotator.Formats.Archives;

/// <summary>Reads an image's width and height out of its first bytes; nothing is decoded.</summary>
internal static class ImageSize
{
    private const int MostHeaderBytes = 1 << 20;

    /// <summary>Pixels, before any turning that the file asks for; null when the bytes are no JPEG, PNG, GIF or BMP.</summary>
    public static (int Width, int Height)? Read(Stream content)
    {
        Span<byte> start = stackalloc byte[26];
        var read = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read == start.Length && start[0] == 0x89 && start[1..4].SequenceEqual("PNG"u8))
        {
            return Size(BinaryPrimitives.ReadInt32BigEndian(start[16..]), BinaryPrimitives.ReadInt32BigEndian(start[20..]));
        }

        if (read >= 10 && start.StartsWith("GIF8"u8))
        {
            return Size(BinaryPrimitives.ReadUInt16LittleEndian(start[6..]), BinaryPrimitives.ReadUInt16LittleEndian(start[8..]));
        }

        if (read == start.Length && start.StartsWith("BM"u8))
        {
            var height = BinaryPrimitives.ReadInt32LittleEndian(start[22..]);
            return Size(BinaryPrimitives.ReadInt32LittleEndian(start[18..]), height == int.MinValue ? 0 : Math.Abs(height));
        }

        return read > 4 && start[0] == 0xFF && start[1] == 0xD8 ? Jpeg(new Bytes(start[2..read].ToArray(), content)) : null;
    }

    private static (int Width, int Height)? Jpeg(Bytes bytes)
    {
        while (bytes.Count < MostHeaderBytes && bytes.Next() is var lead and >= 0)
        {
            if (lead != 0xFF)
            {
                continue;
            }

            var marker = bytes.Next();
            while (marker == 0xFF)
            {
                marker = bytes.Next();
            }

            if (marker is 0x01 or 0x00 or (>= 0xD0 and <= 0xD8))
            {
                continue;
            }

            var length = bytes.Word();
            if (marker is < 0 or 0xD9 or 0xDA || length < 2)
            {
                return null;
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                bytes.Next();
                var height = bytes.Word();
                return Size(bytes.Word(), height);
            }

            for (var i = 2; i < length && bytes.Next() >= 0; i++)
            {
                // Past the segment.
            }
        }

        return null;
    }

    private static (int Width, int Height)? Size(int width, int height) => width > 0 && height > 0 ? (width, height) : null;

    private sealed class Bytes(byte[] start, Stream rest)
    {
        private readonly byte[] _buffer = new byte[4096];
        private int _at;
        private int _filled;

        public int Count { get; private set; }

        /// <summary>-1 at the end.</summary>
        public int Next()
        {
            Count++;
            if (Count <= start.Length)
            {
                return start[Count - 1];
            }

            if (_at == _filled)
            {
                (_at, _filled) = (0, rest.Read(_buffer));
            }

            return _at < _filled ? _buffer[_at++] : -1;
        }

        public int Word()
        {
            var (high, low) = (Next(), Next());
            return low < 0 ? -1 : (high << 8) | low;
        }
    }
}
