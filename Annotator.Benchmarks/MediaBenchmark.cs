using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Annotator.Client;
using Annotator.Client.Tasks;

namespace Annotator.Benchmarks;

/// <summary>
/// Videos on a system that was really started: how soon after the upload a task can be opened, how fast frames are indexed, what the
/// disk holds, and in a headless Chromium how soon each frame is there, whether it is the right one, and how smoothly it plays.
/// </summary>
internal static class MediaBenchmark
{
    private const int Bits = 16;

    /// <param name="Period">Painted numbers begin anew after so many frames.</param>
    private sealed record Clip(string Name, int Width, int Height, int Frames, int Period, double Rate, int Seeks, string[] Options);

    private static readonly Clip[] Clips =
    [
        new("1080p", 1920, 1080, 1200, 1200, 30, 200, ["-c:v", "libx264", "-preset", "veryfast", "-g", "250", "-pix_fmt", "yuv420p"]),
        new("4k", 3840, 2160, 120, 120, 30, 40, ["-c:v", "libx264", "-preset", "ultrafast", "-g", "60", "-pix_fmt", "yuv420p"]),
        new("variable", 1280, 720, 400, 400, 30, 100, ["-vf-last", "setpts='(floor(N/40)*60+mod(N,40)+max(0,mod(N,40)-20))/(30*TB)'", "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-pix_fmt", "yuv420p"]),
        new("hour", 640, 360, 108_000, 1800, 30, 2000, ["-c:v", "libx264", "-preset", "veryfast", "-g", "60", "-pix_fmt", "yuv420p"]),
    ];

    public static async Task RunAsync(Figures figures, CancellationToken cancel)
    {
        await using var system = await LoadedSystem.StartAsync(cancel);
        var folder = Directory.CreateTempSubdirectory("annotator-media-");
        try
        {
            var jobs = new List<object>();
            foreach (var clip in Clips)
            {
                var path = await MakeAsync(clip, folder.FullName, cancel);
                var (task, _) = await system.CreateTaskAsync(null, cancel);
                var request = await system.Client.Uploads.UploadTaskDataAsync(task, [($"{clip.Name}.mp4", () => File.OpenRead(path))], new DataOptions(), cancel);
                var clock = Stopwatch.StartNew();
                await system.FinishAsync(request, cancel);
                figures.Add($"media.{clip.Name}.ready", clock.Elapsed.TotalSeconds, "s");
                figures.Add($"media.{clip.Name}.prepared", clip.Frames / clock.Elapsed.TotalSeconds, "frames/s");
                var found = await system.Client.Jobs.ListAsync(new ListQuery { Where = new Dictionary<string, string?> { ["task_id"] = $"{task}" } }, cancel);
                jobs.Add(new { clip.Name, job = found.Results[0].Id, clip.Frames, clip.Period, clip.Width, clip.Height, fps = clip.Rate, clip.Seeks });
            }

            var originals = folder.EnumerateFiles().Sum(file => file.Length);
            await WatchAsync(system, jobs, figures, cancel);
            var held = new DirectoryInfo(Path.Combine(system.Data, "blobs")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
            figures.Add("media.disk beside the originals", (held - originals) / (double)originals, "times them");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task WatchAsync(LoadedSystem system, List<object> clips, Figures figures, CancellationToken cancel)
    {
        var told = JsonSerializer.Serialize(new { url = system.Url, user = "admin", password = LoadedSystem.Password, clips }, JsonSerializerOptions.Web);
        using var node = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine("bench", "media.mjs"), told },
            WorkingDirectory = Path.Combine(Checkout.Find(), "Annotator.Web", "editor"),
            RedirectStandardOutput = true,
        })!;
        while (await node.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith('{'))
            {
                var figure = JsonSerializer.Deserialize<BrowserFigure>(line, JsonSerializerOptions.Web)!;
                figures.Add(figure.Name, figure.Value, figure.Unit, figure.Target ?? "");
                figures.Failed |= figure is { Target: "0", Value: > 0 };
            }
        }

        await node.WaitForExitAsync(cancel);
        if (node.ExitCode != 0)
        {
            throw new InvalidOperationException($"The browser's part ended with exit code {node.ExitCode}.");
        }
    }

    private sealed record BrowserFigure(string Name, double Value, string Unit, string? Target);

    /// <summary>A clip with each frame's number along the top: sixteen cells, white for one, the lowest bit first.</summary>
    private static async Task<string> MakeAsync(Clip clip, string folder, CancellationToken cancel)
    {
        var (path, part) = (Path.Combine(folder, $"{clip.Name}.mp4"), Path.Combine(folder, $"{clip.Name}-part.mp4"));
        var (cell, height) = (clip.Width / Bits, clip.Height / 12);
        var paint = $"drawbox=x=0:y=0:w={clip.Width}:h={height}:color=black:t=fill" + string.Concat(Enumerable.Range(0, Bits).Select(bit => string.Create(
            CultureInfo.InvariantCulture, $",drawbox=x={bit * cell}:y=0:w={cell}:h={height}:color=white:t=fill:enable='gt(bitand(n\\,{1 << bit})\\,0)'")));
        var options = clip.Options.ToList();
        if (options is ["-vf-last", var last, ..])
        {
            paint += "," + last;
            options.RemoveRange(0, 2);
        }

        await FfmpegAsync(
            ["-f", "lavfi", "-i", $"testsrc2=size={clip.Width}x{clip.Height}:rate=30", "-vf", paint, "-frames:v", clip.Period.ToString(CultureInfo.InvariantCulture), .. options, part], cancel);
        var repeats = (clip.Frames / clip.Period) - 1;
        await FfmpegAsync(["-stream_loop", repeats.ToString(CultureInfo.InvariantCulture), "-i", part, "-c", "copy", "-movflags", "+faststart", path], cancel);
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
