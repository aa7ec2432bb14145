using Microsoft.Win32.SafeHandles;

namespace Annotator.Media.Video;

/// <summary>
/// How a browser's decoder is configured for a video's packets as they lie in the file. Only where nothing has to be done to
/// them: H.264 of 8 bits in MP4, upright, without hidden frames, and with key frames so near each other that a jump is quick.
/// </summary>
/// <param name="Codec">The codec with its profile and level, such as <c>avc1.64001f</c>.</param>
/// <param name="Description">The decoder configuration record.</param>
public sealed record BrowserDecoder(string Codec, byte[] Description)
{
    /// <summary>A jump decodes half as many frames on the average.</summary>
    private const int MostPacketsInGroup = 60;

    private const byte WholeKeyPicture = 5;
    private const int LongestLength = 4;

    /// <summary>Null where a browser cannot take the file as it is. Every packet's place is looked at.</summary>
    public static BrowserDecoder? Find(string path, VideoFacts facts, VideoIndex index, CancellationToken cancel)
    {
        var record = facts.DecoderData;
        var plain = facts is { Codec: "h264", CodecTag: "avc1", PixelFormat: "yuv420p" or "yuvj420p", Rotation: 0, Progressive: true }
            && facts.Container.Contains("mp4", StringComparison.Ordinal)
            && record is [1, 66 or 77 or 100, _, _, _, _, ..]
            && index.Seekable && index.LongestGroup() <= MostPacketsInGroup;
        return plain && HoldsPackets(path, index, (record[4] & 3) + 1, cancel) ? new BrowserDecoder($"avc1.{Convert.ToHexStringLower(record, 1, 3)}", record) : null;
    }

    /// <summary>
    /// Whether every packet is where the index says: units that are as long as they say fill it to its end, and those of key
    /// frames have a picture that needs no other.
    /// </summary>
    private static bool HoldsPackets(string path, VideoIndex index, int lengthBytes, CancellationToken cancel)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        for (var at = 0; at < index.Coded.Length; at++)
        {
            cancel.ThrowIfCancellationRequested();
            if (index.Coded[at].Frame < 0 || !HoldsPacket(file, index.Coded[at], lengthBytes))
            {
                return false;
            }
        }

        return index.Coded[0].Key;
    }

    private static bool HoldsPacket(SafeFileHandle file, CodedFrame packet, int lengthBytes)
    {
        if (packet.Position < 0 || packet.Size <= lengthBytes)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[LongestLength + 1];
        head = head[..(lengthBytes + 1)];
        var (at, end, key) = (packet.Position, packet.Position + packet.Size, false);
        while (at < end)
        {
            if (RandomAccess.Read(file, head, at) < head.Length)
            {
                return false;
            }

            var length = 0L;
            foreach (var part in head[..lengthBytes])
            {
                length = (length << 8) | part;
            }

            key |= (head[lengthBytes] & 0x1f) == WholeKeyPicture;
            at += lengthBytes + length;
            if (length == 0)
            {
                return false;
            }
        }

        return at == end && (key || !packet.Key);
    }
}
