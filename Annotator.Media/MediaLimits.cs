namespace Annotator.Media;

/// <summary>What an image may cost. Configuration section <c>Media</c>; each refusal names its limit.</summary>
public sealed class MediaLimits
{
    public const string Section = "Media";

    /// <summary>Bytes of one image file.</summary>
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>Width times height.</summary>
    public long MaxPixels { get; set; } = 250_000_000;

    /// <summary>Width and height; no JPEG can be larger.</summary>
    public int MaxSide { get; set; } = 65_500;

    /// <summary>Pages of a TIFF, pictures of an animation; only the first is used, but all have to be walked past.</summary>
    public int MaxPages { get; set; } = 10_000;

    /// <summary>Time to look at, or to convert, one image.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);
}

/// <summary>A file that cannot be used as an image.</summary>
/// <param name="message">
/// The reason as the second half of a sentence that starts with the file's name, such as "is empty (0 bytes)".
/// </param>
public sealed class UnreadableImageException(string message, Exception? inner = null) : Exception(message, inner);
