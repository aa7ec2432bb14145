namespace Annotator.Core.Media;

/// <summary>What a file may be by the ending of its name, where nobody has opened it yet. What it is, only its content tells.</summary>
public static class FileEndings
{
    /// <summary>Of videos, with the dot; case does not matter.</summary>
    public static IReadOnlySet<string> Video { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        ".mp4", ".m4v", ".mov", ".qt", ".mkv", ".webm", ".avi", ".divx", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg", ".mpe", ".m2v", ".vob", ".mod", ".wmv", ".asf", ".wtv",
        ".flv", ".f4v", ".3gp", ".3g2", ".ogv", ".mxf", ".dv", ".ivf", ".y4m", ".h264", ".264", ".h265", ".265", ".hevc",
    };

    /// <summary>Of files that are one image, except for those that may be several: TIFF and GIF.</summary>
    public static IReadOnlySet<string> Still { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".webp", ".avif", ".heic", ".heif", ".jp2", ".ppm", ".pgm", ".pnm",
    };
}
