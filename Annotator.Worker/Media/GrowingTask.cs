using System.Globalization;
using Annotator.Core;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Media;

/// <summary>What a task has already, when files are added to it.</summary>
internal sealed class GrowingTask(AnnotatorDbContext db)
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

    private static string FirstPageOf(string name) => string.Create(CultureInfo.InvariantCulture, $"{Path.ChangeExtension(name, null)}/page_{1:D4}.jpg");
}
