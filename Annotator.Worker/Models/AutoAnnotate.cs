using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Inference;
using Annotator.Worker.Tracking;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Models;

/// <summary>
/// <c>autoannotate:task</c>: a model looks at the frames of a job, a task or a project, and what it finds becomes annotations, one
/// change for each job. Frames are decoded once, ahead of the model. A run that is called off, or killed, keeps what it has written
/// and does nothing twice.
/// </summary>
internal sealed class AutoAnnotate(
    AnnotatorDbContext db, AnnotationStore store, ModelHosts hosts, IServiceScopeFactory scopes, IOptions<ModelOptions> settings, TimeProvider time) : IOperationHandler
{
    /// <summary>More objects at once are written by COPY, and others read the job anew.</summary>
    private const int MostLogged = 10_000;

    /// <summary>How often a write is begun anew because somebody else's came between.</summary>
    private const int MostCollisions = 20;

    /// <summary>Decoded pictures that wait for the model.</summary>
    private const int Ahead = 4;

    /// <summary>What is done when somebody calls it off is still written, within this time.</summary>
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(15);

    public IReadOnlyCollection<string> Types { get; } = ["autoannotate:task"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var arguments = JsonSerializer.Deserialize<AutoAnnotateArguments>(operation.Arguments, JsonSerializerOptions.Web)!;
        var tasks = await TasksAsync(operation, context.Cancel);
        if (tasks.Count == 0)
        {
            throw new OperationFailedException("There are no frames to look at.");
        }

        var run = new Run(operation, context, arguments) { Total = tasks.Sum(task => JobsOf(task, operation).Sum(job => (long)job.Frames.Count)) };
        try
        {
            context.ReportProgress(0, "Loading the model");
            await using var model = await hosts.UseAsync(arguments.ModelId, context.Cancel);
            (run.Device, run.DeviceReason) = (model.Model.Provider, model.Model.Reason);
            foreach (var task in tasks)
            {
                await AnnotateAsync(task, JobsOf(task, operation), model, run);
            }
        }
        catch (ModelException error)
        {
            throw new OperationFailedException(run.Written > 0 ? $"{error.Message} What was found before, {run.Written} objects, stays." : error.Message);
        }
        catch (InvalidAnnotationsException error)
        {
            throw new OperationFailedException($"What the model found cannot be stored: {error.Message}");
        }

        await RememberSpeedAsync(arguments.ModelId, run, context.Cancel);
        context.Message = run.Summary();
        context.SetReport(new { lines = run.Lines() });
    }

    private async Task<List<AnnotationTask>> TasksAsync(Operation operation, CancellationToken cancel)
    {
        var tasks = db.Tasks.AsNoTracking().Include(task => task.Data).Include(task => task.Jobs).Where(task => task.Data!.Size > 0);
        return operation.TaskId is { } taskId
            ? await tasks.Where(task => task.Id == taskId).OrderBy(task => task.Id).ToListAsync(cancel)
            : await tasks.Where(task => task.ProjectId == operation.ProjectId).OrderBy(task => task.Id).ToListAsync(cancel);
    }

    private static List<AnnotationJob> JobsOf(AnnotationTask task, Operation operation) =>
        [.. task.Jobs.Where(job => operation.JobId is { } id ? job.Id == id : job.Type == JobType.Annotation).OrderBy(job => job.StartFrame)];

    private async Task AnnotateAsync(AnnotationTask task, List<AnnotationJob> jobs, ModelLease model, Run run)
    {
        var labels = await db.Labels.AsNoTracking().AsSplitQuery().Include(label => label.Attributes).Include(label => label.Sublabels)
            .Where(label => task.ProjectId == null ? label.TaskId == task.Id : label.ProjectId == task.ProjectId)
            .OrderBy(label => label.Id)
            .ToListAsync(run.Context.Cancel);
        var objects = new FoundObjects(labels, run.Arguments);

        // Neighbouring jobs share frames: the model looks at each once.
        var seen = new Dictionary<int, IReadOnlyList<Prediction>>();
        foreach (var (job, index) in jobs.Select((job, index) => (job, index)))
        {
            var last = index + 1 < jobs.Count ? jobs[index + 1].StartFrame : int.MaxValue;
            await AnnotateAsync(task, job, objects, model, seen, run);
            foreach (var old in seen.Keys.Where(frame => frame < last).ToList())
            {
                seen.Remove(old);
            }
        }

        run.Add(objects.LeftOut);
    }

    private async Task AnnotateAsync(
        AnnotationTask task, AnnotationJob job, FoundObjects objects, ModelLease model, Dictionary<int, IReadOnlyList<Prediction>> seen, Run run)
    {
        var cancel = run.Context.Cancel;
        var frames = await FramesAsync(task, job, run, cancel);
        var (part, clip) = (new List<AnnotationObject>(), new ClipTracks(objects));
        var place = new ReplacedObjects(job, [.. task.Data!.DeletedFrames], run.Arguments.MakeTracks ? objects.LabelsOf(model.Description.Labels.Select(label => label.Name)) : []);
        var rejected = run.Arguments.OnlyMissing || run.Arguments.Replace ? await RejectedSuggestions.ReadAsync(db, job.Id, cancel) : RejectedSuggestions.None;
        var done = -1;
        try
        {
            foreach (var frame in frames.Where(seen.ContainsKey))
            {
                Take(frame, seen[frame]);
            }

            var open = frames.Where(frame => !seen.ContainsKey(frame)).ToList();
            await foreach (var (frame, found) in SeeAsync(task.Data.Id, open, model, run, cancel))
            {
                Take(frame, found);
                run.Doubts[frame] = FrameDoubts.Of(found);
                seen[frame] = found;
                done = frame;
                run.Looked++;
                run.ReportProgress(time.GetUtcNow());
            }

            await WriteAsync(place, frames, Found(job.StopFrame), job.StopFrame, run, cancel);
        }
        catch (OperationCanceledException) when (done >= 0)
        {
            using var soon = new CancellationTokenSource(LastWrite, time);
            await WriteAsync(place, [.. frames.Where(frame => frame <= done)], Found(done), done, run, soon.Token);
            throw;
        }
        catch (ModelException) when (done >= 0)
        {
            await WriteAsync(place, [.. frames.Where(frame => frame <= done)], Found(done), done, run, cancel);
            throw;
        }

        void Take(int frame, IReadOnlyList<Prediction> found)
        {
            if (run.Arguments.MakeTracks)
            {
                clip.Add(frame, found);
            }
            else
            {
                part.AddRange(found.Select(one => objects.Of(one, frame)).OfType<AnnotationObject>());
            }
        }

        List<AnnotationObject> Found(int last) => [.. rejected.Without([.. part.Where(one => one.Frame <= last), .. clip.Build(job.StopFrame)])];
    }

    /// <summary>The frames of a job that are to be looked at: chosen, not deleted, not done by an earlier run, perhaps only empty ones.</summary>
    private async Task<List<int>> FramesAsync(AnnotationTask task, AnnotationJob job, Run run, CancellationToken cancel)
    {
        var first = run.Arguments.Done.TryGetValue(job.Id, out var done) ? done + 1 : job.StartFrame;
        var deleted = task.Data!.DeletedFrames.ToHashSet();
        var frames = Enumerable.Range(first, Math.Max(0, job.StopFrame - first + 1))
            .Where(frame => !deleted.Contains(frame) && (run.Arguments.Frames?.Any(pair => frame >= pair[0] && frame <= pair[1]) ?? true))
            .ToList();
        if (!run.Arguments.OnlyMissing)
        {
            return frames;
        }

        var taken = new HashSet<int>();
        await foreach (var frame in store.ReadFramesAsync(job.Id, cancel))
        {
            taken.Add(frame.Frame);
        }

        await foreach (var track in store.ReadTracksAsync(job.Id, cancel))
        {
            var shown = track.Keyframes.Concat(track.Elements.SelectMany(element => element.Keyframes)).Where(keyframe => !keyframe.Outside).Select(keyframe => keyframe.Frame).ToList();
            if (shown.Count > 0)
            {
                taken.UnionWith(Enumerable.Range(shown.Min(), shown.Max() - shown.Min() + 1));
            }
        }

        return [.. frames.Where(frame => !taken.Contains(frame))];
    }

    /// <summary>What the model finds, frame by frame; the next pictures are decoded while it looks.</summary>
    private async IAsyncEnumerable<(int Frame, IReadOnlyList<Prediction> Found)> SeeAsync(
        int dataId, List<int> frames, ModelLease model, Run run, [EnumeratorCancellation] CancellationToken cancel)
    {
        // A connector has no sessions here, but may be asked several things at once.
        var sessions = Math.Max(model.Sessions, settings.Value.Sessions);
        await using var pictures = new PicturesAhead(scopes, dataId, frames, Math.Max(Ahead, model.Description.Batch * (sessions + 1)), cancel);
        var options = new PredictionOptions
        {
            Confidence = LeastOf(run.Arguments),
            MasksAsPolygons = run.Arguments.MasksToPolygons,
            TileSize = run.Arguments.Tiles ? ModelEndpoints.TileOf(model.Description) : null,
        };
        // As many batches are on their way as the model has sessions; their answers are taken in the frames' order.
        var asked = new Queue<(List<int> Numbers, Task<(IReadOnlyList<IReadOnlyList<Prediction>?> Found, TimeSpan Took)> Answer)>();
        var batch = new List<(int Number, PixelImage? Picture)>();
        while (await pictures.Reader.WaitToReadAsync(cancel))
        {
            while (batch.Count < model.Description.Batch && pictures.Reader.TryRead(out var next))
            {
                if (next.Picture is null)
                {
                    run.Damaged.Add($"Frame {next.Number} {next.Reason}");
                }

                batch.Add((next.Number, next.Picture));
            }

            asked.Enqueue(([.. batch.Select(one => one.Number)], AskAsync([.. batch.Select(one => one.Picture)], model, options, cancel)));
            batch.Clear();
            while (asked.Count >= sessions)
            {
                foreach (var seen in await NextAsync())
                {
                    yield return seen;
                }
            }
        }

        while (asked.Count > 0)
        {
            foreach (var seen in await NextAsync())
            {
                yield return seen;
            }
        }

        async Task<IEnumerable<(int, IReadOnlyList<Prediction>)>> NextAsync()
        {
            var (numbers, answer) = asked.Dequeue();
            var (found, took) = await answer;
            run.ModelTime += took;
            run.ModelImages += found.Count(one => one is not null);
            return numbers.Select((number, index) => (number, (IReadOnlyList<Prediction>)[.. (found[index] ?? []).Where(prediction => prediction.Score >= run.Least(prediction, model.Description))]));
        }
    }

    /// <summary>What the model finds on each picture, null for those that are missing, and how long it took.</summary>
    private static async Task<(IReadOnlyList<IReadOnlyList<Prediction>?> Found, TimeSpan Took)> AskAsync(
        IReadOnlyList<PixelImage?> pictures, ModelLease model, PredictionOptions options, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        var there = pictures.OfType<PixelImage>().ToList();
        var found = new Queue<IReadOnlyList<Prediction>>(there.Count == 0 ? [] : await CrashedCalls.AgainAsync(() => model.Process.PredictAsync(there, options, cancel)));
        return ([.. pictures.Select(picture => picture is null ? null : found.Dequeue())], Stopwatch.GetElapsedTime(start));
    }

    /// <summary>The least score of all: classes may ask for less than the run does.</summary>
    private static double? LeastOf(AutoAnnotateArguments arguments) =>
        arguments.Mapping.Values.Select(choice => choice.Threshold).Append(arguments.Threshold).Min();

    private async Task WriteAsync(ReplacedObjects place, List<int> frames, List<AnnotationObject> found, int done, Run run, CancellationToken cancel)
    {
        var job = place.Job;
        run.Arguments = run.Arguments with { Done = new Dictionary<int, int>(run.Arguments.Done) { [job.Id] = done } };
        var arguments = JsonSerializer.Serialize(run.Arguments, JsonSerializerOptions.Web);
        for (var collisions = 0; ; collisions++)
        {
            try
            {
                await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
                {
                    await using var transaction = await db.Database.BeginTransactionAsync(cancel);
                    await run.Context.HoldWhileAsync(db, cancel);
                    await SuggestAsync(place, frames, found, run, cancel);
                    await FrameDoubts.KeepAsync(db, job.TaskId, run.Arguments.ModelId, run.Doubts, time.GetUtcNow(), cancel);
                    await db.Operations.Where(row => row.Id == run.Operation.Id).ExecuteUpdateAsync(row => row.SetProperty(one => one.Arguments, arguments), cancel);
                    await transaction.CommitAsync(cancel);
                });
                break;
            }
            catch (StaleRevisionException) when (collisions < MostCollisions)
            {
                // Somebody changed the job between reading and writing, and may have accepted what was to go: read anew.
                continue;
            }
        }

        run.Written += found.Count;
        run.Doubts.Clear();
    }

    /// <summary>Writes what was found in place of what it replaces, and whose it is: the ids of one writing lie together.</summary>
    private async Task SuggestAsync(ReplacedObjects place, List<int> frames, List<AnnotationObject> found, Run run, CancellationToken cancel)
    {
        var (jobId, userId) = (place.Job.Id, run.Operation.OwnerId);
        var (removed, rest, expected) = (new JobAnnotations(0, [], [], []), (IReadOnlyList<Track>)[], (int?)null);
        if (run.Arguments.Replace && frames.Count > 0)
        {
            var there = await store.ReadAsync(jobId, new FrameRange(frames[0], frames[^1]), cancel);
            (removed, rest) = place.Of(there, frames);
            expected = there.Revision;
        }

        List<AnnotationObject> added = [.. found, .. rest];
        if (added.Count + removed.Tags.Count + removed.Shapes.Count + removed.Tracks.Count == 0)
        {
            return;
        }

        int revision;
        if (added.Count > MostLogged)
        {
            await store.DeleteAsync(jobId, userId, removed, expected, cancel);
            revision = await store.AppendAsync(jobId, userId, added.ToAsyncEnumerable(), replace: false, cancel);
        }
        else
        {
            var objects = new JobAnnotations(0, [.. added.OfType<Tag>()], [.. added.OfType<Shape>()], [.. added.OfType<Track>()]);
            revision = (await store.ExchangeAsync(jobId, userId, removed, objects, expected, cancel)).Revision;
        }

        await db.Database.ExecuteSqlAsync(
            $"""
            insert into suggested_objects (job_id, first_id, last_id, model_id, created_date)
            select {jobId}, min(id), max(id), {run.Arguments.ModelId}, {time.GetUtcNow()} from (
                select id from shape where job_id = {jobId} and revision = {revision} union all select id from tag where job_id = {jobId} and revision = {revision}
                union all select id from track where job_id = {jobId} and revision = {revision}) written
            having count(*) > 0
            on conflict do nothing
            """,
            cancel);
    }

    /// <summary>The next one who asks how long it takes is told what it took.</summary>
    private async Task RememberSpeedAsync(int modelId, Run run, CancellationToken cancel)
    {
        if (run.ModelImages > 0)
        {
            var milliseconds = run.ModelTime.TotalMilliseconds / run.ModelImages;
            await db.Models.Where(model => model.Id == modelId).ExecuteUpdateAsync(
                row => row.SetProperty(model => model.MillisecondsPerImage, milliseconds).SetProperty(model => model.Device, run.Device).SetProperty(model => model.DeviceReason, run.DeviceReason),
                cancel);
        }
    }

    /// <summary>How far one run is.</summary>
    private sealed class Run(Operation operation, OperationContext context, AutoAnnotateArguments arguments)
    {
        private readonly Dictionary<string, int> _leftOut = new(StringComparer.Ordinal);

        public Operation Operation => operation;
        public OperationContext Context => context;
        public AutoAnnotateArguments Arguments { get; set; } = arguments;
        public required long Total { get; init; }
        public long Looked { get; set; }
        public long Written { get; set; }
        public TimeSpan ModelTime { get; set; }
        public int ModelImages { get; set; }
        public string Device { get; set; } = "";
        public string DeviceReason { get; set; } = "";
        public List<string> Damaged { get; } = [];

        /// <summary>How unsure the model was, by frame, since the last writing.</summary>
        public Dictionary<int, double> Doubts { get; } = [];

        private DateTimeOffset? _started;

        /// <summary>The least score of a prediction's class: its own, or the run's, or the model's.</summary>
        public double Least(Prediction found, Inference.Descriptions.ModelDescription description) =>
            Arguments.Mapping.TryGetValue(found.Label, out var choice) && choice.Threshold is { } own ? own : Arguments.Threshold ?? description.Nms.Conf;

        public void ReportProgress(DateTimeOffset now)
        {
            _started ??= now;
            var seconds = (now - _started.Value).TotalSeconds;
            var rate = seconds > 1 ? $", {Looked / seconds:0.#} a second" : "";
            context.ReportProgress(0.99 * Math.Min(1, (double)Looked / Math.Max(1, Total)), $"{Looked} of {Total} frames{rate}");
        }

        public void Add(Dictionary<string, int> leftOut)
        {
            foreach (var (name, count) in leftOut)
            {
                _leftOut[name] = _leftOut.GetValueOrDefault(name) + count;
            }
        }

        public string Summary() => $"{Written} object{(Written == 1 ? "" : "s")} on {Looked} frame{(Looked == 1 ? "" : "s")}.";

        public IReadOnlyList<string> Lines() =>
        [
            .. _leftOut.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} of the class {pair.Key} were left out: it becomes no label here, or one of another kind."),
            .. Damaged,
        ];
    }
}
