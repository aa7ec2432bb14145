using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Annotator.Tests.Unit.Media.Video;

/// <summary>The header of a chunk of coded frames.</summary>
internal sealed record ChunkHeader(string Codec, int First, int CodedWidth, int CodedHeight, int[] Sizes, int[] Keys);

/// <summary>Reads chunks of coded frames as a browser does, and decodes them with ffmpeg.</summary>
internal static class ChunkReader
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static (ChunkHeader Header, List<byte[]> Packets) Read(byte[] file)
    {
        Assert.Equal("AFC1", Encoding.ASCII.GetString(file, 0, 4));
        var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4));
        var header = JsonSerializer.Deserialize<ChunkHeader>(file.AsSpan(8, length), _json)!;
        var packets = new List<byte[]>();
        var at = 8 + length;
        foreach (var size in header.Sizes)
        {
            packets.Add(file[at..(at + size)]);
            at += size;
        }

        Assert.Equal(file.Length, at);
        return (header, packets);
    }

    /// <summary>The numbers painted on the packets' pictures.</summary>
    public static async Task<List<int>> PaintedAsync(string codec, IReadOnlyList<byte[]> packets)
    {
        var h264 = codec.StartsWith("avc1", StringComparison.Ordinal);
        var path = Path.Join(Path.GetTempPath(), $"annotator-test-{Guid.CreateVersion7():N}");
        try
        {
            await File.WriteAllBytesAsync(path, h264 ? [.. packets.SelectMany(packet => packet)] : Ivf(packets), TestContext.Current.CancellationToken);
            return await PaintedVideo.NumbersAsync(path, "-f", h264 ? "h264" : "ivf");
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>VP8 frames in the simplest container: a header of 32 bytes, and 12 before each frame.</summary>
    private static byte[] Ivf(IReadOnlyList<byte[]> packets)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("DKIF"u8);
        writer.Write((short)0);
        writer.Write((short)32);
        writer.Write("VP80"u8);
        writer.Write((short)PaintedVideo.Width);
        writer.Write((short)PaintedVideo.Height);
        writer.Write(30);
        writer.Write(1);
        writer.Write(packets.Count);
        writer.Write(0);
        for (var at = 0; at < packets.Count; at++)
        {
            writer.Write(packets[at].Length);
            writer.Write((long)at);
            writer.Write(packets[at]);
        }

        return file.ToArray();
    }
}
