using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Annotator.AppHost.Local.Status;

namespace Annotator.AppHost.Local.Running;

/// <summary>Runs the whole picture of AppHost.cs: everything at once, each part waiting for what it needs.</summary>
internal static class LocalHost
{
    public static async Task<int> RunAsync(IReadOnlyList<IResource> model, string[] args)
    {
        try
        {
            var options = RunOptions.Parse(args);
            if (options.Help)
            {
                Console.WriteLine(RunOptions.Usage);
                return 0;
            }

            return await RunAsync(model, options, TimeProvider.System);
        }
        catch (RunFailedException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private static async Task<int> RunAsync(IReadOnlyList<IResource> model, RunOptions options, TimeProvider time)
    {
        var started = Stopwatch.GetTimestamp();
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        var checkout = FindCheckout();
        using var data = DataFolder.Open(options.DataPath ?? DataFolder.DefaultPath(checkout));
        var leftovers = new Leftovers(data);
        var ended = await leftovers.EndAsync();
        if (ended > 0)
        {
            Console.WriteLine($"Ended {ended} processes that an earlier run left behind.");
        }

        if (options.Reset)
        {
            data.Empty();
        }

        var logs = new LogStream(time, options.Verbose);
        var setupToken = RandomNumberGenerator.GetHexString(32, lowercase: true);
        using var system = RunningSystem.Create(model, options, data, leftovers, checkout, setupToken, logs, time);
        await using var status = await StatusPage.StartAsync(system.Resources, logs, stop.Token);
        Console.WriteLine($"Data: {data.Root}");
        Console.WriteLine($"Status: {status.Url}");

        var runs = system.Resources.Select(resource => resource.RunAsync(system.StopOf(resource, stop.Token))).ToList();
        var exitCode = await WaitAsync(system, setupToken, started, stop);
        await system.StopAsync();
        await Task.WhenAll(runs);
        await leftovers.EndAsync();
        return exitCode;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>Announces the address once everything is healthy, then waits for the end or for a failure.</summary>
    private static async Task<int> WaitAsync(RunningSystem system, string setupToken, long started, CancellationTokenSource stop)
    {
        var failed = Task.WhenAny(system.Resources.Select(FailureOf));
        var ready = Task.WhenAll(system.Resources.Select(resource => resource.Ready));
        var stopped = Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var first = await Task.WhenAny(ready, failed, stopped);
        if (first == ready && ready.IsCompletedSuccessfully)
        {
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Announcement.WriteAsync(system.PublicUrl, setupToken, seconds, stop.Token);
            first = await Task.WhenAny(failed, stopped);
        }

        if (first == stopped || stop.IsCancellationRequested)
        {
            Console.WriteLine("Stopping.");
            return 0;
        }

        var failure = await await failed;
        await Console.Error.WriteLineAsync($"{failure.Name} could not run: {failure.StateDetail}\n{failure.LogTail(15)}");
        return 1;
    }

    /// <summary>Done with the resource when it has failed for good; never done for one that ends well.</summary>
    private static async Task<RunningResource> FailureOf(RunningResource resource)
    {
        try
        {
            if (await resource.Completed != 0)
            {
                return resource;
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return resource;
        }

        await Task.Delay(Timeout.Infinite);
        return resource;
    }

    private static string FindCheckout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Annotator.sln")))
            {
                return folder.FullName;
            }
        }

        throw new RunFailedException(string.Create(
            CultureInfo.InvariantCulture, $"The folder of Annotator.sln was not found above {AppContext.BaseDirectory}."));
    }
}
