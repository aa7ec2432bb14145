using System.Diagnostics;
using System.Globalization;

namespace Annotator.Benchmarks;

/// <summary>
/// From the command to a page that answers: cold (a new data folder, the database is made) and warm (it is there), and the
/// memory that the whole system holds when nobody does anything.
/// </summary>
internal static class StartBenchmark
{
    private const int WarmStarts = 3;

    public static async Task RunAsync(Figures figures, CancellationToken cancel)
    {
        var data = Path.Combine(Path.GetTempPath(), $"annotator-start-{Guid.CreateVersion7():N}");
        try
        {
            var cold = await MeasureAsync(data, idle: TimeSpan.Zero, cancel);
            figures.Add("start cold (no data yet)", cold.Seconds, "s", "< 60");

            var warm = new List<double>();
            for (var i = 1; i < WarmStarts; i++)
            {
                warm.Add((await MeasureAsync(data, idle: TimeSpan.Zero, cancel)).Seconds);
            }

            var last = await MeasureAsync(data, idle: TimeSpan.FromSeconds(20), cancel);
            warm.Add(last.Seconds);
            figures.Add($"start warm (median of {WarmStarts})", Figures.Percentile(warm, 0.5), "s", "< 15");
            foreach (var (process, bytes) in last.Memory)
            {
                figures.Add($"idle memory of {process}", bytes / 1e6, "MB");
            }

            figures.Add("idle memory of all processes", last.Memory.Sum(process => process.Bytes) / 1e6, "MB", "< 1,000");
        }
        finally
        {
            if (Directory.Exists(data))
            {
                Directory.Delete(data, recursive: true);
            }
        }
    }

    private static async Task<(double Seconds, IReadOnlyList<(string Process, long Bytes)> Memory)> MeasureAsync(
        string data, TimeSpan idle, CancellationToken cancel)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var assembly = Path.Combine(own.Parent!.Parent!.FullName, "Annotator.AppHost", own.Name, "Annotator.AppHost.dll");
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { assembly, "--data", data }, RedirectStandardOutput = true };
        var clock = Stopwatch.StartNew();
        using var host = Process.Start(start)!;
        var ready = false;
        while (!ready && await host.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            ready = line.Contains("Annotator is ready", StringComparison.Ordinal);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        if (!ready)
        {
            throw new InvalidOperationException($"The app host ended with exit code {host.ExitCode} before it was ready.");
        }

        // Nobody reads the pipe from here on; it is drained so that the host never waits for us.
        var drain = host.StandardOutput.ReadToEndAsync(cancel);
        await Task.Delay(idle, cancel);
        var memory = idle > TimeSpan.Zero ? MemoryOf(host.Id) : [];
        using var interrupt = Process.Start(new ProcessStartInfo("kill") { ArgumentList = { "-INT", host.Id.ToString(CultureInfo.InvariantCulture) } })!;
        await host.WaitForExitAsync(cancel);
        await drain;
        return (seconds, memory);
    }

    /// <summary>
    /// The share of memory (PSS: what processes share is counted once) of the host and everything it started. Linux only.
    /// </summary>
    internal static List<(string Process, long Bytes)> MemoryOf(int root)
    {
        var parents = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, Parent: ParentOf(pid)))
            .ToList();
        var family = new HashSet<int> { root };
        while (parents.Any(process => family.Contains(process.Parent) && family.Add(process.Pid)))
        {
        }

        return [.. family
            .Select(pid => (Name: NameOf(pid), Bytes: ShareOf(pid)))
            .GroupBy(process => process.Name, (name, all) => (name, all.Sum(process => process.Bytes)))
            .OrderByDescending(process => process.Item2)];
    }

    private static int ParentOf(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal));
            return int.Parse(line.AsSpan(5).Trim(), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static string NameOf(int pid)
    {
        var command = File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        var assembly = command.FirstOrDefault(part => part.EndsWith(".dll", StringComparison.Ordinal));
        return assembly is null ? "postgres" : Path.GetFileNameWithoutExtension(assembly);
    }

    private static long ShareOf(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(4).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
    }
}
