using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats;

/// <summary>A dataset that is read frame by frame: an opened file, or a task in a database.</summary>
public interface IDatasetSource : IAsyncDisposable
{
    DatasetInfo Info { get; }

    /// <summary>
    /// True when <see cref="ReadTracksAsync"/> gives the tracks whose shapes stand on the items; false when all that is known
    /// of a track is the number on its shapes.
    /// </summary>
    bool HasTracks { get; }

    /// <summary>
    /// Every frame, one at a time, with everything visible on it. May be called once; nothing before the current frame is
    /// kept in memory.
    /// </summary>
    IAsyncEnumerable<DatasetItem> ReadItemsAsync(CancellationToken cancel);

    /// <summary>The tracks themselves, for formats that hold them; may be called before or after the items.</summary>
    IAsyncEnumerable<DatasetTrack> ReadTracksAsync(CancellationToken cancel);
}

/// <summary>Writes datasets of one format.</summary>
public interface IDatasetWriter
{
    /// <summary>
    /// Writes the whole dataset to <paramref name="output"/>, which need not be seekable and is left open. What the format
    /// cannot hold goes to the report.
    /// </summary>
    Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel);
}

/// <summary>How sure a reader is that an archive is of its format.</summary>
public enum FormatMatch
{
    /// <summary>The archive lacks what the format cannot be without.</summary>
    None = 0,

    /// <summary>It could be read so, but nothing in it speaks for this format more than for others.</summary>
    Possible = 1,

    /// <summary>Names and folders are laid out as this format lays them out.</summary>
    Likely = 2,

    /// <summary>The content itself says so: a root element, keys or a header that no other format has.</summary>
    Certain = 3,
}

/// <summary>Reads datasets of one format.</summary>
public interface IDatasetReader
{
    /// <summary>
    /// How well the archive fits the format, from its names and from the first bytes of few files: it takes
    /// milliseconds whatever the archive's size, and a damaged file is no match rather than an error.
    /// </summary>
    ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel);

    /// <summary>
    /// Finds the format's files in the archive and reads what stands before the first frame. The archive must outlive the
    /// source. Flaws of single objects go to the report, now and while items are read.
    /// </summary>
    /// <exception cref="DatasetException">There is no such file, or it is damaged.</exception>
    Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel);
}

public sealed record DatasetReadOptions
{
    public static DatasetReadOptions Default { get; } = new();

    /// <summary>
    /// PASCAL VOC and MOT: pixels are counted from 1 and the last one belongs to the box, as the formats' own definitions say.
    /// False reads the numbers as they stand, as the contract's users expect.
    /// </summary>
    public bool OneBased { get; init; }

    /// <summary>MOT: what a frame's number means where images are called by numbers that are not their places.</summary>
    public FrameNumbering FramesBy { get; init; }
}

/// <summary>Which image a sequence's frame is.</summary>
public enum FrameNumbering
{
    /// <summary>As the file itself tells; the report says so where it could be read otherwise.</summary>
    Told = 0,

    /// <summary>Frame 1 is the first image in the order of names.</summary>
    Order = 1,

    /// <summary>Frame 12 is the image that is called 12, such as <c>000012.jpg</c>.</summary>
    Number = 2,
}

public sealed record DatasetWriteOptions
{
    /// <summary>Put the original images into the archive, byte for byte.</summary>
    public bool SaveImages { get; init; }

    /// <summary>
    /// COCO: write masks and ellipses with <c>iscrowd: 1</c>, as the contract's users expect. Evaluation tools ignore crowd
    /// regions; false writes <c>iscrowd: 0</c> with run lengths, which they accept.
    /// </summary>
    public bool MasksAsCrowd { get; init; } = true;

    /// <summary>PASCAL VOC and MOT: count pixels from 1, the last one included; see <see cref="DatasetReadOptions.OneBased"/>.</summary>
    public bool OneBased { get; init; }

    /// <summary>
    /// WIDER Face: write the benchmark's own lines, with properties in its order, as numbers and without labels; false writes
    /// those of the contract.
    /// </summary>
    public bool OfficialWiderFace { get; init; }
}
