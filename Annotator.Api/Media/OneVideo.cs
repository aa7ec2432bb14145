using Annotator.Core;

namespace Annotator.Api.Media;

/// <summary>Data whose frames are all of one video: the contract lists one frame for all of them and calls the original chunks video.</summary>
internal static class OneVideo
{
    /// <summary>The ids of such data. The frames of a video follow one another, so that its first and last frame tell whether images are there as well.</summary>
    public static IQueryable<int> DataIds(AnnotatorDbContext db) => db.TaskData
        .Where(data =>
            data.Size > 0
            && db.Videos.Count(video => video.DataId == data.Id) == 1
            && !db.Frames.Any(frame => frame.DataId == data.Id && (frame.Number == 0 || frame.Number == data.Size - 1) && frame.VideoNumber == null))
        .Select(data => data.Id);

    /// <summary>The contract's word for what original chunks hold.</summary>
    public static string ChunkType(bool isOneVideo) => isOneVideo ? "video" : "imageset";
}
