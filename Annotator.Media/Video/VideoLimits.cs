namespace Annotator.Media.Video;

/// <summary>What a video may cost. Configuration section <c>Media:Video</c>; each refusal names its limit.</summary>
public sealed class VideoLimits
{
    public const string Section = "Media:Video";

    /// <summary>Width times height of a frame; 8192 × 4320 fits.</summary>
    public long MaxPixels { get; set; } = 36_000_000;

    /// <summary>Frames of one video; an hour at 60 frames a second has 216,000.</summary>
    public int MaxFrames { get; set; } = 10_000_000;

    /// <summary>Time to read a video's header.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time to index or convert one video.</summary>
    public TimeSpan WorkTimeout { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Time to decode a few frames that somebody waits for.</summary>
    public TimeSpan FrameTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Memory that a decoder may address, in bytes. Not every system can hold a process to it.</summary>
    public long MaxMemory { get; set; } = 4L << 30;
}

/// <summary>A file that cannot be used as a video.</summary>
/// <param name="message">The reason as the second half of a sentence that starts with the file's name, such as "holds no video".</param>
public sealed class UnreadableVideoException(string message, Exception? inner = null) : Exception(message, inner);
