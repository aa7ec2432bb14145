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
    public static FfmpegTools Find() => OnPath() ?? None;

    private static FfmpegTools? OnPath()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Array.Find([.. folders.Select(In)], tools => tools is not null);
    }

    private static FfmpegTools? In(string folder)
    {
        var ending = OperatingSystem.IsWindows() ? ".exe" : "";
        var tools = new FfmpegTools(Path.Combine(folder, "ffmpeg" + ending), Path.Combine(folder, "ffprobe" + ending));
        return File.Exists(tools.Ffmpeg) && File.Exists(tools.Ffprobe) ? tools : null;
    }
}
