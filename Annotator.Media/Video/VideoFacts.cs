namespace Annotator.Media.Video;

/// <summary>What the header of a video says of its first picture stream.</summary>
public sealed record VideoFacts
{
    /// <summary>ffmpeg's name of the codec, such as <c>h264</c>.</summary>
    public required string Codec { get; init; }

    /// <summary>ffmpeg's name of the pixel format, such as <c>yuv420p</c> or <c>yuv420p10le</c>.</summary>
    public required string PixelFormat { get; init; }

    /// <summary>ffmpeg's names of the container, such as <c>mov,mp4,m4a,3gp,3g2,mj2</c>.</summary>
    public required string Container { get; init; }

    /// <summary>Pixels as a viewer sees them: turned by the rotation in the file.</summary>
    public required int Width { get; init; }
    public required int Height { get; init; }

    /// <summary>Degrees by which a viewer turns the coded picture clockwise: 0, 90, 180 or 270.</summary>
    public required int Rotation { get; init; }

    /// <summary>Pixels that are not square are shown as they are coded; the ratio is only told. <c>1:1</c> where nothing is said.</summary>
    public required string PixelAspect { get; init; }

    /// <summary>A time stamp's unit in seconds: numerator and denominator.</summary>
    public required (int Numerator, int Denominator) TimeBase { get; init; }

    /// <summary>Frames a second on the average; 0 when unknown.</summary>
    public required double FrameRate { get; init; }

    /// <summary>Seconds; 0 when the header does not say.</summary>
    public required double Duration { get; init; }

    /// <summary>Frames that the header promises, which may be wrong; 0 when it does not say.</summary>
    public required long PromisedFrames { get; init; }

    /// <summary>Whether frames are stored in another order than they are shown, so far as the header knows.</summary>
    public required bool Reordered { get; init; }

    /// <summary>How the container names the codec, such as <c>avc1</c>.</summary>
    public string CodecTag { get; init; } = "";

    /// <summary>Whether pictures are whole, not made of two half pictures of different moments.</summary>
    public bool Progressive { get; init; } = true;

    /// <summary>What a decoder is configured with, as it lies in the file: of H.264 in MP4 an <c>avcC</c> record. Empty when there is none.</summary>
    public byte[] DecoderData { get; init; } = [];

    /// <summary>The parts that the file says it has, in their order.</summary>
    public IReadOnlyList<Chapter> Chapters { get; init; } = [];

    /// <summary>A part of the video, from and to seconds on the file's own clock.</summary>
    public readonly record struct Chapter(double Start, double End, string Title);

    /// <summary>The contract's word for the file's kind.</summary>
    public string ContentType =>
        Container.Contains("mp4", StringComparison.Ordinal) ? "video/mp4"
        : Container.Contains("webm", StringComparison.Ordinal) && Codec is "vp8" or "vp9" or "av1" ? "video/webm"
        : Container.Contains("matroska", StringComparison.Ordinal) ? "video/x-matroska"
        : Container == "avi" ? "video/x-msvideo"
        : "application/octet-stream";
}
