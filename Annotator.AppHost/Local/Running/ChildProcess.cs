using System.Diagnostics;

namespace Annotator.AppHost.Local.Running;

/// <summary>A process of ours: its output goes to the log, and it is asked to end before it is made to.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Pid => _process.Id;
    public bool HasExited => _process.HasExited;
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a command without a shell. With <paramref name="asNobody"/> it runs as the user nobody.</summary>
    public static ChildProcess Start(
        string command,
        IEnumerable<string> arguments,
        string workingDirectory,
        IReadOnlyDictionary<string, string> environment,
        Action<string, bool> output,
        bool asNobody = false)
    {
        var start = new ProcessStartInfo
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };

        var line = new List<string>();
        if (OperatingSystem.IsLinux())
        {
            // A session of its own, so that Ctrl+C in the terminal reaches us alone and we end things in order.
            line.Add("setsid");
        }

        if (asNobody)
        {
            line.AddRange(["setpriv", $"--reuid={Unix.Nobody}", $"--regid={Unix.Nobody}", "--clear-groups", "--"]);
        }

        line.Add(command);
        line.AddRange(arguments);
        start.FileName = line[0];
        foreach (var argument in line.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Forward(line.Data, isError: false);
        process.ErrorDataReceived += (_, line) => Forward(line.Data, isError: true);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process);

        void Forward(string? text, bool isError)
        {
            if (!string.IsNullOrEmpty(text))
            {
                output(text, isError);
            }
        }
    }

    public Task WaitAsync(CancellationToken cancel) => _process.WaitForExitAsync(cancel);

    /// <summary>Sends the signal, waits, and kills the whole tree if it is still there after <paramref name="patience"/>.</summary>
    public async Task StopAsync(int signal, TimeSpan patience)
    {
        if (_process.HasExited)
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            _process.Kill(entireProcessTree: true);
        }
        else
        {
            Unix.Signal(_process.Id, signal);
        }

        using var limit = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public void Dispose() => _process.Dispose();
}
