using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Annotator.Media.Video;

/// <summary>
/// One run of ffmpeg or ffprobe over a stranger's file: no shell, no network, only containers that we know, and a limit on
/// time, pixels and memory. Whatever happens, the process and its children are gone afterwards.
/// </summary>
internal sealed class FfmpegProcess : IAsyncDisposable
{
    /// <summary>Containers that are read. Playlists are not among them: they name other files.</summary>
    private const string Containers = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,h264,hevc,ivf,mjpeg,gif,mxf,wtv,dv";

    private const int KeptErrorCharacters = 4000;
    private const string Prlimit = "/usr/bin/prlimit";

    private readonly Process _process;
    private readonly CancellationTokenSource _end;
    private readonly CancellationToken _cancel;
    private readonly TimeSpan _limit;
    private readonly Task<string> _errors;

    private FfmpegProcess(Process process, TimeSpan limit, FrameListing? listing, CancellationToken cancel)
    {
        _process = process;
        _limit = limit;
        _cancel = cancel;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _end.CancelAfter(limit);
        _end.Token.Register(Kill);
        _errors = ReadErrorsAsync(process.StandardError, listing);
    }

    /// <summary>What the program writes. It ends early when the time is over; <see cref="FinishAsync"/> says so.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>
    /// Options that come before every <c>-i</c>. The decoder's own limit of pixels is wider than ours: it only stops what lies
    /// about its size, since ours has the better words and is looked at first.
    /// </summary>
    public static IEnumerable<string> InputOptions(VideoLimits limits) =>
    [
        "-protocol_whitelist", "file",
        "-format_whitelist", Containers,
        "-max_pixels", (2 * limits.MaxPixels).ToString(CultureInfo.InvariantCulture),
    ];

    /// <param name="limit">After this time the process is killed.</param>
    /// <param name="listing">Takes the list of frames that the program writes beside its complaints.</param>
    /// <param name="behind">Whether it gives way to everything else on the machine.</param>
    public static FfmpegProcess Start(
        string program, IEnumerable<string> arguments, VideoLimits limits, TimeSpan limit, CancellationToken cancel, FrameListing? listing = null, bool behind = false)
    {
        cancel.ThrowIfCancellationRequested();
        if (program.Length == 0)
        {
            throw new UnreadableVideoException("is a video, and ffmpeg, which reads videos, is not installed on the server");
        }

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
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--as={limits.MaxMemory}"));
            start.ArgumentList.Add("--core=0");
            start.ArgumentList.Add("--");
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

        return new FfmpegProcess(process, limit, listing, cancel);
    }

    /// <summary>Waits for the end. The output must have been read to its end before.</summary>
    /// <returns>What the program complained of, its first lines; complaints need not mean failure.</returns>
    /// <exception cref="UnreadableVideoException">The program failed or took too long.</exception>
    public async Task<string> FinishAsync()
    {
        var errors = await _errors;
        await _process.WaitForExitAsync(CancellationToken.None);
        _cancel.ThrowIfCancellationRequested();
        if (_end.IsCancellationRequested)
        {
            throw new UnreadableVideoException($"takes longer than {_limit.TotalSeconds:0} s to decode");
        }

        return _process.ExitCode == 0 ? errors : throw new UnreadableVideoException($"cannot be decoded ({Reason(errors)})");
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _end.Dispose();
        _process.Dispose();
    }

    /// <summary>The last complaint, without the names and addresses of ffmpeg's inner parts and without paths.</summary>
    private static string Reason(string errors)
    {
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

    private static async Task<string> ReadErrorsAsync(StreamReader errors, FrameListing? listing)
    {
        var kept = new StringBuilder();
        while (await errors.ReadLineAsync() is { } line)
        {
            if (listing?.Take(line) is true)
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

        listing?.End();
        return kept.ToString();
    }
}
