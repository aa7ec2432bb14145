using System.Globalization;

namespace Annotator.Media.Video;

/// <summary>
/// An encoder of the machine's ffmpeg that makes what browsers decode: H.264 by x264 where it is, else by OpenH264, else VP8. None of them
/// is a part of ours, and a machine that has none shows pictures instead.
/// </summary>
public sealed record ProxyEncoder
{
    private const int Macroblock = 16;

    /// <summary>The most macroblocks of a picture by the levels of H.264.</summary>
    private static readonly (int Macroblocks, string Level)[] _levels =
        [(396, "2.0"), (1620, "3.0"), (3600, "3.1"), (8192, "4.0"), (8704, "4.2"), (22080, "5.0"), (36864, "5.2"), (139264, "6.2")];

    private static readonly ProxyEncoder[] _known = [new() { Name = "libx264" }, new() { Name = "libopenh264" }, new() { Name = "libvpx" }];

    private ProxyEncoder()
    {
    }

    /// <summary>ffmpeg's name of it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether packets are H.264 with start codes; otherwise they are VP8 frames.</summary>
    public bool IsH264 => Name != "libvpx";

    /// <summary>ffmpeg's name of the container that adds nothing to the packets.</summary>
    internal string Muxer => IsH264 ? "h264" : "rawvideo";

    /// <summary>The first of the encoders that encodes two small pictures; null when none does.</summary>
    /// <param name="only">The name of the one to look for; null for any.</param>
    public static async Task<ProxyEncoder?> FindAsync(FfmpegTools tools, VideoLimits limits, CancellationToken cancel, string? only = null)
    {
        foreach (var encoder in tools == FfmpegTools.None ? [] : _known.Where(encoder => only is null || encoder.Name == only))
        {
            try
            {
                string[] arguments =
                [
                    "-nostdin", "-v", "error", "-f", "lavfi", "-i", "color=size=64x64:rate=30", "-map", "0:v", "-frames:v", "2",
                    .. encoder.Options(64, 64, 12), .. FrameListing.Output(encoder.Muxer),
                ];
                var listing = new FrameListing();
                await using var process = FfmpegProcess.Start(tools.Ffmpeg, arguments, limits, limits.ProbeTimeout, cancel, listing);
                await process.Output.CopyToAsync(Stream.Null, cancel);
                await process.FinishAsync();
                if (await listing.NextAsync(cancel) is { Key: true })
                {
                    return encoder;
                }
            }
            catch (UnreadableVideoException)
            {
                // It is not in this ffmpeg.
            }
        }

        return null;
    }

    /// <summary>Options of the encoder: no frame refers to a later one, and every <paramref name="keyEvery"/>th to none before it.</summary>
    /// <param name="width">Even.</param>
    /// <param name="height">Even.</param>
    internal IEnumerable<string> Options(int width, int height, int keyEvery)
    {
        var keys = keyEvery.ToString(CultureInfo.InvariantCulture);
        string[] common = ["-c:v", Name, "-pix_fmt", "yuv420p", "-threads", "2", "-g", keys];
        return Name switch
        {
            "libx264" =>
            [
                .. common, "-preset", "superfast", "-crf", "22", "-keyint_min", keys, "-sc_threshold", "0", "-bf", "0", "-flags", "+cgop",
                "-level", LevelOf(width, height), "-x264-params", "repeat-headers=1:aud=1",
            ],
            "libopenh264" => [.. common, "-bf", "0", "-rc_mode", "quality", "-b:v", BitRate(width, height), "-qmin", "12", "-qmax", "26"],
            _ =>
            [
                .. common, "-deadline", "realtime", "-cpu-used", "8", "-crf", "8", "-b:v", BitRate(width, height), "-keyint_min", keys,
                "-auto-alt-ref", "0", "-lag-in-frames", "0",
            ],
        };
    }

    private static string LevelOf(int width, int height)
    {
        var macroblocks = ((width + Macroblock - 1) / Macroblock) * ((height + Macroblock - 1) / Macroblock);
        return Array.Find(_levels, level => macroblocks <= level.Macroblocks).Level ?? "6.2";
    }

    /// <summary>Encoders without a scale of quality are given room enough: five bits for a pixel in a second.</summary>
    private static string BitRate(int width, int height) =>
        Math.Max(1_000_000, 5L * width * height).ToString(CultureInfo.InvariantCulture);
}
