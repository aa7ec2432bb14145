using System.Diagnostics;
using System.Text;

namespace Annotator.Inference.Processes;

/// <summary>One started process, from its birth to its end. It is watched: time, memory, and whether it still lives.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private const int KeptErrorCharacters = 4000;

    /// <summary>Memory that libraries and the runtime take besides what the limit is for.</summary>
    private const long Overhead = 512L << 20;
    private static readonly TimeSpan _watchEvery = TimeSpan.FromMilliseconds(250);

    private readonly Process _process;
    private readonly MessageChannel _channel;
    private readonly Task<string> _errors;
    private readonly Task _watch;
    private readonly CancellationTokenSource _end = new();
    private readonly InferenceLimits _limits;
    private bool _tooLarge;

    private RunningHost(Process process, InferenceLimits limits)
    {
        (_process, _limits) = (process, limits);
        _channel = new MessageChannel(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        _errors = ReadErrorsAsync(process.StandardError);
        _watch = WatchMemoryAsync();
    }

    public int Id => _process.Id;
    public bool HasEnded => _process.HasExited;

    public static RunningHost Start(InferenceLimits limits)
    {
        var process = Process.Start(InferenceProgram.StartInfo(limits)) ?? throw new ModelException("process-crashed", "The process for the model did not start.");
        try
        {
            // People who use the server come first.
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended already, or the system does not allow it: neither changes what follows.
        }

        return new RunningHost(process, limits);
    }

    /// <exception cref="ModelException"><c>process-crashed</c>, <c>process-timeout</c> or <c>process-memory</c>; the process is then dead.</exception>
    public async Task<(InferenceAnswer Answer, byte[] Body)> CallAsync(InferenceRequest request, IReadOnlyList<ReadOnlyMemory<byte>> body, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        using var kill = deadline.Token.Register(Kill);
        try
        {
            await _channel.WriteAsync(request, body, deadline.Token);
            return await _channel.ReadAsync<InferenceAnswer>(deadline.Token);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or OperationCanceledException or ObjectDisposedException)
        {
            Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
            var said = await _errors;
            throw deadline.IsCancellationRequested
                ? new ModelException("process-timeout", $"The model took longer than {limit.TotalSeconds:0.#} s and was stopped.", error)
                : _tooLarge || said.Contains("OutOfMemory", StringComparison.Ordinal) || said.Contains("bad_alloc", StringComparison.Ordinal)
                    ? new ModelException("process-memory", $"The model needs more memory than the limit of {_limits.MaxProcessMemory >> 20:N0} MiB.", error)
                    : new ModelException("process-crashed", $"The model's process ended unexpectedly (code {_process.ExitCode}{Reason(said)}).", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _watch;
        await _errors;
        _end.Dispose();
        _process.Dispose();
    }

    /// <summary>Ends the process and its children; a call that runs fails.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private async Task WatchMemoryAsync()
    {
        using var timer = new PeriodicTimer(_watchEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token) && !_process.HasExited)
            {
                _process.Refresh();
                if (_process.WorkingSet64 > _limits.MaxProcessMemory + Overhead)
                {
                    _tooLarge = true;
                    Kill();
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or InvalidOperationException)
        {
            // The end of the process is the end of the watch.
        }
    }

    private static string Reason(string said) =>
        said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() is { } line ? $": {line}" : "";

    private static async Task<string> ReadErrorsAsync(StreamReader errors)
    {
        var kept = new StringBuilder();
        var buffer = new char[1024];
        int read;
        while ((read = await errors.ReadAsync(buffer)) > 0)
        {
            // A model can make its runtime complain for ever: the pipe is emptied, and what is kept is bounded.
            if (kept.Length > KeptErrorCharacters)
            {
                kept.Remove(0, kept.Length - (KeptErrorCharacters / 2));
            }

            kept.Append(buffer, 0, read);
        }

        return kept.ToString();
    }
}
