namespace Annotator.Formats;

/// <summary>What a reader accepts at most. Every violation is a <see cref="DatasetException"/> that names the limit.</summary>
public sealed record DatasetLimits
{
    public static DatasetLimits Default { get; } = new();

    /// <summary>Files in an archive.</summary>
    public int MaxEntries { get; init; } = 1_000_000;

    /// <summary>Bytes of an archive's directory, of which names and a hundred bytes a file are held in memory.</summary>
    public long MaxDirectoryBytes { get; init; } = 192L << 20;

    /// <summary>Characters of a path inside an archive.</summary>
    public int MaxNameLength { get; init; } = 1024;

    /// <summary>Unpacked bytes of all files together.</summary>
    public long MaxTotalBytes { get; init; } = 64L << 30;

    /// <summary>Unpacked bytes for each packed byte; looked at above <see cref="RatioFreeBytes"/> only.</summary>
    public int MaxRatio { get; init; } = 200;

    /// <summary>Unpacked bytes of a file, and of all files, that are accepted whatever their ratio.</summary>
    public long RatioFreeBytes { get; init; } = 16L << 20;

    /// <summary>Unpacked bytes of one annotation file.</summary>
    public long MaxDocumentBytes { get; init; } = 8L << 30;

    /// <summary>Bytes of one XML tag, one run of text, or one element of a JSON array.</summary>
    public int MaxTokenBytes { get; init; } = 64 << 20;

    /// <summary>Nesting of XML elements and JSON values.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Pixels of an image that a mask is drawn on.</summary>
    public long MaxPixels { get; init; } = 1L << 30;

    /// <summary>Frames of one task.</summary>
    public int MaxFrames { get; init; } = 10_000_000;

    /// <summary>Labels of one dataset.</summary>
    public int MaxLabels { get; init; } = 10_000;
}
