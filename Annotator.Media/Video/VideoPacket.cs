using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Annotator.Media.Video;

/// <summary>A packet or a decoded frame, as ffprobe tells of it.</summary>
internal readonly record struct VideoPacket(long? Pts, long? Dts, long Position, int Size, bool Key, bool Discarded, bool Corrupt);

/// <summary>Reads what ffprobe lists of packets and frames, line by line, however many there are.</summary>
internal static class VideoPackets
{
    /// <summary>What to ask ffprobe for; both lists come as <c>name=value|name=value</c>.</summary>
    public static IReadOnlyList<string> PacketOptions { get; } = ["-show_entries", "packet=pts,dts,size,pos,flags", "-of", "compact=p=0"];

    /// <summary>Every decoded frame in the order of showing.</summary>
    public static IReadOnlyList<string> FrameOptions { get; } =
        ["-show_entries", "frame=key_frame,pts,pkt_pts,best_effort_timestamp,pkt_pos,pkt_size", "-of", "compact=p=0"];

    public static async IAsyncEnumerable<VideoPacket> ReadAsync(Stream output, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var reader = new StreamReader(output, Encoding.ASCII, false, 1 << 16, leaveOpen: true);
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            // Side data of a packet stand on lines of their own.
            if (line.StartsWith("pts=", StringComparison.Ordinal) || line.StartsWith("key_frame=", StringComparison.Ordinal))
            {
                yield return Parse(line);
            }
        }
    }

    private static VideoPacket Parse(string line)
    {
        var packet = new VideoPacket(null, null, -1, 0, false, false, false);
        foreach (var range in line.AsSpan().Split('|'))
        {
            var field = line.AsSpan()[range];
            var equals = field.IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            var value = field[(equals + 1)..];
            packet = field[..equals] switch
            {
                "pts" or "pkt_pts" => packet with { Pts = Whole(value) ?? packet.Pts },
                "best_effort_timestamp" => packet with { Pts = packet.Pts ?? Whole(value) },
                "dts" => packet with { Dts = Whole(value) },
                "pos" or "pkt_pos" => packet with { Position = Whole(value) ?? -1 },
                "size" or "pkt_size" => packet with { Size = (int)Math.Clamp(Whole(value) ?? 0, 0, int.MaxValue) },
                "key_frame" => packet with { Key = value is "1" },
                "flags" => packet with { Key = value.Contains('K'), Discarded = value.Contains('D'), Corrupt = value.Contains('C') },
                _ => packet,
            };
        }

        return packet;
    }

    private static long? Whole(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
}
