using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Tasks;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Annotations;

/// <summary>
/// The annotations of a whole task. They belong to its jobs: reading joins them, writing deals them out by frame. A frame
/// that several jobs share belongs, for writing, to the earliest of them, so that what is written is read back once.
/// Its revision is the sum of its jobs' revisions.
/// </summary>
internal sealed class TaskAnnotations(AnnotatorDbContext db, AnnotationStore store, JobEditing editing, CurrentUser user)
{
    /// <param name="Frames">The frames that are this job's alone, or that it shares with later jobs only.</param>
    internal sealed record Part(int JobId, int Revision, FrameRange All, FrameRange Frames);

    public async Task<IReadOnlyList<Part>> ReadPartsAsync(int taskId, CancellationToken cancel)
    {
        var jobs = await db.Jobs.AsNoTracking()
            .Where(job => job.TaskId == taskId && job.Type == JobType.Annotation)
            .OrderBy(job => job.StartFrame).ThenBy(job => job.Id)
            .ToListAsync(cancel);
        var parts = new List<Part>(jobs.Count);
        var next = 0;
        foreach (var job in jobs.Where(job => job.StopFrame >= next))
        {
            parts.Add(new Part(job.Id, job.Revision, job.Frames, new FrameRange(Math.Max(job.StartFrame, next), job.StopFrame)));
            next = job.StopFrame + 1;
        }

        return parts;
    }

    public static int RevisionOf(IReadOnlyList<Part> parts) => parts.Sum(part => part.Revision);

    /// <summary>Everything on the given frames, or on all.</summary>
    public async Task<JobAnnotations> ReadAsync(IReadOnlyList<Part> parts, FrameRange? frames, CancellationToken cancel)
    {
        var (tags, shapes, tracks, revision) = (new List<Tag>(), new List<Shape>(), new List<Track>(), 0);
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            if (frames is { } asked && (asked.Last < part.All.First || asked.First > part.All.Last))
            {
                revision += part.Revision;
                continue;
            }

            var read = await store.ReadAsync(part.JobId, frames, cancel);
            revision += read.Revision;
            var shared = part.Frames.First;
            tags.AddRange(SharedFrames.NewTags([.. tags.Where(tag => tag.Frame >= part.All.First)], [.. read.Tags.Where(tag => tag.Frame < shared)]));
            tags.AddRange(read.Tags.Where(tag => tag.Frame >= shared));
            shapes.AddRange(SharedFrames.NewShapes([.. shapes.Where(shape => shape.Frame >= part.All.First)], [.. read.Shapes.Where(shape => shape.Frame < shared)]));
            shapes.AddRange(read.Shapes.Where(shape => shape.Frame >= shared));
            tracks.AddRange(i == parts.Count - 1 ? read.Tracks : read.Tracks.Select(track => TrackSlices.EndAt(track, part.All.Last)));
        }

