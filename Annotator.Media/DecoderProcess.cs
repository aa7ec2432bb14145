using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Annotator.Media;

/// <summary>
/// One run of a decoder that is a program of its own over a stranger's file: no shell, a limit on time and memory, and what it
/// says kept short. Whatever happens, the process and its children are gone afterwards.
/// </summary>
internal sealed class DecoderProcess : IAsyncDisposable
{
    private const int KeptErrorCharacters = 4000;
    private const string Prlimit = "/usr/bin/prlimit";
    private const string Setpriv = "/usr/bin/setpriv";

    /// <summary>Decoders write to pipes. Some keep a small cache of fonts; more than this is no business of theirs.</summary>
    private const long MaxFileBytes = 64 << 20;

    /// <summary>Seconds of computing for each second that a decoder may take: as many threads as it is given, and some of its own.</summary>
    private const int MostThreads = 8;

    private readonly Process _process;
    private readonly CancellationTokenSource _end;
    private readonly CancellationToken _cancel;
    private readonly DecoderLimits _limits;
    private readonly Task<string> _errors;

    private DecoderProcess(Process process, DecoderLimits limits, Func<string, bool>? take, Action? ended, CancellationToken cancel)
    {
        _process = process;
        _limits = limits;
        _cancel = cancel;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _end.CancelAfter(limits.Time);
        _end.Token.Register(Kill);
        _errors = ReadErrorsAsync(process.StandardError, take, ended);
    }

    /// <summary>What the program writes. It ends early when the time is over; <see cref="FinishAsync"/> says so.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <param name="program">A full path.</param>
    /// <param name="take">Is shown each line that the program complains with; those that it takes are no complaints.</param>
    /// <param name="ended">Told when there are no more lines.</param>
    /// <param name="behind">Whether the program gives way to everything else on the machine.</param>
    public static DecoderProcess Start(
        string program, IEnumerable<string> arguments, DecoderLimits limits, CancellationToken cancel, Func<string, bool>? take = null, Action? ended = null, bool behind = false)
    {
        cancel.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo
        {
            FileName = program,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            StandardErrorEncoding = Encoding.UTF8,
        };
        if (OperatingSystem.IsLinux() && File.Exists(Prlimit))
        {
            start.FileName = Prlimit;
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--as={limits.Memory}"));
            start.ArgumentList.Add("--core=0");
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--fsize={MaxFileBytes}"));
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--cpu={Math.Ceiling(limits.Time.TotalSeconds) * MostThreads}"));
            start.ArgumentList.Add("--");
            if (File.Exists(Setpriv))
            {
                start.ArgumentList.Add(Setpriv);
                start.ArgumentList.Add("--no-new-privs");
            }

            start.ArgumentList.Add(program);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        if (behind)
        {
            GiveWay(process);
        }

        return new DecoderProcess(process, limits, take, ended, cancel);
    }

    /// <summary>Waits for the end. The output must have been read to its end before.</summary>
    /// <returns>What the program complained of, its first lines; complaints need not mean failure.</returns>
    /// <exception cref="Exception">What <see cref="DecoderLimits.Refuse"/> makes: the program failed or took too long.</exception>
    public async Task<string> FinishAsync()
    {
        var errors = await _errors;
        await _process.WaitForExitAsync(CancellationToken.None);
        _cancel.ThrowIfCancellationRequested();
        if (_end.IsCancellationRequested)
        {
            throw _limits.Refuse($"takes longer than {_limits.Time.TotalSeconds:0} s to decode");
        }

        return _process.ExitCode == 0 ? errors : throw _limits.Refuse($"cannot be decoded ({Reason(errors)})");
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _end.Dispose();
        _process.Dispose();
    }

    /// <summary>The last complaint, without the names and addresses of a program's inner parts and without paths.</summary>
    private static string Reason(string errors)
    {
        if (errors.Contains("moov atom not found", StringComparison.Ordinal))
        {
            return "it breaks off before its list of frames, which cameras write at the end: it was not recorded, copied or uploaded to its end";
        }

        var line = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "no reason was given";
        if (line.StartsWith('[') && line.IndexOf("] ", StringComparison.Ordinal) is > 0 and var end)
        {
            line = line[(end + 2)..];
        }

        return line.StartsWith('/') && line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon ? line[(colon + 2)..] : line;
    }

    private void Kill()
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

    private static void GiveWay(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.Idle;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended already, or this system does not let us: then it runs like any other.
        }
    }

    private static async Task<string> ReadErrorsAsync(StreamReader errors, Func<string, bool>? take, Action? ended)
    {
        var kept = new StringBuilder();
        while (await errors.ReadLineAsync() is { } line)
        {
            if (take?.Invoke(line) is true)
            {
                continue;
            }

            // A file can make a decoder complain for ever; the pipe is emptied, but what is kept is bounded.
            if (kept.Length > KeptErrorCharacters)
            {
                kept.Remove(0, kept.Length - (KeptErrorCharacters / 2));
            }

            kept.Append(line).Append('\n');
        }

        ended?.Invoke();
        return kept.ToString();
    }
}

/// <summary>What a decoder may cost, and how it is refused when it costs more.</summary>
/// <param name="Memory">Bytes that it may address. Not every system can hold a process to it.</param>
/// <param name="Time">After this time it is killed.</param>
/// <param name="Refuse">Makes an exception of the second half of a sentence that starts with the file's name.</param>
internal sealed record DecoderLimits(long Memory, TimeSpan Time, Func<string, Exception> Refuse);
