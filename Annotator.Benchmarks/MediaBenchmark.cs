using System.Diagnostics;
using Annotator.Client;
using Annotator.Client.Annotations;
using Annotator.Client.Jobs;
using Annotator.Client.Operations;
using Annotator.Client.Tasks;

namespace Annotator.Benchmarks;

/// <summary>
/// Videos and very many images on a system that was really started: how soon after the upload the first frame is in the editor, how
/// fast frames are indexed, what the disk holds, and in a headless Chromium how soon each frame is there, whether it is the right one, how
/// smoothly it plays with boxes on it, and what memory it holds.
/// </summary>
internal static class MediaBenchmark
{
    private const int Steps = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary><c>--quick</c> has less of everything; <c>--clip PATH</c> measures a video of one's own as well.</summary>
    public static async Task RunAsync(Figures figures, Options options, CancellationToken cancel)
    {
        var quick = options.Has("quick");
        await using var system = await LoadedSystem.StartAsync(cancel);
        await using var browser = MediaBrowser.Start(system, figures);
        var folder = Directory.CreateTempSubdirectory("annotator-media-");
        try
        {
            var (job, frames, period) = (0, 0, 0);
            foreach (var clip in quick ? MediaClip.Quick : MediaClip.All)
            {
                var path = await clip.MakeAsync(folder.FullName, cancel);
                var (taskJob, label) = await WatchAsync(system, browser, clip.Name, path, clip.Period, clip.Seeks, figures, cancel);
                if (clip.Name == "1080p")
                {
                    await PlayWithBoxesAsync(system, browser, clip, taskJob, label, cancel);
                }

                (job, frames, period) = (taskJob, clip.Frames, clip.Period);
                File.Delete(path);
            }

            if (options.Text("clip") is { } own)
            {
                await WatchAsync(system, browser, "own", own, 0, 60, figures, cancel);
            }

            await browser.DoAsync(new { Do = "memory", job, period, steps = Math.Min(Steps, frames / 2) }, cancel);
            var images = quick ? 5_000 : RegisterBenchmark.Images;
            var task = await RegisterBenchmark.MeasureAsync(system, images, figures, cancel);
            await browser.DoAsync(new { Do = "images", name = "images", job = (await JobOfAsync(system, task, cancel)).Id, frames = images }, cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int Job, int Label)> WatchAsync(
        LoadedSystem system, MediaBrowser browser, string name, string path, int period, int seeks, Figures figures, CancellationToken cancel)
    {
        var (original, before) = (new FileInfo(path).Length, BytesOf(system));
        var (task, label) = await system.CreateTaskAsync(null, cancel);
        var request = await system.Client.Uploads.UploadTaskDataAsync(task, [(Path.GetFileName(path), () => File.OpenRead(path))], new DataOptions(), cancel);
        var (clock, uploaded) = (Stopwatch.StartNew(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var finishing = FinishAsync(system, request, clock, cancel);
        var job = await JobOfAsync(system, task, cancel);
        figures.Add($"media.{name}.job there", clock.Elapsed.TotalSeconds, "s");
        await browser.DoAsync(new { Do = "first", name, job = job.Id, uploaded }, cancel);
        // A job may begin with the frames that are known first.
        var finished = await finishing;
        job = await JobOfAsync(system, task, cancel);
        figures.Add($"media.{name}.indexed", (job.StopFrame - job.StartFrame + 1) / finished.TotalSeconds, "frames/s");
        await browser.DoAsync(new { Do = "video", name, job = job.Id, period, seeks }, cancel);
        figures.Add($"media.{name}.disk beside the original", (BytesOf(system) - before - original) / (double)original, "times it");
        return (job.Id, label);
    }

    private static async Task<TimeSpan> FinishAsync(LoadedSystem system, RequestId request, Stopwatch clock, CancellationToken cancel)
    {
        await system.FinishAsync(request, cancel);
        return clock.Elapsed;
    }

    /// <summary>Boxes that move from the first frame to the last, below the painted numbers.</summary>
    private static async Task PlayWithBoxesAsync(LoadedSystem system, MediaBrowser browser, MediaClip clip, int job, int label, CancellationToken cancel)
    {
        var there = 0;
        foreach (var (count, uses) in new[] { (500, "P-06"), (2000, "P-09") })
        {
            var tracks = Enumerable.Range(there, count - there).Select(number => Track(number, clip, label)).ToList();
            await system.Client.Annotations.ChangeJobAsync(job, AnnotationAction.Create, new LabeledData { Tracks = tracks }, cancel);
            await browser.DoAsync(new { Do = "boxes", clip.Name, job, clip.Period, count, uses }, cancel);
            there = count;
        }
    }

    private static LabeledTrack Track(int number, MediaClip clip, int label)
    {
        const int Columns = 50;
        const int Side = 24;
        var (left, top) = (20.0 + (number % Columns * 36), 120.0 + (number / Columns * 23));
        double[] At(double moved) => [left + moved, top, left + moved + Side, top + Side];
        return new LabeledTrack
        {
            LabelId = label,
            Shapes = [new TrackedShape { Points = At(0) }, new TrackedShape { Frame = clip.Frames - 1, Points = At(60) }],
        };
    }

    /// <summary>The task's job, as soon as there is one.</summary>
    private static async Task<Job> JobOfAsync(LoadedSystem system, int task, CancellationToken cancel)
    {
        while (true)
        {
            var found = await system.Client.Jobs.ListAsync(new ListQuery { Where = new Dictionary<string, string?> { ["task_id"] = $"{task}" } }, cancel);
            if (found.Results.Count > 0)
            {
                return found.Results[0];
            }

            await Task.Delay(Pause, cancel);
        }
    }

    private static long BytesOf(LoadedSystem system) =>
        new DirectoryInfo(Path.Combine(system.Data, "blobs")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
