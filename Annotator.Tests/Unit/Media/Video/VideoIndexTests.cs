using Annotator.Media.Video;

namespace Annotator.Tests.Unit.Media.Video;

public sealed class VideoIndexTests : IDisposable
{
    private const int Frames = 150;

    private readonly string _folder = Directory.CreateTempSubdirectory("video-").FullName;

    public static TheoryData<string, string[]> Encodings() => new()
    {
        { "b-frames.mp4", ["-c:v", "libx264", "-g", "48", "-bf", "3", "-pix_fmt", "yuv420p"] },
        { "open-groups.mp4", ["-c:v", "libx264", "-x264-params", "open-gop=1:keyint=30:bframes=3:scenecut=0:log-level=none", "-pix_fmt", "yuv420p"] },
        { "uneven.mp4", ["-vf", "drawbox=t=fill", "-c:v", "libx264"] },
        { "ten-bit.mkv", ["-c:v", "libx265", "-x265-params", "log-level=none:keyint=40", "-pix_fmt", "yuv420p10le"] },
        { "vp9.webm", ["-c:v", "libvpx-vp9", "-g", "60", "-deadline", "realtime", "-cpu-used", "8"] },
        { "vp8.webm", ["-c:v", "libvpx", "-auto-alt-ref", "1", "-lag-in-frames", "16", "-g", "50", "-deadline", "realtime"] },
        { "av1.mp4", ["-c:v", "libsvtav1", "-preset", "12", "-g", "50"] },
        { "mpeg4.avi", ["-c:v", "mpeg4", "-bf", "2"] },
        { "stream.ts", ["-c:v", "libx264", "-bf", "3", "-pix_fmt", "yuv420p"] },
        { "motion.mov", ["-c:v", "mjpeg", "-q:v", "5"] },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Every_frame_number_means_the_frame_that_a_full_decode_gives(string name, string[] options)
    {
        var path = Path.Combine(_folder, name);
        if (name == "uneven.mp4")
        {
            var made = Path.Combine(_folder, "even.mp4");
            await PaintedVideo.MakeAsync(made, Frames, "-c:v", "libx264", "-g", "40", "-bf", "2", "-pix_fmt", "yuv420p");
            await PaintedVideo.RunAsync(["-i", made, "-vf", "settb=1/90000,setpts='PTS+mod(N\\,7)*400'", "-fps_mode", "passthrough", "-enc_time_base", "1/90000", "-c:v", "libx264", "-bf", "2", "-g", "40", path]);
        }
        else
        {
            await PaintedVideo.MakeAsync(path, Frames, options);
        }

        await AssertExactAsync(path, Frames, first: 0, listed: !name.EndsWith(".avi", StringComparison.Ordinal) && !name.EndsWith(".ts", StringComparison.Ordinal) && !name.StartsWith("vp8", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Frames_that_an_edit_list_hides_have_no_number()
    {
        var (whole, cut) = (Path.Combine(_folder, "whole.mp4"), Path.Combine(_folder, "cut.mp4"));
        await PaintedVideo.MakeAsync(whole, Frames, "-c:v", "libx264", "-g", "48", "-bf", "3", "-pix_fmt", "yuv420p");
        await PaintedVideo.RunAsync(["-ss", "2.03", "-i", whole, "-c", "copy", cut]);
        var painted = await AssertExactAsync(cut, expected: null, first: null, listed: true);
        Assert.True(painted > 48, "the cut lies behind the second key frame, so frames before it are in the file and hidden");
    }

    [Fact]
    public async Task A_video_that_lacks_its_first_key_frame_begins_with_the_first_picture_that_can_be_shown()
    {
        var (whole, headless) = (Path.Combine(_folder, "whole.mp4"), Path.Combine(_folder, "headless.mp4"));
        await PaintedVideo.MakeAsync(whole, Frames, "-c:v", "libx264", "-g", "48", "-bf", "0", "-pix_fmt", "yuv420p");
        await PaintedVideo.RunAsync(["-i", whole, "-c", "copy", "-bsf:v", "noise=drop=lt(n\\,7)", headless]);
        Assert.Equal(48, await AssertExactAsync(headless, Frames - 48, first: 48, listed: false));
    }

    [Fact]
    public async Task A_turned_video_has_the_size_that_a_viewer_sees()
    {
        var (upright, turned) = (Path.Combine(_folder, "upright.mp4"), Path.Combine(_folder, "turned.mp4"));
        await PaintedVideo.MakeAsync(upright, 10, "-c:v", "libx264", "-pix_fmt", "yuv420p");
        await PaintedVideo.RunAsync(["-i", upright, "-c", "copy", "-metadata:s:v:0", "rotate=90", turned]);
        var facts = await new VideoProbe(PaintedVideo.Tools(), new VideoLimits()).ProbeAsync(turned, TestContext.Current.CancellationToken);
        Assert.Equal((PaintedVideo.Height, PaintedVideo.Width), (facts.Width, facts.Height));
        Assert.Contains(facts.Rotation, new[] { 90, 270 });
    }

    [Fact]
    public async Task An_index_comes_back_from_its_file_as_it_was()
    {
        var path = Path.Combine(_folder, "a.mp4");
        await PaintedVideo.MakeAsync(path, Frames, "-c:v", "libx264", "-g", "48", "-bf", "3", "-pix_fmt", "yuv420p");
        var (_, index) = await IndexAsync(path);
        using var file = new MemoryStream();
        await VideoIndexFile.WriteAsync(index, file, TestContext.Current.CancellationToken);
        file.Position = 0;
        var read = VideoIndexFile.Read(file, Frames);
        Assert.Equal(index.TimeStamps, read.TimeStamps);
        Assert.Equal(index.Coded, read.Coded);
        Assert.Equal((index.TimeBase, index.Seekable, true), (read.TimeBase, read.Seekable, index.Seekable));
        Assert.True(file.Length < Frames * 8, $"{file.Length} bytes for {Frames} frames");
        file.Position = 0;
        Assert.Throws<InvalidDataException>(() => VideoIndexFile.Read(file, Frames - 1));
        foreach (var length in Enumerable.Range(0, (int)file.Length))
        {
            AssertWholeOrRefused(index, file.ToArray()[..length]);
        }
    }

    [Theory]
    [InlineData("playlist.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")]
    [InlineData("list.mp4", "ffconcat version 1.0\nfile /etc/passwd\n")]
    [InlineData("words.mp4", "just words, and no video at all, however the file is called\n")]
    [InlineData("nothing.mp4", "")]
    public async Task What_is_no_video_is_refused_with_a_reason_and_names_no_path(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<UnreadableVideoException>(() => IndexAsync(path));
        Assert.DoesNotContain(_folder, refused.Message, StringComparison.Ordinal);
        Assert.NotEqual("", refused.Message);
    }

    [Fact]
    public async Task A_video_over_a_limit_is_refused_by_that_limit()
    {
        var path = Path.Combine(_folder, "a.mp4");
        await PaintedVideo.MakeAsync(path, 40, "-c:v", "libx264", "-pix_fmt", "yuv420p");
        var wide = await Assert.ThrowsAsync<UnreadableVideoException>(() => IndexAsync(path, new VideoLimits { MaxPixels = 50_000 }));
        Assert.Contains("320 × 240", wide.Message, StringComparison.Ordinal);
        var many = await Assert.ThrowsAsync<UnreadableVideoException>(() => IndexAsync(path, new VideoLimits { MaxFrames = 39 }));
        Assert.Contains("39", many.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decoder_that_takes_too_long_is_stopped()
    {
        var path = Path.Combine(_folder, "a.mp4");
        await PaintedVideo.MakeAsync(path, 40, "-c:v", "libx264", "-pix_fmt", "yuv420p");
        var late = await Assert.ThrowsAsync<UnreadableVideoException>(() => IndexAsync(path, new VideoLimits { ProbeTimeout = TimeSpan.FromMilliseconds(1) }));
        Assert.Contains("longer than", late.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Of a file that was cut off only the check sum may be missing.</summary>
    private static void AssertWholeOrRefused(VideoIndex index, byte[] file)
    {
        try
        {
            Assert.Equal(index.Coded, VideoIndexFile.Read(new MemoryStream(file), Frames).Coded);
        }
        catch (InvalidDataException)
        {
            Assert.NotEqual(0, index.Count);
        }
    }

    private static async Task<(VideoFacts Facts, VideoIndex Index)> IndexAsync(string path, VideoLimits? limits = null)
    {
        var (tools, cancel) = (PaintedVideo.Tools(), TestContext.Current.CancellationToken);
        var facts = await new VideoProbe(tools, limits ?? new VideoLimits()).ProbeAsync(path, cancel);
        return (facts, await new VideoIndexer(tools, limits ?? new VideoLimits()).IndexAsync(path, facts, null, cancel));
    }

    /// <summary>Reads all frames at once and some by jumping, and returns the number painted on the first one.</summary>
    private static async Task<int> AssertExactAsync(string path, int? expected, int? first, bool listed)
    {
        var (facts, index) = await IndexAsync(path);
        Assert.Equal(listed, index.Seekable);
        var reader = new VideoFrameReader(PaintedVideo.Tools(), new VideoLimits());
        var cancel = TestContext.Current.CancellationToken;
        var all = new List<int>();
        await foreach (var picture in reader.ReadAsync(path, facts.Width, facts.Height, index, 0, int.MaxValue / 2, 1, 0, cancel))
        {
            all.Add(PaintedVideo.NumberOn(picture));
        }

        Assert.Equal(index.Count, all.Count);
        Assert.Equal(expected ?? index.Count, index.Count);
        Assert.Equal(Enumerable.Range(first ?? all[0], index.Count), all);
        var random = new Random(7);
        for (var jump = 0; jump < 6; jump++)
        {
            var wanted = jump == 0 ? index.Count - 1 : random.Next(index.Count);
            var given = await reader.ReadAsync(path, facts.Width, facts.Height, index, wanted, 3, 2, 160, cancel).ToListAsync(cancel);
            Assert.Equal(
                Enumerable.Range(0, Math.Min(3, (index.Count - 1 - wanted) / 2 + 1)).Select(at => all[wanted + (at * 2)]),
                given.Select(PaintedVideo.NumberOn));
            Assert.All(given, picture => Assert.Equal((160, 120), (picture.Width, picture.Height)));
        }

        return all[0];
    }
}
