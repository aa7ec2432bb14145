using System.Globalization;
using System.Runtime.CompilerServices;

namespace Annotator.Media.Video;

/// <summary>A coded frame for a browser's decoder.</summary>
/// <param name="Number">The frame's number in the video's index.</param>
/// <param name="Key">Whether decoding can begin here.</param>
public sealed record ProxyPacket(int Number, bool Key, byte[] Content);

/// <summary>Codes frames anew, so that a browser can decode them and jump among them at little cost.</summary>
public sealed class VideoProxyMaker(FfmpegTools tools, VideoLimits limits)
{
    /// <summary>A coded frame larger than this is no picture of ours.</summary>
    private const int MaxPacket = 64 << 20;

    /// <summary>Frames <paramref name="first"/>, first + <paramref name="step"/> … one packet each, in order, without gaps; each as soon as it is made.</summary>
    /// <param name="width">Pixels of the picture as a viewer sees it; the coded picture is even-sized, with it at the top left.</param>
    /// <param name="keyEvery">The first packet is a key frame, and every so many after it.</param>
    /// <param name="behind">Whether nobody waits: the encoder then gives way to everything else on the machine.</param>
    /// <exception cref="UnreadableVideoException">A frame cannot be decoded; those before it were given.</exception>
    public async IAsyncEnumerable<ProxyPacket> EncodeAsync(
        string path, int width, int height, VideoIndex index, int first, int count, int step, ProxyEncoder encoder, int keyEvery, bool behind,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var cut = FrameCut.Run(index, first, count, step);
        var (codedWidth, codedHeight) = (Even(width), Even(height));
        var listing = new FrameListing();
        string[] arguments =
        [
            "-nostdin", "-v", "error", "-threads", "2", .. FfmpegProcess.InputOptions(limits), .. cut.Where, "-i", path, "-map", "0:V:0", "-vf",
            string.Create(CultureInfo.InvariantCulture, $"{cut.Filters},scale={width}:{height},format=yuv420p{Pad()}"), "-fps_mode", "passthrough",
            .. cut.Unit, "-frames:v", cut.Count.ToString(CultureInfo.InvariantCulture), .. encoder.Options(codedWidth, codedHeight, keyEvery),
            .. FrameListing.Output(encoder.Muxer),
        ];
        await using var process = FfmpegProcess.Start(tools.Ffmpeg, arguments, limits, cut.Limit(limits), cancel, listing, behind);
        for (var place = 0; place < cut.Count; place++)
        {
            if (await listing.NextAsync(cancel) is not { } frame)
            {
                await process.FinishAsync();
                throw Damaged(cut.NumberAt(place));
            }

            if (cut.PlaceOf(frame.Pts) != place || frame.Size is <= 0 or > MaxPacket)
            {
                throw Damaged(cut.NumberAt(place));
            }

            var content = new byte[frame.Size];
            if (await process.Output.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancel) < content.Length)
            {
                await process.FinishAsync();
                throw Damaged(cut.NumberAt(place));
            }

            yield return new ProxyPacket(cut.NumberAt(place), frame.Key, content);
        }

        string Pad() => (codedWidth, codedHeight) == (width, height) ? "" : string.Create(CultureInfo.InvariantCulture, $",pad={codedWidth}:{codedHeight}");
    }

    private static int Even(int pixels) => pixels + (pixels & 1);

    private static UnreadableVideoException Damaged(int number) => new($"has a damaged frame: number {number} cannot be decoded");
}
