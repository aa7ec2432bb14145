using Annotator.Core.CloudStorages;
using Annotator.Core.Tasks;

namespace Annotator.Core.Media;

/// <summary>Where a task's files are; the contract's <c>StorageType</c>.</summary>
public enum DataStorage : short
{
    /// <summary>In our blob store.</summary>
    Local = 0,

    /// <summary>On the mounted share; frames refer to files there.</summary>
    Share = 1,

    /// <summary>In a cloud storage; frames refer to objects there.</summary>
    Cloud = 2,
}

/// <summary>The media of a task and how they are cut into frames and chunks.</summary>
public sealed class TaskData
{
    public int Id { get; set; }
    public int TaskId { get; set; }
    public AnnotationTask Task { get; set; } = null!;

    /// <summary>Frames in the task; 0 until its media are prepared.</summary>
    public int Size { get; set; }

    /// <summary>Frames of a chunk (contract: 36 for 1080p images, fewer for larger ones).</summary>
    public int ChunkSize { get; set; }

    /// <summary>JPEG quality of compressed frames, 0 to 100.</summary>
    public int ImageQuality { get; set; } = 70;
    public int StartFrame { get; set; }
    public int StopFrame { get; set; }

    /// <summary>Empty, or <c>step=N</c>.</summary>
    public string FrameFilter { get; set; } = "";

    /// <summary>One of lexicographical, natural, predefined, random.</summary>
    public string SortingMethod { get; set; } = "lexicographical";

    /// <summary>Frames that were removed by hand: still numbered, never exported.</summary>
    public int[] DeletedFrames { get; set; } = [];
    public DataStorage Storage { get; set; }

    /// <summary>The storage that <see cref="DataStorage.Cloud"/> speaks of; null when it was deleted here.</summary>
    public int? CloudStorageId { get; set; }
    public CloudStorage? CloudStorage { get; set; }
    public DateTimeOffset ChunksUpdatedDate { get; set; }
}

/// <summary>
/// A video of a task. Its own frame index, which says where each of its frames lies, is a blob
/// (<see cref="DataKeys.VideoIndex"/>); the task's frames point into it.
/// </summary>
public sealed class Video
{
    public int DataId { get; set; }

    /// <summary>0-based, in the order of the task's frames.</summary>
    public int Number { get; set; }

    /// <summary>The file's path as the user knows it; at most 1024 characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>Pixels as a viewer sees them.</summary>
    public int Width { get; set; }
    public int Height { get; set; }

    /// <summary>Frames that can be decoded, whatever the header promises.</summary>
    public int FrameCount { get; set; }

    /// <summary>Frames a second on the average; 0 when unknown.</summary>
    public double FrameRate { get; set; }

    /// <summary>The codec's usual short name, such as <c>h264</c>.</summary>
    public string Codec { get; set; } = "";
    public string BlobKey { get; set; } = "";
    public string ContentType { get; set; } = "";
    public long ByteLength { get; set; }

    /// <summary>
    /// What a browser's decoder is configured with, such as <c>avc1.64001f</c>, where it can decode the original's packets as they
    /// lie in the file; empty otherwise.
    /// </summary>
    public string DecoderCodec { get; set; } = "";

    /// <summary>The decoder configuration record that goes with it (<c>avcC</c>); null when there is none.</summary>
    public byte[]? DecoderDescription { get; set; }

    /// <summary>The parts that the file says it has, in their order; each has a frame at least.</summary>
    public List<VideoChapter> Chapters { get; set; } = [];
}

/// <summary>A part of a video, by its own frames, both inclusive.</summary>
/// <param name="Title">At most 250 characters; may be empty.</param>
public sealed record VideoChapter(int Start, int Stop, string Title);

/// <summary>One line of the frame index: the single truth of what frame <c>Number</c> of a task is.</summary>
public sealed class Frame
{
    public int DataId { get; set; }

    /// <summary>0-based, in the task's numbering.</summary>
    public int Number { get; set; }

    /// <summary>The file's path as the user knows it; metadata only, never a path of ours. At most 1024 characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>Pixels after EXIF orientation: what the annotator sees.</summary>
    public int Width { get; set; }
    public int Height { get; set; }

    /// <summary>Where the original bytes are, in the blob store or at its source (<see cref="Sources.SourceKey"/>); of a video's frame the whole video.</summary>
    public string BlobKey { get; set; } = "";

    /// <summary>The <see cref="Video"/> that the frame is part of; null for an image.</summary>
    public int? VideoNumber { get; set; }

    /// <summary>The frame's number in the video's own index, from 0; null for an image.</summary>
    public int? VideoFrame { get; set; }

    /// <summary>Where the original begins inside its blob, in bytes; null where the blob is the original.</summary>
    public long? BlobOffset { get; set; }

    /// <summary>The page of a document or the picture of an animation that the frame is, from 0; null where the file is one picture.</summary>
    public int? Page { get; set; }

    /// <summary>The original's media type, by its content, such as <c>image/jpeg</c>.</summary>
    public string ContentType { get; set; } = "";
    public long ByteLength { get; set; }

    /// <summary>
    /// Whether a browser can show the original as it is: a type that browsers read, upright, 8 bits. Otherwise a JPEG is
    /// made for it.
    /// </summary>
    public bool BrowserReady { get; set; }
}

/// <summary>A picture that is shown beside a frame: what another camera saw, or a depth map. Nobody draws on it.</summary>
public sealed class RelatedImage
{
    public int DataId { get; set; }

    /// <summary>The frame that it belongs to.</summary>
    public int FrameNumber { get; set; }

    /// <summary>0-based, by name, among the frame's.</summary>
    public int Position { get; set; }

    /// <summary>The file's path as the user knows it; at most 1024 characters.</summary>
    public string Name { get; set; } = "";
    public string BlobKey { get; set; } = "";

    /// <summary>Where the file begins inside its blob, in bytes; null where the blob is the file.</summary>
    public long? BlobOffset { get; set; }
    public long ByteLength { get; set; }

    /// <summary>By its content, such as <c>image/png</c>.</summary>
    public string ContentType { get; set; } = "";
}
