namespace Annotator.Core.Media;

/// <summary>Opens the picture of a frame, for who exports it or looks at it: only the worker decodes videos.</summary>
public interface IFramePixels
{
    /// <summary>
    /// An image's original, byte for byte; of a video's frame a JPEG of the best quality. Null when its bytes are gone from
    /// the store.
    /// </summary>
    Task<Stream?> OpenAsync(Frame frame, CancellationToken cancel);
}
