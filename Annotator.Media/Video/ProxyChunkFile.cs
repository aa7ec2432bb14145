using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Annotator.Media.Video;

/// <summary>
/// A run of coded frames as a browser takes it. Little endian: the letters <c>AFC1</c>; the length of a header; the header, JSON in UTF-8;
/// and the packets one after the other. The header says
/// <c>codec</c> for the decoder's configuration, <c>first</c>, the task's number of the first packet's frame, <c>coded_width</c> and
/// <c>coded_height</c>, <c>sizes</c> of the packets in bytes, and <c>keys</c>, the places of those at which decoding can begin.
/// </summary>
public static class ProxyChunkFile
{
    private const byte SequenceParameters = 7;
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <param name="first">The task's number of the first frame.</param>
    /// <param name="width">Pixels of the picture; the coded one is even-sized.</param>
    public static byte[] Write(ProxyEncoder encoder, int first, int width, int height, IReadOnlyList<ProxyPacket> packets)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new Header(
                encoder.IsH264 ? H264Codec(packets[0].Content) : "vp8",
                first,
                width + (width & 1),
                height + (height & 1),
                [.. packets.Select(packet => packet.Content.Length)],
                [.. Enumerable.Range(0, packets.Count).Where(place => packets[place].Key)]),
            _json);
        var file = new byte[8 + header.Length + packets.Sum(packet => packet.Content.Length)];
        Encoding.ASCII.GetBytes("AFC1", file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), header.Length);
        header.CopyTo(file.AsSpan(8));
        var at = 8 + header.Length;
        foreach (var packet in packets)
        {
            packet.Content.CopyTo(file.AsSpan(at));
            at += packet.Content.Length;
        }

        return file;
    }

    /// <summary>The codec's name with profile, constraints and level, which stand first in the sequence's parameters.</summary>
    private static string H264Codec(ReadOnlySpan<byte> packet)
    {
        for (var at = 0; at + 6 < packet.Length; at++)
        {
            if (packet[at] == 0 && packet[at + 1] == 0 && packet[at + 2] == 1 && (packet[at + 3] & 0x1f) == SequenceParameters)
            {
                return $"avc1.{Convert.ToHexStringLower(packet.Slice(at + 4, 3))}";
            }
        }

        throw new UnreadableVideoException("was coded without its parameters");
    }

    private sealed record Header(string Codec, int First, int CodedWidth, int CodedHeight, int[] Sizes, int[] Keys);
}
