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
    /// Frames <paramref name="first"/>, first + <paramref name="step"/> … at most <paramref name="count"/> of them, in order, but for those
    /// that a decoder leaves out as damaged. The price is the packets since the key frame before the first one, or since the
    /// start of a file that cannot be searched.
    /// </summary>
    /// <param name="width">Pixels of the picture as a viewer sees it.</param>
    /// <param name="maxSide">Pictures larger than this are made smaller, keeping their shape; 0 for their own size.</param>
    /// <exception cref="UnreadableVideoException">Nothing more can be decoded; what could was given.</exception>
    public IAsyncEnumerable<VideoPicture> ReadAsync(
        string path, int width, int height, VideoIndex index, int first, int count, int step, int maxSide, CancellationToken cancel) =>
        ReadAsync(path, width, height, FrameCut.Run(index, first, count, step), [], maxSide, cancel);

    /// <summary>
    /// Certain key frames (<see cref="VideoIndex.KeyAt"/>), at the price of all key frames between the first and the last of them. What
    /// lies between is not even read, where frames are stored in the order of showing: elsewhere ffmpeg gives wrong times to those that it does not skip.
    /// </summary>
    /// <inheritdoc cref="ReadAsync(string, int, int, VideoIndex, int, int, int, int, CancellationToken)"/>
    public IAsyncEnumerable<VideoPicture> ReadKeysAsync(
        string path, int width, int height, VideoIndex index, int[] keys, int maxSide, CancellationToken cancel) =>
        ReadAsync(
            path, width, height, new FrameCut(index, keys), index.InShowingOrder() ? ["-skip_frame", "nokey", "-discard", "nokey"] : ["-skip_frame", "nokey"], maxSide, cancel);

    private async IAsyncEnumerable<VideoPicture> ReadAsync(
        string path, int width, int height, FrameCut cut, string[] decoder, int maxSide, [EnumeratorCancellation] CancellationToken cancel)
    {
        (width, height) = Fit(width, height, maxSide);
        var listing = new FrameListing();
        string[] arguments =
        [
            "-nostdin", "-v", "error", "-threads", "2", .. FfmpegProcess.InputOptions(limits), .. decoder, .. cut.Where, "-i", path, "-map", "0:V:0",
            "-vf", string.Create(CultureInfo.InvariantCulture, $"{cut.Filters},scale={width}:{height}:flags=area"), "-fps_mode", "passthrough", .. cut.Unit,
            "-frames:v", cut.Count.ToString(CultureInfo.InvariantCulture), "-pix_fmt", "rgb24", "-c:v", "rawvideo", .. FrameListing.Output("rawvideo"),
        ];
        await using var process = FfmpegProcess.Start(tools.Ffmpeg, arguments, limits, cut.Limit(limits), cancel, listing);
        var given = 0;
        while (await listing.NextAsync(cancel) is { } frame)
        {
            var pixels = new byte[width * height * Channels];
            if (await process.Output.ReadAtLeastAsync(pixels, pixels.Length, throwOnEndOfStream: false, cancel) < pixels.Length)
            {
                break;
            }

            if (cut.PlaceOf(frame.Pts) is >= 0 and var place)
            {
                given++;
                yield return new VideoPicture(cut.NumberAt(place), width, height, pixels);
            }
        }

        if (given < cut.Count)
        {
            await process.FinishAsync();
        }
    }

    private static (int Width, int Height) Fit(int width, int height, int maxSide)
    {
        var scale = maxSide > 0 ? Math.Min(1, (double)maxSide / Math.Max(width, height)) : 1;
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }
}
