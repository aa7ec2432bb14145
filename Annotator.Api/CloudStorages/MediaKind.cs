namespace Annotator.Api.CloudStorages;

/// <summary>What a file may be by its name, in the words of the contract's listings.</summary>
internal static class MediaKind
{
    private static readonly Dictionary<string, string[]> Endings = new(StringComparer.Ordinal)
    {
        ["image"] = [".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".avif", ".heic", ".jp2", ".ppm", ".pgm"],
        ["video"] = [".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg", ".wmv", ".flv", ".3gp", ".ogv", ".mxf"],
        ["archive"] = [".zip", ".tar", ".tgz", ".gz", ".bz2", ".7z", ".rar"],
        ["pdf"] = [".pdf"],
    };

    public static string Of(string name) =>
        Endings.FirstOrDefault(kind => kind.Value.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)).Key ?? "unknown";
}
