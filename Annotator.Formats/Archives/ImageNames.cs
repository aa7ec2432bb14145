namespace Annotator.Formats.Archives;

/// <summary>Names of image files.</summary>
internal static class ImageNames
{
    /// <summary>The name without its extension, where it is one of an image: <c>a.b</c> stays as it is.</summary>
    public static string Stem(string path) => FileEndings.IsImage(path) ? path[..^Path.GetExtension(path).Length] : path;
}
