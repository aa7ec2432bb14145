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

    /// <summary>Pages of a TIFF or a PDF, pictures of an animation: each becomes a frame.</summary>
    public int MaxPages { get; set; } = 10_000;

    /// <summary>Time to look at, or to convert, one image or one page.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Dots per inch of a PDF's pages; fewer where a page would be larger than <see cref="MaxPagePixels"/>.</summary>
    public int PageResolution { get; set; } = 144;

    /// <summary>Width times height of a PDF's page as it is drawn. A sheet of A0 at 144 dots per inch has 32 megapixels.</summary>
    public long MaxPagePixels { get; set; } = 40_000_000;

    /// <summary>Memory that the program that reads PDFs may address, in bytes. Not every system can hold a process to it.</summary>
    public long MaxPageMemory { get; set; } = 2L << 30;
}

/// <summary>A file that cannot be used as an image.</summary>
/// <param name="message">
/// The reason as the second half of a sentence that starts with the file's name, such as "is empty (0 bytes)".
/// </param>
public sealed class UnreadableImageException(string message, Exception? inner = null) : Exception(message, inner);
