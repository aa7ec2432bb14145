using System.Diagnostics;
using Annotator.Client.Tasks;

namespace Annotator.Benchmarks;

/// <summary>100,000 small JPEGs in one zip become a task with one job, on a system that was really started.</summary>
internal static class RegisterBenchmark
{
    public const int Images = 100_000;

    public static async Task RunAsync(Figures figures, CancellationToken cancel)
    {
        await using var system = await LoadedSystem.StartAsync(cancel);
        await MeasureAsync(system, Images, figures, cancel);
        var bytes = new DirectoryInfo(system.Data).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        figures.Add("register.disk", bytes / 1e6, "MB");
    }

    /// <summary>Uploads so many images and waits until they are a task, whose number it answers.</summary>
    public static async Task<int> MeasureAsync(LoadedSystem system, int images, Figures figures, CancellationToken cancel)
    {
        await using var zip = await LoadedSystem.ZipAsync(images, cancel);
        var (task, _) = await system.CreateTaskAsync(null, cancel);
        var clock = Stopwatch.StartNew();
        var request = await system.Client.Uploads.UploadTaskDataAsync(
            task, [("images.zip", () => new MemoryStream(zip.GetBuffer(), 0, (int)zip.Length, writable: false))], new DataOptions(), cancel);
        figures.Add("register.upload", clock.Elapsed.TotalSeconds, "s");

        clock.Restart();
        await system.FinishAsync(request, cancel);
        figures.Add("register.ready", clock.Elapsed.TotalSeconds, "s", "< 60 (100,000 images)");

        clock.Restart();
        var meta = await system.Client.Tasks.GetDataMetaAsync(task, cancel);
        figures.Add("register.meta", clock.Elapsed.TotalSeconds, "s");
        figures.Add("register.frames", meta.Size, "frames", $"{images}");
        return task;
    }
}
