using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Annotator.Core.Operations;
using Annotator.Media.Video;
using Annotator.Tests.Api.Media;
using Annotator.Tests.Unit.Media;
using Annotator.Tests.Unit.Media.Video;

namespace Annotator.Tests.Security;

/// <summary>What strangers may send as videos. Each lies beside a good photo: it must be named, open nothing, and leave no process behind.</summary>
public sealed class VideoUploads(MediaBench bench) : IClassFixture<MediaBench>
{
    private const string Secret = "the content of a file of the server's own";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("playlist.mp4")]
    [InlineData("playlist-behind-a-header.mp4")]
    [InlineData("list.ffconcat")]
    [InlineData("list-behind-a-header.mp4")]
    [InlineData("address.mp4")]
    [InlineData("header-only.mp4")]
    [InlineData("noise.mp4")]
    [InlineData("noise.mkv")]
    [InlineData("noise.avi")]
    [InlineData("noise.ts")]
    [InlineData("cut-off.mp4")]
    [InlineData("lying-size.mp4")]
    public async Task A_hostile_video_is_refused_by_name_and_the_good_photo_is_kept(string name)
    {
        var secret = Path.Join(Path.GetTempPath(), $"annotator-secret-{Guid.CreateVersion7():N}.txt");
        await File.WriteAllTextAsync(secret, Secret, Cancel);
        try
        {
            var task = await bench.TaskAsync(0, 0, (name, await MakeAsync(name, secret)), ("good.png", Images.Encoded(".png")));

            var prepared = await bench.PrepareAsync(task);

            Assert.Equal(OperationState.Finished, prepared.Operation.State);
            Assert.Equal("good.png", prepared.Names);
            Assert.StartsWith($"{name} could not be read: it ", prepared.Operation.Message);
            Assert.DoesNotContain(Path.GetTempPath(), prepared.Operation.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret[..10], prepared.Operation.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Processes(), command => command.Contains(bench.Folder, StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public async Task Of_a_video_that_breaks_off_the_frames_before_are_there_and_none_is_another()
    {
        var whole = await PaintedVideo.BytesAsync(200, "-g", "25", "-movflags", "+faststart");
        var task = await bench.TaskAsync(0, 0, ("street.mp4", whole[..(whole.Length * 2 / 3)]));
        var prepared = await bench.PrepareAsync(task);

        Assert.InRange(prepared.Frames.Count, 50, 199);
        Assert.Equal(Enumerable.Range(0, prepared.Frames.Count), prepared.Frames.Select(frame => frame.VideoFrame!.Value));
        Assert.DoesNotContain(Processes(), command => command.Contains(bench.Folder, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no-time-scale", "mdhd", 12, new byte[] { 0, 0, 0, 0 })]
    [InlineData("no-duration", "mdhd", 16, new byte[] { 0, 0, 0, 0 })]
    [InlineData("negative-duration", "mdhd", 16, new byte[] { 0x80, 0, 0, 0 })]
    [InlineData("a-thousand-million-frames", "stts", 8, new byte[] { 0x3B, 0x9A, 0xCA, 0 })]
    [InlineData("a-thousand-million-sizes", "stsz", 8, new byte[] { 0x3B, 0x9A, 0xCA, 0 })]
    [InlineData("frames-without-time", "stts", 12, new byte[] { 0, 0, 0, 0 })]
    [InlineData("an-age-for-a-frame", "stts", 12, new byte[] { 0x7F, 0xFF, 0xFF, 0xFF })]
    [InlineData("chunks-elsewhere", "stco", 8, new byte[] { 0x7F, 0xFF, 0xFF, 0xFF })]
    public async Task A_video_with_a_lying_header_has_the_frames_that_it_has_or_is_named(string name, string box, int at, byte[] bytes)
    {
        var film = AbuseCorpus.Patch(await PaintedVideo.BytesAsync(30, "-movflags", "+faststart"), box, at, bytes);
        var task = await bench.TaskAsync(0, 0, ($"{name}.mp4", film), ("good.png", Images.Encoded(".png")));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal(OperationState.Finished, prepared.Operation.State);
        Assert.Contains("good.png", prepared.Names, StringComparison.Ordinal);
        Assert.InRange(prepared.Frames.Count, 1, 31);
        if (prepared.Frames.Count == 1)
        {
            Assert.StartsWith($"{name}.mp4 could not be read: it ", prepared.Operation.Message);
        }

        Assert.DoesNotContain(Processes(), command => command.Contains(bench.Folder, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_decoder_that_hangs_is_killed_with_all_that_it_started()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The program that hangs is a shell script.");
        var folder = Directory.CreateTempSubdirectory("hanging-");
        try
        {
            var program = Path.Join(folder.FullName, "ffprobe");
            await File.WriteAllTextAsync(program, "#!/bin/sh\nsleep 3071 &\nsleep 3071\n", Cancel);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            var probe = new VideoProbe(new FfmpegTools(program, program), new VideoLimits { ProbeTimeout = TimeSpan.FromMilliseconds(300) });

            var refused = await Assert.ThrowsAsync<UnreadableVideoException>(() => probe.ProbeAsync(program, Cancel));

            Assert.Contains("longer than", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Processes(), command => command.Contains("sleep\0" + "3071", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_decoder_gets_no_rights_writes_no_large_file_and_leaves_no_picture_of_its_memory()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prlimit") && File.Exists("/usr/bin/setpriv"), "This system has no prlimit or no setpriv.");
        var folder = Directory.CreateTempSubdirectory("telling-");
        try
        {
            var program = Path.Join(folder.FullName, "ffprobe");
            await File.WriteAllTextAsync(program, "#!/bin/sh\necho \"rights $(grep NoNewPrivs /proc/self/status | cut -f 2), blocks $(ulimit -f), core $(ulimit -c), kilobytes $(ulimit -v), seconds $(ulimit -t)\" >&2\nexit 1\n", Cancel);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            var probe = new VideoProbe(new FfmpegTools(program, program), new VideoLimits { MaxMemory = 1L << 30, ProbeTimeout = TimeSpan.FromSeconds(20) });

            var refused = await Assert.ThrowsAsync<UnreadableVideoException>(() => probe.ProbeAsync(program, Cancel));

            Assert.Equal("cannot be decoded (rights 1, blocks 131072, core 0, kilobytes 1048576, seconds 160)", refused.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Somebody_who_goes_away_takes_the_decoder_along()
    {
        var path = Path.Join(Path.GetTempPath(), $"annotator-test-{Guid.CreateVersion7():N}.mp4");
        try
        {
            await File.WriteAllBytesAsync(path, await PaintedVideo.BytesAsync(600, "-g", "250"), Cancel);
            var facts = await new VideoProbe(PaintedVideo.Tools(), new VideoLimits()).ProbeAsync(path, Cancel);
            var index = await new VideoIndexer(PaintedVideo.Tools(), new VideoLimits()).IndexAsync(path, facts, null, Cancel);
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (var picture in new VideoFrameReader(PaintedVideo.Tools(), new VideoLimits()).ReadAsync(path, facts.Width, facts.Height, index, 0, 600, 1, 0, gone.Token))
                {
                    await gone.CancelAsync();
                }
            });

            Assert.DoesNotContain(Processes(), command => command.Contains(Path.GetFileName(path), StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<byte[]> MakeAsync(string name, string secret)
    {
        // The first bytes of a film, so that it comes to be looked at by ffmpeg at all.
        byte[] header = [0, 0, 0, 16, .. "ftypisom"u8, 0, 0, 0, 1];
        switch (name)
        {
            case "playlist.mp4" or "playlist-behind-a-header.mp4":
                var playlist = Encoding.UTF8.GetBytes($"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXTINF:1,\nconcat:file://{secret}|subfile,,start,0,end,9,,:{secret}\n#EXT-X-ENDLIST\n");
                return name == "playlist.mp4" ? playlist : [.. header, .. playlist];
            case "list.ffconcat" or "list-behind-a-header.mp4":
                var list = Encoding.UTF8.GetBytes($"ffconcat version 1.0\nfile '{secret}'\n");
                return name == "list.ffconcat" ? list : [.. header, .. list];
            case "address.mp4":
                // A film whose data lie in another file, as QuickTime allows.
                var linked = await PaintedVideo.BytesAsync(5, "-movflags", "+faststart");
                var at = linked.AsSpan().IndexOf("url "u8);
                linked[at + 7] = 0;
                return linked[..(linked.AsSpan().IndexOf("mdat"u8) - 4)];
            case "header-only.mp4":
                return header;
            case "cut-off.mp4":
                return (await PaintedVideo.BytesAsync(20))[..300];
            case "lying-size.mp4":
                return await HugeAsync();
            default:
                var noise = new byte[100_000];
                new Random(5).NextBytes(noise);
                byte[] start = Path.GetExtension(name) switch
                {
                    ".mkv" => [0x1A, 0x45, 0xDF, 0xA3],
                    ".avi" => [.. "RIFF"u8, 0, 0, 1, 0, .. "AVI LIST"u8],
                    _ => header,
                };
                start.CopyTo(noise, 0);
                for (var packet = 0; packet < noise.Length && name == "noise.ts"; packet += 188)
                {
                    noise[packet] = 0x47;
                }

                return noise;
        }
    }

    /// <summary>A small film that says in every place that its pictures are 60,000 pixels wide and high.</summary>
    private static async Task<byte[]> HugeAsync()
    {
        var film = await PaintedVideo.BytesAsync(5);
        for (var at = film.AsSpan().IndexOf("avc1"u8); at >= 0 && at + 32 < film.Length;)
        {
            BinaryPrimitives.WriteUInt16BigEndian(film.AsSpan(at + 28), 60_000);
            BinaryPrimitives.WriteUInt16BigEndian(film.AsSpan(at + 30), 60_000);
            var next = film.AsSpan(at + 4).IndexOf("avc1"u8);
            at = next < 0 ? -1 : at + 4 + next;
        }

        // Without its parameters nothing contradicts the header.
        var record = film.AsSpan().IndexOf("avcC"u8);
        film.AsSpan(record + 4, 30).Clear();
        return film;
    }

    private static IEnumerable<string> Processes()
    {
        foreach (var process in OperatingSystem.IsLinux() ? Process.GetProcesses() : [])
        {
            using (process)
            {
                if (Read($"/proc/{process.Id}/cmdline") is { } command)
                {
                    yield return command;
                }
            }
        }

        static string? Read(string path)
        {
            try
            {
                return File.ReadAllText(path);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
                return null;
            }
        }
    }
}
