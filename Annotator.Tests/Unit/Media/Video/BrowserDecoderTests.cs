using Annotator.Media.Video;

namespace Annotator.Tests.Unit.Media.Video;

public sealed class BrowserDecoderTests : IDisposable
{
    private const int Frames = 100;

    private readonly string _folder = Directory.CreateTempSubdirectory("original-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("street.mp4", "-bf", "3", "-g", "40")]
    [InlineData("street.mov", "-bf", "0", "-g", "12")]
    [InlineData("fast.mp4", "-bf", "2", "-g", "50", "-movflags", "+faststart")]
    [InlineData("pieces.mp4", "-bf", "2", "-g", "30", "-movflags", "+frag_keyframe+empty_moov+default_base_moof")]
    public async Task Packets_cut_out_of_the_file_are_the_frames_of_their_numbers(string name, params string[] options)
    {
        var path = Path.Join(_folder, name);
        await PaintedVideo.MakeAsync(path, Frames, ["-c:v", "libx264", "-pix_fmt", "yuv420p", .. options]);
        var (index, decoder) = await FindAsync(path);
        var file = await File.ReadAllBytesAsync(path, Cancel);

        Assert.NotNull(decoder);
        Assert.Equal($"avc1.{Convert.ToHexStringLower(decoder.Description, 1, 3)}", decoder.Codec);
        foreach (var frame in new[] { 0, 1, 39, 40, 41, 77, 99 })
        {
            var (first, last) = index.PacketsOf(frame);
            var packets = index.Coded[first..(last + 1)].ToArray();
            var coded = packets.Select(packet => AnnexB(decoder.Description, file.AsSpan((int)packet.Position, packet.Size), packet.Key)).ToList();
            Assert.Equal(packets.Select(packet => packet.Frame).Order(), await ChunkReader.PaintedAsync(decoder.Codec, coded));
        }
    }

    [Theory]
    [InlineData("long-groups.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "90", "-sc_threshold", "0")]
    [InlineData("ten-bit.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p10le", "-g", "12")]
    [InlineData("four-four-four.mp4", "-c:v", "libx264", "-pix_fmt", "yuv444p", "-g", "12")]
    [InlineData("hevc.mp4", "-c:v", "libx265", "-x265-params", "log-level=none:keyint=12", "-pix_fmt", "yuv420p")]
    [InlineData("other-container.mkv", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "12")]
    [InlineData("open-groups.mp4", "-c:v", "libx264", "-x264-params", "open-gop=1:keyint=30:bframes=3:scenecut=0:log-level=none", "-pix_fmt", "yuv420p")]
    public async Task What_a_browser_cannot_jump_in_or_decode_is_not_served_as_it_is(string name, params string[] options)
    {
        var path = Path.Join(_folder, name);
        await PaintedVideo.MakeAsync(path, Frames, options);

        Assert.Null((await FindAsync(path)).Decoder);
    }

    [Fact]
    public async Task A_turned_video_and_one_with_hidden_frames_are_not_served_as_they_are()
    {
        var (whole, turned, cut) = (Path.Join(_folder, "whole.mp4"), Path.Join(_folder, "turned.mp4"), Path.Join(_folder, "cut.mp4"));
        await PaintedVideo.MakeAsync(whole, Frames, "-c:v", "libx264", "-g", "48", "-bf", "3", "-pix_fmt", "yuv420p");
        await PaintedVideo.RunAsync(["-i", whole, "-c", "copy", "-metadata:s:v:0", "rotate=90", turned]);
        await PaintedVideo.RunAsync(["-ss", "2.03", "-i", whole, "-c", "copy", cut]);

        Assert.NotNull((await FindAsync(whole)).Decoder);
        Assert.Null((await FindAsync(turned)).Decoder);
        Assert.Null((await FindAsync(cut)).Decoder);
    }

    [Fact]
    public async Task An_index_that_lies_about_places_is_found_out()
    {
        var path = Path.Join(_folder, "a.mp4");
        await PaintedVideo.MakeAsync(path, 40, "-c:v", "libx264", "-g", "12", "-pix_fmt", "yuv420p");
        var facts = await new VideoProbe(PaintedVideo.Tools(), new VideoLimits()).ProbeAsync(path, Cancel);
        var (index, _) = await FindAsync(path);
        var coded = index.Coded.ToArray();

        foreach (var wrong in new[] { coded[20] with { Position = coded[20].Position + 1 }, coded[20] with { Size = coded[20].Size - 1 }, coded[20] with { Position = -1 }, coded[20] with { Key = true } })
        {
            var moved = new VideoIndex(index.TimeBase, index.TimeStamps.ToArray(), [.. coded[..20], wrong, .. coded[21..]]);
            Assert.Null(BrowserDecoder.Find(path, facts, moved, Cancel));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<(VideoIndex Index, BrowserDecoder? Decoder)> FindAsync(string path)
    {
        var facts = await new VideoProbe(PaintedVideo.Tools(), new VideoLimits()).ProbeAsync(path, Cancel);
        var index = await new VideoIndexer(PaintedVideo.Tools(), new VideoLimits()).IndexAsync(path, facts, null, Cancel);
        return (index, BrowserDecoder.Find(path, facts, index, Cancel));
    }

    /// <summary>A packet with start codes in place of lengths, and before a key frame the parameters of the record.</summary>
    private static byte[] AnnexB(byte[] record, ReadOnlySpan<byte> packet, bool key)
    {
        using var coded = new MemoryStream();
        if (key)
        {
            var at = 5;
            foreach (var mask in new[] { 0x1f, 0xff })
            {
                for (var left = record[at++] & mask; left > 0; left--)
                {
                    var length = (record[at] << 8) | record[at + 1];
                    coded.Write([0, 0, 0, 1]);
                    coded.Write(record, at + 2, length);
                    at += 2 + length;
                }
            }
        }

        while (packet.Length > 0)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(packet);
            coded.Write([0, 0, 0, 1]);
            coded.Write(packet.Slice(4, length));
            packet = packet[(4 + length)..];
        }

        return coded.ToArray();
    }
}
