using System.Globalization;
using Annotator.Core.Tasks;

namespace Annotator.Core.Media;

/// <summary>
/// Where the blobs of a task's media are. Api looks there first; Worker makes what is missing and leaves it there. Frames,
/// chunks and previews are made from the originals and can be deleted at any time; a video's index and the originals cannot.
/// </summary>
public static class DataKeys
{
    /// <summary>A frame as a JPEG that every browser shows; <paramref name="width"/> null means the frame's own.</summary>
    public static string CompressedFrame(int dataId, int frame, int? width) => width is { } pixels
        ? string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/compressed-{pixels}/{frame}")
        : string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/compressed/{frame}");

    /// <summary>A frame as JPEG of the best quality, where the original's pixels lie otherwise than they are to be seen.</summary>
    public static string UprightFrame(int dataId, int frame) => string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/upright/{frame}");

    /// <summary>A ZIP of the frames <paramref name="first"/> to <paramref name="last"/>; quality is compressed or original.</summary>
    public static string Chunk(int dataId, int first, int last, string quality) =>
        string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/chunks-{quality}/{first}-{last}");

    /// <summary>A small JPEG of one frame, as lists show it.</summary>
    public static string Preview(int dataId, int frame) => string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/preview/{frame}");

    /// <summary>
    /// A large original that came inside an archive: the archive's upload and the file's place in it name the blob. One that was
    /// uploaded as it is stays where the upload put it.
    /// </summary>
    public static string Original(int dataId, Guid uploadId, int file) => string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/original/{uploadId:N}-{file}");

    /// <summary>Many small originals of one archive behind each other; frames say where in it theirs begins.</summary>
    public static string OriginalPack(int dataId, Guid uploadId, int pack) => string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/original/{uploadId:N}-pack-{pack}");

    /// <summary>All originals that came inside archives; ends in a slash.</summary>
    public static string Originals(int dataId) => string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/original/");

    /// <summary>A large frame's pyramid of tiles, in one blob; see <see cref="TilePyramid"/>.</summary>
    public static string Tiles(int dataId, int frame) => string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/tiles/{frame}");

    /// <summary>The frame index of a video, as the media library writes it.</summary>
    public static string VideoIndex(int dataId, int video) => string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/video/{video}");

    /// <summary>
    /// A run of a video's frames, coded for a browser's decoder. The key says which frames they are, so that a task whose frames
    /// change never shows those of before: the task's frames, the first one's number in the video, and the step.
    /// </summary>
    public static string ProxyChunk(int dataId, int video, FrameRange frames, int videoFrame, int step) =>
        string.Create(CultureInfo.InvariantCulture, $"{ProxyChunks(dataId, video)}{frames.First}-{frames.Last}-{videoFrame}-{step}");

    /// <summary>All of a video's chunks; ends in a slash.</summary>
    public static string ProxyChunks(int dataId, int video) => string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/proxy-{video}/");

    /// <summary>Small pictures of frames of a video in one; <paramref name="first"/> and <paramref name="step"/> count the video's own frames.</summary>
    public static string Strip(int dataId, int video, int first, int step, int count, int width) =>
        string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/strips/{video}-{first}-{step}-{count}-{width}");

    /// <summary>Everything that was made of a task's media; ends in a slash.</summary>
    public static string Prefix(int dataId) => string.Create(CultureInfo.InvariantCulture, $"data/{dataId}/");

    /// <summary>A file that was uploaded as task data. It stays: frames refer to it.</summary>
    public static string TaskUpload(int taskId, Guid uploadId) => string.Create(CultureInfo.InvariantCulture, $"tasks/{taskId}/uploads/{uploadId:N}");

    /// <summary>Everything that was uploaded as a task's data; ends in a slash.</summary>
    public static string TaskUploads(int taskId) => string.Create(CultureInfo.InvariantCulture, $"tasks/{taskId}/uploads/");

    /// <summary>A file of a model.</summary>
    public static string ModelFile(int modelId, Guid uploadId) => string.Create(CultureInfo.InvariantCulture, $"models/{modelId}/{uploadId:N}");

    /// <summary>All files of a model; ends in a slash.</summary>
    public static string ModelFiles(int modelId) => string.Create(CultureInfo.InvariantCulture, $"models/{modelId}/");

    /// <summary>A file that an import reads and then deletes.</summary>
    public static string Import(Guid uploadId) => $"uploads/{uploadId:N}";
}