        return new JobAnnotations(revision, tags, shapes, tracks);
    }

    /// <summary>Replaces everything in every job.</summary>
    public Task<JobAnnotations> ReplaceAsync(IReadOnlyList<Part> parts, JobAnnotations body, bool insist, CancellationToken cancel) =>
        EachAsync(parts, Deal(parts, body), insist, (part, mine, expected) => store.ReplaceAsync(part.JobId, user.Id, mine, expected, cancel), all: true, cancel);

    /// <summary>What has an id is changed in the job that has it, which on shared frames need not be the earliest.</summary>
    public async Task<JobAnnotations> ChangeAsync(IReadOnlyList<Part> parts, AnnotationAction action, JobAnnotations body, bool insist, CancellationToken cancel)
    {
        var owners = action == AnnotationAction.Create ? null : await store.FindJobsAsync([.. parts.Select(part => part.JobId)], body, cancel);
        return await EachAsync(
            parts,
            Deal(parts, body, owners),
            insist,
            (part, mine, expected) => store.ApplyAsync(action, part.JobId, user.Id, mine, expected, cancel),
            all: false,
            cancel);
    }

    public Task<JobAnnotations> ClearAsync(IReadOnlyList<Part> parts, bool insist, CancellationToken cancel) =>
        EachAsync(
            parts,
            Deal(parts, new JobAnnotations(0, [], [], [])),
            insist,
            async (part, _, expected) => new JobAnnotations(await store.ClearAsync(part.JobId, user.Id, expected, cancel), [], [], []),
            all: true,
            cancel);

    /// <summary>
    /// Writes job by job, in one transaction: all of it stands or none. Where the client insists on a revision, a job that changed since the parts were read ends it with
    /// <see cref="StaleRevisionException"/>.
    /// </summary>
    private async Task<JobAnnotations> EachAsync(
        IReadOnlyList<Part> parts,
        List<JobAnnotations> shares,
        bool insist,
        Func<Part, JobAnnotations, int?, Task<JobAnnotations>> write,
        bool all,
        CancellationToken cancel)
    {
        var written = new List<(int JobId, JobAnnotations Stored)>();
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            written.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            for (var i = 0; i < parts.Count; i++)
            {
                if (all || shares[i] is not { Tags: [], Shapes: [], Tracks: [] })
                {
                    written.Add((parts[i].JobId, await write(parts[i], shares[i], insist ? parts[i].Revision : null)));
                }
            }

            await transaction.CommitAsync(cancel);
        });
        foreach (var (jobId, _) in written)
        {
            await editing.CommittedAsync(jobId, cancel);
        }

        var untouched = parts.Where(part => !written.Exists(one => one.JobId == part.JobId)).Sum(part => part.Revision);
        return new JobAnnotations(
            untouched + written.Sum(one => one.Stored.Revision),
            [.. written.SelectMany(one => one.Stored.Tags)],
            [.. written.SelectMany(one => one.Stored.Shapes)],
            [.. written.SelectMany(one => one.Stored.Tracks)]);
    }

    /// <param name="owners">The jobs of the objects that are stored already, by id.</param>
    private static List<JobAnnotations> Deal(IReadOnlyList<Part> parts, JobAnnotations body, IReadOnlyDictionary<long, int>? owners = null)
    {
        var errors = new AnnotationErrors();
        CheckFrames("tags", body.Tags);
        CheckFrames("shapes", body.Shapes);
        CheckFrames("tracks", body.Tracks);
        errors.ThrowIfAny();
        var (tags, shapes) = (body.Tags.ToLookup(HomeOf), body.Shapes.ToLookup(HomeOf));
        var tracks = body.Tracks.Select(track => (Track: track, Home: HomeOf(track))).ToList();
        return [.. parts.Select(part => new JobAnnotations(
            0,
            [.. tags[part]],
            [.. shapes[part]],
            [.. tracks.Select(each => Share(each.Track, part, each.Home)).OfType<Track>()]))];

        Part HomeOf(AnnotationObject annotation) =>
            owners is not null && owners.TryGetValue(annotation.Id, out var jobId)
                ? parts.First(part => part.JobId == jobId)
                : parts.First(part => part.Frames.Contains(annotation.Frame));

        void CheckFrames(string list, IReadOnlyList<AnnotationObject> objects)
        {
            for (var i = 0; i < objects.Count; i++)
            {
                if (!parts.Any(part => part.Frames.Contains(objects[i].Frame)))
                {
                    errors.Add(FormattableString.Invariant($"/{list}/{i}/frame"), "frame-outside-task", $"frame: the task has no frame {objects[i].Frame}.");
                }
            }
        }
    }

    /// <summary>An id belongs to the job that has the track, or in which it begins; what reaches into later jobs are new tracks there.</summary>
    private static Track? Share(Track track, Part part, Part home)
    {
        if (part == home)
        {
            return TrackSlices.Slice(track, part.All) ?? track;
        }

        return part.Frames.First > home.All.Last && TrackSlices.Slice(track, part.Frames) is { } slice
            ? slice with { Id = 0, Elements = [.. slice.Elements.Select(element => element with { Id = 0 })] }
            : null;
    }
}
