using System.Globalization;
using System.Threading.Channels;

namespace Annotator.Media.Video;

/// <summary>A frame that ffmpeg has written to its output.</summary>
/// <param name="Pts">In the unit that the output was given.</param>
/// <param name="Size">Bytes of it in the output.</param>
internal readonly record struct ListedFrame(long Pts, int Size, bool Key);

/// <summary>
/// The list of what ffmpeg writes: its output goes to two places at once, the bytes to one pipe and a line for each frame to
/// the other. So every frame is known by its time, and one that a decoder leaves out is missed and never renumbers the others.
/// </summary>
internal sealed class FrameListing
{
    private readonly Channel<ListedFrame> _frames = Channel.CreateUnbounded<ListedFrame>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>
    /// The output's options, in place of <c>-f</c> and a target. A frame's line goes before its bytes: who waits for the line does
    /// not read the bytes, and a pipe holds only a few.
    /// </summary>
    /// <param name="muxer">What the bytes are written as.</param>
    public static IEnumerable<string> Output(string muxer) =>
        ["-f", "tee", $"[f=framecrc:flush_packets=1]pipe:2|[f={muxer}:flush_packets=1]pipe:1"];

    /// <summary>The next frame, or null after the last.</summary>
    public async ValueTask<ListedFrame?> NextAsync(CancellationToken cancel) =>
        await _frames.Reader.WaitToReadAsync(cancel) && _frames.Reader.TryRead(out var frame) ? frame : null;

    /// <summary>Whether the line was one of the list.</summary>
    public bool Take(string line)
    {
        if (line.StartsWith('#'))
        {
            return true;
        }

        // Stream, dts, pts, duration, size, check sum, and flags where they are others than those of a key frame.
        var fields = line.Split(',', StringSplitOptions.TrimEntries);
        if (fields.Length < 6 || fields[0] != "0"
            || !long.TryParse(fields[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var pts)
            || !int.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            return false;
        }

        var flags = Array.Find(fields, field => field.StartsWith("F=0x", StringComparison.Ordinal));
        var key = flags is null || (int.TryParse(flags.AsSpan(4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits) && (bits & 1) == 1);
        return _frames.Writer.TryWrite(new ListedFrame(pts, size, key));
    }

    public void End() => _frames.Writer.TryComplete();
}
