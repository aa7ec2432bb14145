using System.Globalization;
using System.Runtime.CompilerServices;

namespace Annotator.Media.Video;

/// <summary>A decoded picture: 8-bit red, green and blue, row by row, without gaps.</summary>
/// <param name="Number">The frame's number in the video's index.</param>
public sealed record VideoPicture(int Number, int Width, int Height, byte[] Pixels);

/// <summary>Decodes frames by number.</summary>
public sealed class VideoFrameReader(FfmpegTools tools, VideoLimits limits)
{
    private const int Channels = 3;

    /// <summary>
    /// Frames <paramref name="first"/>, first + <paramref name="step"/> … at most <paramref name="count"/> of them, in order. The
    /// price is the packets since the key frame before the first one, or since the start of a file that cannot be searched.
    /// </summary>
    /// <param name="width">Pixels of the picture as a viewer sees it.</param>
    /// <param name="maxSide">Pictures larger than this are made smaller, keeping their shape; 0 for their own size.</param>
    /// <exception cref="UnreadableVideoException">A frame cannot be decoded; those before it were given.</exception>
    public async IAsyncEnumerable<VideoPicture> ReadAsync(
        string path, int width, int height, VideoIndex index, int first, int count, int step, int maxSide, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(first, index.Count);
        count = Math.Min(count, ((index.Count - 1 - first) / step) + 1);
        (width, height) = Fit(width, height, maxSide);
        await using var process = FfmpegProcess.Start(
            tools.Ffmpeg, Arguments(path, index, first, count, step, width, height), limits, limits.FrameTimeout + (count * TimeSpan.FromSeconds(1)), cancel);
        for (var at = 0; at < count; at++)
        {
            var pixels = new byte[width * height * Channels];
            var read = await process.Output.ReadAtLeastAsync(pixels, pixels.Length, throwOnEndOfStream: false, cancel);
            if (read < pixels.Length)
            {
                await process.FinishAsync();
                throw new UnreadableVideoException($"has a damaged frame: number {first + (at * step)} cannot be decoded");
            }

            yield return new VideoPicture(first + (at * step), width, height, pixels);
        }
    }

    private List<string> Arguments(string path, VideoIndex index, int first, int count, int step, int width, int height)
    {
        var where = index.Seekable && first > 0
            ? new List<string> { "-seek_timestamp", "1", "-ss", Before(index, first).ToString("F6", CultureInfo.InvariantCulture) } : [];
        var skipped = index.Seekable ? 0 : first;
        var filters = string.Create(CultureInfo.InvariantCulture, $"select='gte(n\\,{skipped})*not(mod(n-{skipped}\\,{step}))',scale={width}:{height}:flags=area");
        return
        [
            "-nostdin", "-v", "error", "-threads", "2", .. FfmpegProcess.InputOptions(limits), .. where, "-i", path, "-map", "0:V:0",
            "-vf", filters, "-fps_mode", "passthrough", "-frames:v", count.ToString(CultureInfo.InvariantCulture), "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1",
        ];
    }

    /// <summary>Halfway between the frame and the one before: whatever a container rounds, the right frame is the first one after it.</summary>
    private static double Before(VideoIndex index, int frame) => (index.SecondsOf(frame) + index.SecondsOf(frame - 1)) / 2;

    private static (int Width, int Height) Fit(int width, int height, int maxSide)
    {
        var scale = maxSide > 0 ? Math.Min(1, (double)maxSide / Math.Max(width, height)) : 1;
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }
}
