using System.Diagnostics;
using System.Globalization;

namespace Annotator.Benchmarks;

/// <summary>A video that is made for measuring, with each frame's number along the top: sixteen cells, white for one, the lowest bit first.</summary>
/// <param name="Frames">A multiple of <paramref name="Period"/>.</param>
/// <param name="Period">Painted numbers begin anew after so many frames.</param>
/// <param name="Seeks">To how many random frames a browser goes.</param>
/// <param name="Timing">ffmpeg's filter that moves frames in time; empty where they are evenly apart.</param>
internal sealed record MediaClip(string Name, int Width, int Height, int Frames, int Period, int Seeks, string Timing, params string[] Encoder)
{
    private const int Bits = 16;
    private const string Uneven = "setpts='(floor(N/40)*60+mod(N,40)+max(0,mod(N,40)-20))/(30*TB)'";

    /// <summary>1080p, 4K, a variable rate, and an hour.</summary>
    public static IReadOnlyList<MediaClip> All { get; } =
    [
        new("1080p", 1920, 1080, 1200, 1200, 200, "", "-preset", "veryfast", "-g", "250"),
        new("4k", 3840, 2160, 240, 240, 40, "", "-preset", "ultrafast", "-g", "60"),
        new("variable", 1280, 720, 400, 400, 100, Uneven, "-fps_mode", "vfr", "-preset", "veryfast", "-bf", "3"),
        new("hour", 640, 360, 108_000, 1800, 2000, "", "-preset", "veryfast", "-g", "60"),
    ];

    /// <summary>The same with fewer frames, to see in a minute or two that all works.</summary>
    public static IReadOnlyList<MediaClip> Quick { get; } =
    [
        new("1080p", 1920, 1080, 600, 600, 30, "", "-preset", "ultrafast", "-g", "250"),
        new("variable", 1280, 720, 400, 400, 20, Uneven, "-fps_mode", "vfr", "-preset", "ultrafast", "-bf", "3"),
        new("long", 640, 360, 3600, 1800, 60, "", "-preset", "ultrafast", "-g", "60"),
    ];

    /// <summary>Makes the file in the folder and returns its path.</summary>
    public async Task<string> MakeAsync(string folder, CancellationToken cancel)
    {
        var (path, part) = (Path.Combine(folder, $"{Name}.mp4"), Path.Combine(folder, $"{Name}-part.mp4"));
        var (cell, height) = (Width / Bits, Height / 12);
        var paint = $"drawbox=x=0:y=0:w={Width}:h={height}:color=black:t=fill" + string.Concat(Enumerable.Range(0, Bits).Select(bit => string.Create(
            CultureInfo.InvariantCulture, $",drawbox=x={bit * cell}:y=0:w={cell}:h={height}:color=white:t=fill:enable='gt(bitand(n\\,{1 << bit})\\,0)'")));
        paint += Timing.Length > 0 ? "," + Timing : "";
        await FfmpegAsync(
            [
                "-f", "lavfi", "-i", $"testsrc2=size={Width}x{Height}:rate=30", "-vf", paint, "-frames:v", Period.ToString(CultureInfo.InvariantCulture),
                "-c:v", "libx264", "-pix_fmt", "yuv420p", .. Encoder, part,
            ],
            cancel);
        var repeats = ((Frames / Period) - 1).ToString(CultureInfo.InvariantCulture);
        await FfmpegAsync(["-stream_loop", repeats, "-i", part, "-c", "copy", "-movflags", "+faststart", path], cancel);
        File.Delete(part);
        return path;
    }

    private static async Task FfmpegAsync(IEnumerable<string> arguments, CancellationToken cancel)
    {
        using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", ["-nostdin", "-y", "-v", "error", .. arguments]))!;
        await ffmpeg.WaitForExitAsync(cancel);
        if (ffmpeg.ExitCode != 0)
        {
            throw new InvalidOperationException($"ffmpeg ended with exit code {ffmpeg.ExitCode}.");
        }
    }
}
