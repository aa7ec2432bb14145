using System.Globalization;

namespace Annotator.Media.Video;

/// <summary>
/// Runs of ffmpeg and ffprobe over a stranger's file: no network, only containers that we know, and a limit on pixels besides
/// those of every decoder.
/// </summary>
internal static class FfmpegProcess
{
    /// <summary>Containers that are read. Playlists are not among them: they name other files.</summary>
    private const string Containers = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,h264,hevc,ivf,mjpeg,gif,mxf,wtv,dv,yuv4mpegpipe";

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
    /// <exception cref="UnreadableVideoException">There is no such program on this machine.</exception>
    public static DecoderProcess Start(
        string program, IEnumerable<string> arguments, VideoLimits limits, TimeSpan limit, CancellationToken cancel, FrameListing? listing = null, bool behind = false) =>
        program.Length == 0
            ? throw new UnreadableVideoException("is a video, and ffmpeg, which reads videos, is not installed on the server")
            : DecoderProcess.Start(
                program, arguments, new DecoderLimits(limits.MaxMemory, limit, reason => new UnreadableVideoException(reason)), cancel,
                listing is null ? null : listing.Take, listing is null ? null : listing.End, behind);
}
