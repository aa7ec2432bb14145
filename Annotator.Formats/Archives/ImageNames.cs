namespace Annotator.Formats.Archives;

/// <summary>Names of image files.</summary>
internal static class ImageNames
{
    private static readonly string[] _extensions =
        [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".jfif", ".jpe", ".avif", ".heic"];

    public static bool IsImage(string path) => _extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The name without its extension, where it is one of an image: <c>a.b</c> stays as it is.</summary>
    public static string Stem(string path) => IsImage(path) ? path[..^Path.GetExtension(path).Length] : path;
}
