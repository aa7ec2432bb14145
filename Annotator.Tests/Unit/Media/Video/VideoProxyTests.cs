using Annotator.Media.Video;

namespace Annotator.Tests.Unit.Media.Video;

public sealed class VideoProxyTests : IDisposable
{
    private const int Frames = 100;
    private const int KeyEvery = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("proxy-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string[]> Encodings() => new()
    {
        { "b-frames.mp4", ["-c:v", "libx264", "-g", "48", "-bf", "3", "-pix_fmt", "yuv420p"] },
        { "ten-bit.mkv", ["-c:v", "libx265", "-x265-params", "log-level=none:keyint=40", "-pix_fmt", "yuv420p10le"] },
        { "vp8.webm", ["-c:v", "libvpx", "-auto-alt-ref", "1", "-lag-in-frames", "16", "-g", "50", "-deadline", "realtime"] },
        { "mpeg4.avi", ["-c:v", "mpeg4", "-bf", "2"] },
        { "stream.ts", ["-c:v", "libx264", "-bf", "3", "-pix_fmt", "yuv420p"] },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Each_packet_is_the_frame_of_its_number(string name, string[] options)
    {
        var path = Path.Join(_folder, name);
        await PaintedVideo.MakeAsync(path, Frames, options);
        var (facts, index) = await IndexAsync(path);
        Assert.Equal(Frames, index.Count);

        Assert.Equal(Enumerable.Range(0, 30), await PaintedAsync(path, facts, index, 0, 30, 1));
        Assert.Equal(Enumerable.Range(53, 47), await PaintedAsync(path, facts, index, 53, 48, 1));
        Assert.Equal([7, 27, 47, 67, 87], await PaintedAsync(path, facts, index, 7, 5, 20));
    }

    [Theory]
    [InlineData("libx264")]
    [InlineData("libvpx")]
    public async Task Every_twelfth_packet_begins_anew_and_decodes_without_those_before_it(string name)
    {
        var path = Path.Join(_folder, "a.mp4");
        await PaintedVideo.MakeAsync(path, Frames, "-c:v", "libx264", "-g", "48", "-bf", "3", "-pix_fmt", "yuv420p");
        var (facts, index) = await IndexAsync(path);
        var encoder = await EncoderAsync(name);

        var packets = await EncodeAsync(path, facts, index, encoder, 5, 30, 1);

        Assert.Equal([0, 12, 24], Enumerable.Range(0, 30).Where(at => packets[at].Key));
        Assert.Equal(Enumerable.Range(17, 18), await PaintedAsync(encoder, packets[12..]));
    }

    [Fact]
    public async Task An_odd_size_is_padded_at_the_right_and_below()
    {
        var (even, odd) = (Path.Join(_folder, "even.mp4"), Path.Join(_folder, "odd.avi"));
        await PaintedVideo.MakeAsync(even, 5, "-c:v", "libx264", "-pix_fmt", "yuv420p");
        await PaintedVideo.RunAsync(["-i", even, "-vf", "format=rgb24,pad=321:241", "-c:v", "ffv1", "-pix_fmt", "bgr0", odd]);
        var (facts, index) = await IndexAsync(odd);
        var encoder = await EncoderAsync();

        var packets = await EncodeAsync(odd, facts, index, encoder, 0, 5, 1);
        var (header, _) = ChunkReader.Read(ProxyChunkFile.Write(encoder, 100, facts.Width, facts.Height, packets));

        Assert.Equal((321, 241), (facts.Width, facts.Height));
        Assert.Equal((322, 242, 100), (header.CodedWidth, header.CodedHeight, header.First));
        Assert.Equal(Enumerable.Range(0, 5), await PaintedAsync(encoder, packets));
    }

    [Fact]
    public async Task A_chunks_file_says_how_it_is_decoded_and_holds_the_packets()
    {
        var path = Path.Join(_folder, "a.mp4");
        await PaintedVideo.MakeAsync(path, 20, "-c:v", "libx264", "-pix_fmt", "yuv420p");
        var (facts, index) = await IndexAsync(path);
        var encoder = await EncoderAsync("libx264");
        var packets = await EncodeAsync(path, facts, index, encoder, 0, 20, 1);

        var (header, content) = ChunkReader.Read(ProxyChunkFile.Write(encoder, 40, facts.Width, facts.Height, packets));

        Assert.Matches("^avc1\\.[0-9a-f]{6}$", header.Codec);
        Assert.Equal((40, 320, 240), (header.First, header.CodedWidth, header.CodedHeight));
        Assert.Equal([0, 12], header.Keys);
        Assert.Equal(packets.Select(packet => packet.Content), content);
    }

    [Fact]
    public async Task A_machine_without_ffmpeg_has_no_encoder() =>
        Assert.Null(await ProxyEncoder.FindAsync(FfmpegTools.None, new VideoLimits(), Cancel));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<ProxyEncoder> EncoderAsync(string? name = null)
    {
        var found = name is null
            ? await ProxyEncoder.FindAsync(PaintedVideo.Tools(), new VideoLimits(), Cancel)
            : await ProxyEncoder.FindAsync(PaintedVideo.Tools(), new VideoLimits(), Cancel, only: name);
        Assert.SkipWhen(found is null, $"This ffmpeg has no {name ?? "encoder"}.");
        return found;
    }

    private static async Task<List<int>> PaintedAsync(string path, VideoFacts facts, VideoIndex index, int first, int count, int step)
    {
        var encoder = await EncoderAsync();
        var packets = await EncodeAsync(path, facts, index, encoder, first, count, step);
        Assert.Equal(Enumerable.Range(0, packets.Count).Select(at => first + (at * step)), packets.Select(packet => packet.Number));
        return await PaintedAsync(encoder, packets);
    }

    private static Task<List<int>> PaintedAsync(ProxyEncoder encoder, IReadOnlyList<ProxyPacket> packets) =>
        ChunkReader.PaintedAsync(encoder.IsH264 ? "avc1" : "vp8", [.. packets.Select(packet => packet.Content)]);

    private static async Task<List<ProxyPacket>> EncodeAsync(
        string path, VideoFacts facts, VideoIndex index, ProxyEncoder encoder, int first, int count, int step) =>
        await new VideoProxyMaker(PaintedVideo.Tools(), new VideoLimits())
            .EncodeAsync(path, facts.Width, facts.Height, index, first, count, step, encoder, KeyEvery, behind: true, Cancel).ToListAsync(Cancel);

    private static async Task<(VideoFacts Facts, VideoIndex Index)> IndexAsync(string path)
    {
        var facts = await new VideoProbe(PaintedVideo.Tools(), new VideoLimits()).ProbeAsync(path, Cancel);
        return (facts, await new VideoIndexer(PaintedVideo.Tools(), new VideoLimits()).IndexAsync(path, facts, null, Cancel));
    }
}
