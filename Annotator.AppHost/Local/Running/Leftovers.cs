using System.Diagnostics;
using System.Globalization;

namespace Annotator.AppHost.Local.Running;

/// <summary>
/// Remembers which processes we started. If the runner itself is killed they live on; the next run ends them before it starts
/// anything, by number and start time, so that no stranger who got a number of ours is hit.
/// </summary>
internal sealed class Leftovers(DataFolder data)
{
    private readonly Lock _gate = new();

    public void Add(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            var line = string.Create(CultureInfo.InvariantCulture, $"{pid} {process.StartTime.ToUniversalTime().Ticks}\n");
            lock (_gate)
            {
                File.AppendAllText(data.ProcessList, line);
            }
        }
        catch (ArgumentException)
        {
            // It ended in the meantime: nothing is left over.
        }
    }

    /// <summary>Ends what a killed run left behind and forgets the list. Returns how many processes there were.</summary>
    public async Task<int> EndAsync()
    {
        if (!File.Exists(data.ProcessList))
        {
            return 0;
        }

        var found = new List<Process>();
        foreach (var line in await File.ReadAllLinesAsync(data.ProcessList))
        {
            var parts = line.Split(' ');
            if (parts.Length == 2 && Find(parts[0], parts[1]) is { } process)
            {
                found.Add(process);
            }
        }

        // Last started first: services before the database that they use.
        foreach (var process in Enumerable.Reverse(found))
        {
            await EndAsync(process);
            process.Dispose();
        }

        File.Delete(data.ProcessList);
        return found.Count;
    }

    private static async Task EndAsync(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill(entireProcessTree: true);
        }
        else
        {
            // SIGINT is PostgreSQL's fast stop, and .NET services and node end on it as well.
            Unix.Signal(process.Id, Unix.SIGINT);
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static Process? Find(string pid, string ticks)
    {
        try
        {
            var process = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
            // Linux counts start times in clock ticks from boot: two readings may differ a little.
            var difference = process.StartTime.ToUniversalTime().Ticks - long.Parse(ticks, CultureInfo.InvariantCulture);
            if (Math.Abs(difference) < TimeSpan.TicksPerSecond && !process.HasExited)
            {
                return process;
            }

            process.Dispose();
            return null;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or FormatException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
