namespace Annotator.Media.Video;

/// <summary>Tells videos from other files by their first bytes. A file's name says nothing.</summary>
public static class VideoFormats
{
    private const int HeadLength = 400;
    private const byte TransportSync = 0x47;
    private const int TransportPacket = 188;

    /// <summary>Bytes that cameras put before each packet: the time at which it came.</summary>
    private const int CameraStamp = 4;

    /// <summary>Whether the file could be a video, by the head of a seekable stream; goes back to its start. Decoding tells for sure.</summary>
    public static bool Detect(Stream content)
    {
        content.Position = 0;
        var buffer = new byte[HeadLength];
        var head = buffer.AsSpan(0, content.ReadAtLeast(buffer, HeadLength, throwOnEndOfStream: false));
        content.Position = 0;
        return head switch
        {
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'a', (byte)'v', (byte)'i', (byte)'f' or (byte)'s', ..] => false,
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'h' or (byte)'m', (byte)'e' or (byte)'i', ..] => IsFilm(head),
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => true,
            [_, _, _, _, (byte)'m', (byte)'o', (byte)'o', (byte)'v', ..] or [_, _, _, _, (byte)'m', (byte)'d', (byte)'a', (byte)'t', ..]
                or [_, _, _, _, (byte)'w', (byte)'i', (byte)'d', (byte)'e', ..] => true,
            [0x1A, 0x45, 0xDF, 0xA3, ..] => true,
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'A', (byte)'V', (byte)'I', ..] => true,
            [(byte)'F', (byte)'L', (byte)'V', 1, ..] or [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] or [(byte)'D', (byte)'K', (byte)'I', (byte)'F', ..] => true,
            [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..] or [0, 0, 1, 0xBA or 0xB3, ..] or [0x06, 0x0E, 0x2B, 0x34, ..] => true,
            [(byte)'Y', (byte)'U', (byte)'V', (byte)'4', (byte)'M', (byte)'P', (byte)'E', (byte)'G', (byte)'2', (byte)' ', ..] => true,

            // A tape as it was read: its first block is a header, followed by two of subcodes.
            [0x1F, 0x07, 0x00, 0x3F or 0xBF, ..] => true,

            // H.264 without a container begins with its parameters, H.265 too; either may have a mark of a picture's start before them.
            [0, 0, 1, 0x09 or 0x67 or 0x27 or 0x40 or 0x46, ..] or [0, 0, 0, 1, 0x09 or 0x67 or 0x27 or 0x40 or 0x46, ..] => true,
            _ => IsTransport(head, 0, TransportPacket) || IsTransport(head, CameraStamp, CameraStamp + TransportPacket),
        };
    }

    private static bool IsTransport(ReadOnlySpan<byte> head, int first, int step) =>
        head.Length > first + step && head[first] == TransportSync && head[first + step] == TransportSync;

    /// <summary>HEIC photos and some films share the first letters of their brand: <c>heic</c>, <c>heix</c>, <c>mif1</c> are photos.</summary>
    private static bool IsFilm(ReadOnlySpan<byte> head) =>
        !(head[8..].StartsWith("hei"u8) || head[8..].StartsWith("hev"u8) || head[8..].StartsWith("mif"u8) || head[8..].StartsWith("msf"u8));
}
