using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Annotator.Inference;
using Annotator.Inference.Tracking;
using Annotator.Worker.Models;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Tracking;

/// <summary>
/// <c>track:job</c>: objects are followed through the frames of a job, forward or backward. What is found is written about once
/// a second, so that whoever has the job open sees it come; it is reduced to the keyframes that a person needs. A run that is
/// called off or fails keeps what it has; a second one goes on behind it.
/// </summary>
internal sealed class TrackObjects(
    AnnotatorDbContext db, AnnotationStore store, ModelHosts hosts, IServiceScopeFactory scopes, TimeProvider time) : IOperationHandler
{
    /// <summary>Decoded pictures that wait for the trackers.</summary>
    private const int Ahead = 4;

    /// <summary>How often a write is begun anew because somebody else's came between.</summary>
    private const int MostCollisions = 20;

    private static readonly TimeSpan _rhythm = TimeSpan.FromSeconds(1);

    /// <summary>What is done when somebody calls it off is still written, within this time.</summary>
    private static readonly TimeSpan _lastWrite = TimeSpan.FromSeconds(15);

    public IReadOnlyCollection<string> Types { get; } = ["track:job"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var arguments = JsonSerializer.Deserialize<TrackObjectsArguments>(operation.Arguments, JsonSerializerOptions.Web)!;
        var job = await db.Jobs.AsNoTracking().Include(job => job.Task).ThenInclude(task => task.Data).SingleOrDefaultAsync(job => job.Id == operation.JobId, context.Cancel)
            ?? throw new OperationFailedException("The job was deleted.");
        var run = new Run(operation, context, arguments, job, [.. job.Task.Data!.DeletedFrames]);
        try
        {
            await using var model = arguments.ModelId is { } id ? await hosts.UseAsync(id, context.Cancel) : null;
            await BeginAsync(run);
            await FollowAsync(run, model);
        }
        catch (ModelException error)
        {
            throw new OperationFailedException($"{error.Message} What was followed before stays.");
        }
        catch (InvalidAnnotationsException error)
        {
            throw new OperationFailedException($"What was found cannot be stored: {error.Message}");
        }

        context.Message = run.Summary();
        context.SetReport(run.Report());
    }

    /// <summary>Finds the objects, and makes tracks of those that are shapes.</summary>
    private async Task BeginAsync(Run run)
    {
        var there = await store.ReadAsync(run.Job.Id, new FrameRange(run.Arguments.Frame, run.Arguments.Frame), run.Context.Cancel);
        var shapes = there.Shapes.Where(shape => run.Arguments.Objects.Any(one => one.Type == "shape" && one.Id == shape.Id)).ToList();
        if (shapes.Count > 0)
        {
            there = await MakeTracksAsync(run, shapes);
        }

        var names = await NodeNamesAsync(there, run.Context.Cancel);
        foreach (var wanted in run.Arguments.Objects.Distinct())
        {
            var before = run.Tracks.Count;
            if (there.Tracks.FirstOrDefault(track => track.Id == wanted.Id) is { } track)
            {
                run.Tracks.AddRange(FollowedOf(track, run, names));
            }

            if (run.Tracks.Count == before)
            {
                run.Notes.Add($"The {wanted.Type} {wanted.Id} is not on frame {run.Arguments.Frame}, or of a kind that cannot be followed.");
            }
        }

        if (run.Tracks.Count == 0)
        {
            throw new OperationFailedException($"None of the objects is on frame {run.Arguments.Frame} and of a kind that can be followed.");
        }
    }

    private Task<Dictionary<int, string>> NodeNamesAsync(JobAnnotations there, CancellationToken cancel)
    {
        var ids = there.Tracks.SelectMany(track => track.Elements).Select(element => element.LabelId).Distinct().ToList();
        return db.Labels.AsNoTracking().Where(label => ids.Contains(label.Id)).ToDictionaryAsync(label => label.Id, label => label.Name, cancel);
    }

    /// <summary>The track, or the nodes of a skeleton; none where nothing of it is visible.</summary>
    private static IEnumerable<FollowedTrack> FollowedOf(Track track, Run run, Dictionary<int, string> names) =>
        track.Elements.Count > 0 ? SkeletonNodes.VisibleOn(track, run.Arguments.Frame, names, run.Deleted)
        : TrackPose.Of(track, run.Arguments.Frame, run.Deleted) is { Outside: false } pose && TrackedOutline.CanFollow(pose.Kind) ? [new FollowedTrack(track, pose)]
        : [];

    /// <summary>In one transaction with the arguments, so that a second run finds tracks and makes no more.</summary>
    private Task<JobAnnotations> MakeTracksAsync(Run run, List<Shape> shapes) => PublishAsync(run, async cancel =>
    {
        var made = new Dictionary<long, long>();
        foreach (var shape in shapes.Where(shape => shape.Kind == ShapeKind.Skeleton || TrackedOutline.CanFollow(shape.Kind)))
        {
            await store.DeleteAsync(run.Job.Id, run.Operation.OwnerId, new JobAnnotations(0, [], [shape], []), null, cancel);
            var created = await store.CreateAsync(run.Job.Id, run.Operation.OwnerId, new JobAnnotations(0, [], [], [TrackOf(shape)]), null, cancel);
            made[shape.Id] = created.Tracks[0].Id;
        }

        run.Arguments = run.Arguments with
        {
            Objects = [.. run.Arguments.Objects.Select(one => one.Type == "shape" && made.TryGetValue(one.Id, out var track) ? new ObjectToTrack("track", track) : one)],
        };
        return await store.ReadAsync(run.Job.Id, new FrameRange(run.Arguments.Frame, run.Arguments.Frame), cancel);
    });

    private static Track TrackOf(Shape shape) => new()
    {
        Frame = shape.Frame,
        LabelId = shape.LabelId,
        Group = shape.Group,
        Source = shape.Source,
        Attributes = shape.Attributes,
        Interpolation = InterpolationMode.Aligned,
        Keyframes = [new Keyframe { Frame = shape.Frame, Kind = shape.Kind, Points = shape.Points, Rotation = shape.Rotation, Occluded = shape.Occluded, ZOrder = shape.ZOrder }],
        Elements = [.. shape.Elements.Select(element => new TrackElement
        {
            Frame = shape.Frame,
            LabelId = element.LabelId,
            Group = element.Group,
            Source = element.Source,
            Attributes = element.Attributes,
            Keyframes = [new Keyframe { Frame = shape.Frame, Kind = element.Kind, Points = element.Points, Occluded = element.Occluded, Outside = element.Outside, ZOrder = element.ZOrder }],
        })],
    };

    private async Task FollowAsync(Run run, ModelLease? model)
    {
        var (cancel, written) = (run.Context.Cancel, time.GetUtcNow());
        var frames = run.Frames();
        var done = run.Arguments.Frame;
        await using var pictures = new PicturesAhead(scopes, run.Job.Task.Data!.Id, frames, Ahead, cancel);
        try
        {
            await foreach (var (frame, picture, reason) in pictures.Reader.ReadAllAsync(cancel))
            {
                if (picture is null)
                {
                    run.Notes.Add($"Frame {frame} {reason}");
                    continue;
                }

                foreach (var track in run.Tracks.Where(track => track.Goes))
                {
                    await StepAsync(track, frame, picture, run.Arguments.Tracker, model, cancel);
                }

                done = frame;
                run.ReportProgress(frame, time.GetUtcNow());
                if (!run.Tracks.Exists(track => track.Goes))
                {
                    break;
                }

                if (time.GetUtcNow() - written >= _rhythm)
                {
                    await WriteAsync(run, done, cancel);
                    written = time.GetUtcNow();
                }
            }

            await WriteAsync(run, done, cancel);
        }
        catch (OperationCanceledException) when (done != run.Arguments.Frame)
        {
            using var soon = new CancellationTokenSource(_lastWrite, time);
            await WriteAsync(run, done, soon.Token);
            throw;
        }
        catch (ModelException) when (done != run.Arguments.Frame)
        {
            await WriteAsync(run, done, cancel);
            throw;
        }
    }

    private static async Task StepAsync(FollowedTrack track, int frame, PixelImage picture, string tracker, ModelLease? model, CancellationToken cancel)
    {
        if (track.SetByHand(frame) is { } keyframe)
        {
            // A person says where it is: from there on it is followed anew.
            if (keyframe.Outside)
            {
                track.End();
                return;
            }

            track.Found(frame, TrackedOutline.Of(keyframe.Kind, keyframe.Points, keyframe.Rotation));
            track.Tracker = null;
        }

        if (track.Tracker is null)
        {
            track.Tracker = Begin(tracker, model, picture, track.Outline, TrackedOutline.IsUpright(track.Track.Keyframes[0].Kind, track.Outline.Length == 4 ? 0 : 1));
            return;
        }

        var step = await track.Tracker.NextAsync(picture, cancel);
        if (step.Lost is { } why)
        {
            track.Lose(frame, why);
            return;
        }

        track.Found(frame, step.Points);
    }

    private static IObjectTracker Begin(string tracker, ModelLease? model, PixelImage picture, double[] outline, bool upright) => tracker switch
    {
        TrackerNames.Correlation => new CorrelationTracker(picture, outline),
        TrackerNames.Model => new VitTracker((template, search, stop) => CrashedCalls.AgainAsync(() => model!.Process.TrackAsync(template, search, stop)), picture, outline),
        _ => new FlowTracker(picture, outline, upright),
    };

    private async Task WriteAsync(Run run, int done, CancellationToken cancel)
    {
        await PublishAsync(run, async cancelled =>
        {
            var there = await store.ReadAsync(run.Job.Id, new FrameRange(run.Start, run.Start), cancelled);
            var changed = new List<Track>();
            foreach (var parts in run.Objects)
            {
                if (there.Tracks.FirstOrDefault(one => one.Id == parts.Key) is { } now)
                {
                    changed.Add(parts.First() is { Node: null } whole ? whole.Merge(now, run.Deleted) : SkeletonNodes.Merge(now, [.. parts], run.Deleted));
                }
                else
                {
                    // Somebody deleted it meanwhile: it is not brought back.
                    parts.ToList().ForEach(part => part.End());
                }
            }

            if (changed.Count > 0)
            {
                await store.UpdateAsync(run.Job.Id, run.Operation.OwnerId, new JobAnnotations(0, [], [], changed), there.Revision, cancelled);
            }

            return there;
        }, done, cancel);
    }

    private Task<JobAnnotations> PublishAsync(Run run, Func<CancellationToken, Task<JobAnnotations>> work) => PublishAsync(run, work, run.Arguments.Frame, run.Context.Cancel);

    /// <summary>One transaction with the operation's row, so that no second worker writes too; anew when somebody else wrote in between.</summary>
    private async Task<JobAnnotations> PublishAsync(Run run, Func<CancellationToken, Task<JobAnnotations>> work, int done, CancellationToken cancel)
    {
        for (var collisions = 0; ; collisions++)
        {
            try
            {
                return await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
                {
                    await using var transaction = await db.Database.BeginTransactionAsync(cancel);
                    var result = await work(cancel);
                    await run.Context.HoldWhileAsync(db, cancel);
                    run.Arguments = run.Arguments with { Frame = done };
                    var arguments = JsonSerializer.Serialize(run.Arguments, JsonSerializerOptions.Web);
                    await db.Operations.Where(row => row.Id == run.Operation.Id).ExecuteUpdateAsync(row => row.SetProperty(one => one.Arguments, arguments), cancel);
                    await transaction.CommitAsync(cancel);
                    run.Tracks.ForEach(track => track.Written());
                    return result;
                });
            }
            catch (StaleRevisionException) when (collisions < MostCollisions)
            {
                // Read anew: what came between stands.
                continue;
            }
        }
    }

    /// <summary>How far one run is.</summary>
    private sealed class Run(Operation operation, OperationContext context, TrackObjectsArguments arguments, AnnotationJob job, HashSet<int> deleted)
    {
        private DateTimeOffset? _started;
        private int _looked;

        public Operation Operation => operation;
        public OperationContext Context => context;
        public AnnotationJob Job => job;
        public IReadOnlySet<int> Deleted => deleted;
        public TrackObjectsArguments Arguments { get; set; } = arguments;

        /// <summary>The frame on which every object is known.</summary>
        public int Start { get; } = arguments.Frame;
        public List<FollowedTrack> Tracks { get; } = [];

        /// <summary>By the id of their track: one each, or the nodes of a skeleton.</summary>
        public IEnumerable<IGrouping<long, FollowedTrack>> Objects => Tracks.GroupBy(track => track.Track.Id);
        public List<string> Notes { get; } = [];

        /// <summary>The first and all that follow, in the order in which they are looked at.</summary>
        public List<int> Frames()
        {
            var (first, last) = (Math.Min(Start, Arguments.Last), Math.Max(Start, Arguments.Last));
            var rising = Enumerable.Range(first, last - first + 1).Where(frame => frame == Start || !deleted.Contains(frame));
            return [.. Arguments.Last < Start ? rising.Reverse() : rising];
        }

        public void ReportProgress(int frame, DateTimeOffset now)
        {
            _started ??= now;
            _looked++;
            var seconds = (now - _started.Value).TotalSeconds;
            var rate = seconds > 1 ? $", {_looked / seconds:0.#} frames a second" : "";
            context.ReportProgress(0.99 * Math.Abs(frame - Start) / Math.Max(1, Math.Abs(Arguments.Last - Start)), $"At frame {frame}{rate}");
        }

        public string Summary()
        {
            var lost = LostOf(Tracks).Select(one => $"Lost {one.What}: {one.Reason}.").Distinct().ToList();
            var furthest = Tracks.Select(track => track.Reached).OrderByDescending(frame => Math.Abs(frame - Start)).First();
            var count = Objects.Count();
            return $"{count} object{(count == 1 ? "" : "s")} followed to frame {furthest}.{(lost.Count > 0 ? " " + string.Join(" ", lost.Take(3)) : "")}";
        }

        public object Report() => new
        {
            lines = Objects.SelectMany(parts => LostOf(parts).Select(one => $"Track {parts.Key} was lost {one.What}: {one.Reason}.")).Concat(Notes),
            tracks = Objects.Select(parts =>
            {
                // A skeleton is lost where the last of its nodes is.
                var held = parts.OrderBy(part => Math.Abs(part.Reached - Start)).Last();
                var lost = parts.All(part => part.Lost is not null) ? held.Lost : null;
                return new { id = parts.Key, reached = held.Reached, lost = lost?.Frame, reason = lost?.Reason, keyframes = parts.Sum(part => part.Track.Keyframes.Count) };
            }),
        };

        /// <summary>Where and why, nodes of a skeleton that were lost together in one.</summary>
        private static IEnumerable<(string What, string Reason)> LostOf(IEnumerable<FollowedTrack> tracks) =>
            tracks.Where(track => track.Lost is not null).GroupBy(track => (track.Track.Id, track.Lost!.Value.Frame, track.Lost.Value.Reason)).Select(group =>
            {
                var nodes = group.Where(track => track.Node is not null).Select(track => track.Node).ToList();
                return ($"at frame {group.Key.Frame}{(nodes.Count > 0 ? $" ({string.Join(", ", nodes)})" : "")}", group.Key.Reason);
            });
    }
}
