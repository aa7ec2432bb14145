using System.Runtime.InteropServices;

namespace Annotator.Media.Video;

/// <summary>
/// Where <c>ffmpeg</c> and <c>ffprobe</c> are. They are separate programs: the machine's own where it has them, because those
/// get security fixes, else the ones that npm fetched beside the checkout.
/// </summary>
public sealed record FfmpegTools(string Ffmpeg, string Ffprobe)
{
    private const int SearchedParents = 8;

    /// <summary>Null when there is none; videos are refused then, with words that say what to install.</summary>
    public static FfmpegTools? Find() =>
        OnPath() ?? InPackages(AppContext.BaseDirectory) ?? InPackages(Directory.GetCurrentDirectory());

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

    private static FfmpegTools? InPackages(string start)
    {
        var system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var platform = $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        var ending = OperatingSystem.IsWindows() ? ".exe" : "";
        var folder = new DirectoryInfo(start);
        for (var level = 0; level < SearchedParents && folder is not null; level++, folder = folder.Parent)
        {
            var tools = new FfmpegTools(
                Path.Combine(folder.FullName, "node_modules", "@ffmpeg-installer", platform, "ffmpeg" + ending),
                Path.Combine(folder.FullName, "node_modules", "@ffprobe-installer", platform, "ffprobe" + ending));
            if (File.Exists(tools.Ffmpeg) && File.Exists(tools.Ffprobe))
            {
                return tools;
            }
        }

        return null;
    }
}
