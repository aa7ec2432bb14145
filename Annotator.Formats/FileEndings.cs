namespace Annotator.Formats;

/// <summary>
/// What a file may be by the ending of its name, where nobody has opened it yet: the one list that server, pages and command line go
/// by. What a file is, only its content tells. Endings have their dot; case does not matter.
/// </summary>
public static class FileEndings
{
    /// <summary>Of images that are read.</summary>
    public static IReadOnlySet<string> Image { get; } = Of(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".avif", ".tif", ".tiff", ".gif");

    /// <summary>Of images that are not read: datasets name them, and a person is told of each that it cannot be used.</summary>
    public static IReadOnlySet<string> OtherImage { get; } = Of(".heic", ".heif", ".jp2", ".ppm", ".pgm", ".pnm");

    /// <summary>Of images that may be several in one file: pages or frames.</summary>
    public static IReadOnlySet<string> ManyImages { get; } = Of(".tif", ".tiff", ".gif");

    /// <summary>Of videos.</summary>
    public static IReadOnlySet<string> Video { get; } = Of(
        ".mp4", ".m4v", ".mov", ".qt", ".mkv", ".webm", ".avi", ".divx", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg", ".mpe", ".m2v", ".vob", ".mod", ".wmv", ".asf", ".wtv",
        ".flv", ".f4v", ".3gp", ".3g2", ".ogv", ".mxf", ".dv", ".ivf", ".y4m", ".h264", ".264", ".h265", ".265", ".hevc");

    /// <summary>Of archives that are unpacked.</summary>
    public static IReadOnlySet<string> Archive { get; } = Of(".zip", ".tar", ".tgz", ".gz");

    /// <summary>Of documents whose pages are images.</summary>
    public static IReadOnlySet<string> Document { get; } = Of(".pdf");

    /// <summary>Of everything that a task can be made of.</summary>
    public static IReadOnlySet<string> Media { get; } = Of([.. Image, .. Video, .. Archive, .. Document]);

    /// <summary>Whether a file of that name is one image at most, be it read or not.</summary>
    public static bool IsStill(string name) => IsImage(name) && !ManyImages.Contains(Path.GetExtension(name));

    /// <summary>Whether a file of that name is an image, be it read or not.</summary>
    public static bool IsImage(string name) => Path.GetExtension(name) is var ending && (Image.Contains(ending) || OtherImage.Contains(ending));

    public static bool IsVideo(string name) => Video.Contains(Path.GetExtension(name));

    private static HashSet<string> Of(params IEnumerable<string> endings) => new(endings, StringComparer.OrdinalIgnoreCase);
}
