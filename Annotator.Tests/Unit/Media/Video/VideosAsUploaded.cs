using Annotator.Media.Video;

namespace Annotator.Tests.Unit.Media.Video;

/// <summary>
/// Videos as phones, cameras, broadcasts and converters make them. What ffmpeg itself decodes from start to end is what the index
/// must count, what a jump must give and what a chunk for browsers must hold.
/// </summary>
public sealed class VideosAsUploaded : IDisposable
{
    private const int Frames = 70;
    private const string H264 = "-c:v libx264 -preset ultrafast -g 24 -bf 2 -pix_fmt yuv420p";
    private const string OpenGroups = "-c:v libx264 -preset ultrafast -x264-params open-gop=1:keyint=20:bframes=3:b-pyramid=2:scenecut=0:log-level=none -pix_fmt yuv420p";

    private readonly string _folder = Directory.CreateTempSubdirectory("uploaded-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Options of the encoder, and of a copy that is made of the file then.</summary>
    public static TheoryData<string, string, string> Files() => new()
    {
        { "phone-turned.mov", "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=24:bframes=3 -pix_fmt yuv420p10le -tag:v hvc1", "-metadata:s:v:0 rotate=90" },
        { "upside-down.mp4", H264, "-metadata:s:v:0 rotate=180" },
        { "clock-begins-later.mp4", $"{H264} -output_ts_offset 3.7", "" },
        { "clock-begins-later.mkv", $"{H264} -output_ts_offset 3.7", "" },
        { "recorded-in-parts.mp4", $"{H264} -movflags frag_keyframe+empty_moov+default_base_moof", "" },
        { "no-edit-list.mp4", H264, "-use_editlist 0" },
        { "cut-by-edit-list.mp4", "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=24:bframes=3 -pix_fmt yuv420p -tag:v hvc1", "-ss 0.9" },
        { "doubled-times.mkv", H264, "-bsf:v setts=pts=PTS-mod(N\\,2)*34:dts=DTS-mod(N\\,2)*34" },
        { "sixty-then-one.mp4", $"-vf settb=1/90000,setpts=if(lt(N\\,30)\\,N*1500\\,45000+(N-30)*90000) -fps_mode passthrough -enc_time_base 1/90000 {H264}", "" },
        { "headless.mkv", H264, "-bsf:v noise=drop=lt(n\\,7)" },
        { "clock-wraps.ts", $"{H264} -output_ts_offset 95442.7", "" },
        { "camera.m2ts", $"{H264} -flags +ildct+ilme", "" },
        { "disc.vob", "-c:v mpeg2video -q:v 3 -bf 2 -g 15 -aspect 16:9", "" },
        { "windows.wmv", "-c:v wmv2 -q:v 4", "" },
        { "flash.flv", H264, "" },
        { "old-phone.3gp", "-vf pad=352:288 -c:v h263 -q:v 3", "" },
        { "surveillance.avi", H264, "" },
        { "camcorder.mxf", "-c:v mpeg2video -q:v 3 -bf 2 -g 15", "" },
        { "cutting-room.mov", "-c:v prores_ks -profile:v 4 -pix_fmt yuva444p10le", "" },
        { "hidden-frames.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -auto-alt-ref 1 -lag-in-frames 16 -g 48", "" },
        { "refreshed-by-stripes.mp4", "-c:v libx264 -preset ultrafast -x264-params intra-refresh=1:keyint=20:bframes=0:log-level=none -pix_fmt yuv420p", "" },
        { "open-groups-cut.mp4", OpenGroups, "-ss 0.9" },
        { "open-groups-cut.mkv", OpenGroups, "-ss 0.9" },
        { "odd-size.mp4", "-vf pad=361:241 -c:v libx264 -preset ultrafast -pix_fmt yuv444p -g 24", "" },
        { "one-frame.mp4", $"-vf trim=end_frame=1 {H264}", "" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Its_frames_are_those_of_a_full_decode_however_they_are_reached(string name, string encoded, string copied)
    {
        var path = await MakeAsync(name, encoded, copied);
        var (tools, limits) = (PaintedVideo.Tools(), new VideoLimits());
        var facts = await new VideoProbe(tools, limits).ProbeAsync(path, Cancel);
        var index = await new VideoIndexer(tools, limits).IndexAsync(path, facts, null, Cancel);
        var all = await PaintedVideo.NumbersAsync(path, "-noautorotate");
        Assert.Equal(all.Count, index.Count);

        // 23, and a third of all, is just before a key frame in most of them, which jumps must not go to.
        foreach (var wanted in new[] { 0, 1, 23, 25, index.Count / 2, index.Count - 1 }.Where(frame => frame < index.Count))
        {
            var given = new VideoFrameReader(tools, limits).ReadAsync(path, facts.Width, facts.Height, index, wanted, 3, 2, 0, Cancel);
            Assert.Equal(all.Skip(wanted).Where((_, at) => at % 2 == 0).Take(3), await given.Select(picture => NumberOn(picture, facts.Rotation)).ToListAsync(Cancel));
        }

        var encoder = await ProxyEncoder.FindAsync(tools, limits, Cancel);
        Assert.SkipWhen(encoder is null, "This ffmpeg has no encoder.");
        var middle = index.Count / 3;
        var chunk = await new VideoProxyMaker(tools, limits).EncodeAsync(path, facts.Width, facts.Height, index, middle, 5, 1, encoder, 12, behind: false, Cancel).ToListAsync(Cancel);
        Assert.Equal(Enumerable.Range(middle, Math.Min(5, index.Count - middle)), chunk.Select(packet => packet.Number));

        // A group that is cut open has a first frame of which no decoder gives all.
        if (index.Seekable)
        {
            var keys = new[] { 0, 30, 42 }.Where(frame => frame < index.Count).Select(index.KeyAt).Distinct().ToArray();
            var pictures = await new VideoFrameReader(tools, limits).ReadKeysAsync(path, facts.Width, facts.Height, index, keys, 0, Cancel).ToListAsync(Cancel);
            Assert.All(pictures, picture => Assert.Equal(all[picture.Number], NumberOn(picture, facts.Rotation)));
            Assert.True(pictures.Count == keys.Length || name.StartsWith("open-groups", StringComparison.Ordinal), $"{pictures.Count} of {keys.Length} key frames came");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The number painted on a picture that was turned clockwise by so many degrees and has its own size.</summary>
    private static int NumberOn(VideoPicture picture, int rotation)
    {
        var (width, height) = (picture.Width, picture.Height);
        var upright = new byte[PaintedVideo.Width * PaintedVideo.Height * 3];
        for (var y = 0; y < PaintedVideo.Height; y++)
        {
            for (var x = 0; x < PaintedVideo.Width; x++)
            {
                var (column, row) = rotation switch
                {
                    90 => (width - 1 - y, x),
                    180 => (width - 1 - x, height - 1 - y),
                    270 => (y, height - 1 - x),
                    _ => (x, y),
                };
                picture.Pixels.AsSpan(((row * width) + column) * 3, 3).CopyTo(upright.AsSpan(((y * PaintedVideo.Width) + x) * 3));
            }
        }

        return PaintedVideo.NumberOn(new VideoPicture(picture.Number, PaintedVideo.Width, PaintedVideo.Height, upright));
    }

    private async Task<string> MakeAsync(string name, string encoded, string copied)
    {
        var (path, first, painted) = (Path.Join(_folder, name), Path.Join(_folder, $"first-{name}"), Path.Join(_folder, "painted.mkv"));
        var options = encoded.Split(' ');
        await PaintedVideo.MakeAsync(painted, Frames, "-c:v", "ffv1", "-pix_fmt", "bgr0");
        await PaintedVideo.RunAsync(["-i", painted, .. options, copied.Length > 0 ? first : path]);
        if (copied.Length > 0)
        {
            var change = copied.Split(' ');
            await PaintedVideo.RunAsync(change[0] == "-ss" ? [.. change, "-i", first, "-c", "copy", path] : ["-i", first, "-c", "copy", .. change, path]);
        }

        return path;
    }
}
