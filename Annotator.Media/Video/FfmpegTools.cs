namespace Annotator.Media.Video;

/// <summary>
/// Where <c>ffmpeg</c> and <c>ffprobe</c> are: programs of the machine's own, which get their security fixes from whoever
/// looks after the machine. We bring none along: their licence is not ours.
/// </summary>
public sealed record FfmpegTools(string Ffmpeg, string Ffprobe)
{
    /// <summary>There are no such programs: every video is refused with words that say so.</summary>
    public static FfmpegTools None { get; } = new("", "");

    /// <summary>The machine's, or <see cref="None"/>.</summary>
    public static FfmpegTools Find() => MachinePrograms.Find("ffmpeg", "ffprobe") is [var ffmpeg, var ffprobe] ? new FfmpegTools(ffmpeg, ffprobe) : None;
}
