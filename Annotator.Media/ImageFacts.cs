namespace Annotator.Media;

/// <summary>What the header of an image says.</summary>
public sealed record ImageFacts
{
    public required ImageFormat Format { get; init; }

    /// <summary>Pixels after EXIF orientation: what a viewer sees.</summary>
    public required int Width { get; init; }
    public required int Height { get; init; }

    /// <summary>Pages or pictures of an animation; only the first is used.</summary>
    public required int Pages { get; init; }

    /// <summary>
    /// Whether a browser shows the very frame that we mean when it is given the file: a type that all of them read, upright,
    /// 8 bits, a single picture, not in printing colours.
    /// </summary>
    public required bool BrowserReady { get; init; }

    public string ContentType => ImageFormats.ContentTypeOf(Format);
}
