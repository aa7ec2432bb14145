using System.Globalization;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Media.Video;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Media;

/// <summary>What a task has already, when files are added to it.</summary>
internal sealed class GrowingTask(AnnotatorDbContext db, IBlobStore blobs, VideoLimits limits)
{
    private const int AtOnce = 1000;

    /// <summary>The files that are new. One of a name that the task has is refused: a second sending of the same files adds nothing.</summary>
    public async Task<List<SourceFile>> RemoveKnownAsync(int dataId, IReadOnlyList<SourceFile> files, List<RefusedFile> refused, CancellationToken cancel)
    {
        var fresh = new List<SourceFile>();
        foreach (var some in files.Chunk(AtOnce))
        {
            var names = some.Select(file => file.Name).ToList();
            var pages = names.Select(FirstPageOf).ToList();
            var known = await db.Frames.Where(frame => frame.DataId == dataId && names.Contains(frame.Name)).Select(frame => frame.Name)
                .Concat(db.Videos.Where(video => video.DataId == dataId && names.Contains(video.Name)).Select(video => video.Name))
                .Concat(db.Frames.Where(frame => frame.DataId == dataId && frame.Page == 0 && pages.Contains(frame.Name)).Select(frame => frame.Name))
                .ToHashSetAsync(StringComparer.Ordinal, cancel);
            foreach (var file in some)
            {
                if (known.Contains(file.Name) || known.Contains(FirstPageOf(file.Name)))
                {
                    refused.Add(new RefusedFile(file.Name, "is in the task already"));
                }
                else
                {
                    fresh.Add(file);
                }
            }
        }

        return fresh;
    }

    /// <summary>The next number that no video of the task has.</summary>
    public async Task<int> FirstVideoAsync(int dataId, CancellationToken cancel) =>
        await db.Videos.Where(video => video.DataId == dataId).MaxAsync(video => (int?)video.Number, cancel) + 1 ?? 0;

    /// <summary>The video whose first frames a run before this one has shown, with those that it had found; null when none has.</summary>
    public async Task<Begun?> FindBegunAsync(TaskData data, CancellationToken cancel)
    {
        if (data.Size == 0 || await db.Videos.AsNoTracking().SingleOrDefaultAsync(video => video.DataId == data.Id, cancel) is not { } video)
        {
            return null;
        }

        await using var stored = await blobs.OpenReadAsync(DataKeys.VideoIndex(data.Id, video.Number), cancel) ?? throw new OperationFailedException("The video's frame index is gone.");
        var upload = new Upload { Id = Guid.Empty, TargetId = data.TaskId, FileName = video.Name, Length = video.ByteLength, Offset = video.ByteLength, BlobKey = video.BlobKey };
        return new Begun(upload, VideoIndexFile.Read(stored, limits.MaxFrames));
    }

    private static string FirstPageOf(string name) => string.Create(CultureInfo.InvariantCulture, $"{Path.ChangeExtension(name, null)}/page_{1:D4}.jpg");
}

/// <summary>A task that shows the first frames of its video.</summary>
/// <param name="Upload">What stands for the video's file.</param>
/// <param name="Known">The frames that were found; the task may show fewer.</param>
internal sealed record Begun(Upload Upload, VideoIndex Known);
