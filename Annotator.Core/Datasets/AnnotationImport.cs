using System.Runtime.CompilerServices;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Core.Operations;
using Annotator.Formats;
using Annotator.Formats.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Core.Datasets;

/// <summary>
/// Brings annotations of a file into tasks or a job. The file is read and checked whole before the first row is written;
/// labels are found by name, frames by the file names of images.
/// </summary>
public sealed class AnnotationImport(AnnotatorDbContext db, AnnotationStore store, IServiceScopeFactory scopes)
{
    private const double ReadShare = 0.6;
    private const int MostNamed = 20;

    /// <summary>Reads and checks the file; nothing is written. The result is good until it is disposed.</summary>
    /// <param name="only">Which items belong to the scope; null for all.</param>
    /// <exception cref="DatasetException">The file is damaged.</exception>
    public async Task<PreparedImport> PrepareAsync(
        ImportScope scope, IDatasetSource source, ImportLabels labels, FrameMatching matching, DatasetReport report, OperationContext context,
        Func<DatasetItem, bool>? only = null)
    {
        var prepared = new PreparedImport(scope, labels, report, source.HasTracks);
        try
        {
            await ReadAsync(prepared, source, matching, report, context, only);
            prepared.FinishTracks();
            return prepared;
        }
        catch
        {
            await prepared.DisposeAsync();
            throw;
        }
    }

    /// <summary>Refuses an import that would drop objects for want of a label, or in which nothing fits.</summary>
    /// <exception cref="OperationFailedException">Unknown labels, or no frame of the file is there.</exception>
    public static void Refuse(PreparedImport prepared, DatasetReport report, ImportReport described)
    {
        var missing = prepared.Labels.Unknown;
        if (missing.Count > 0)
        {
            var unknown = string.Join(", ", missing.Keys.Take(MostNamed).Select(name => $"\"{name}\""));
            var more = missing.Count > MostNamed ? $" and {missing.Count - MostNamed} more" : "";
            var known = string.Join(", ", prepared.Labels.Known.Take(MostNamed).Select(name => $"\"{name}\""));
            foreach (var (name, number) in missing)
            {
                report.Loss("label-unknown", "Labels of the file that are not there", $"{name} ({number} objects)", number);
            }

            throw Refusal($"The file uses labels that are not there: {unknown}{more}. Known labels: {known}. Nothing was changed.");
        }

        if (prepared.Frames is { Matched: 0, Annotated: true })
        {
            throw Refusal($"None of the {prepared.Frames.Read} images in the file is in the task: their names do not fit. Nothing was changed.");
        }

        OperationFailedException Refusal(string message) => new(message) { Report = described.With(prepared, new ImportOutcome()).AddTo(report) };
    }

    /// <summary>Makes new labels and writes what was prepared, job by job; to be called in the transaction of the import.</summary>
    public async Task<ImportOutcome> WriteAsync(PreparedImport prepared, int userId, ImportMode mode, double threshold, NewLabelIds ids, OperationContext context)
    {
        var outcome = new ImportOutcome();
        var jobs = JobsOf(prepared, mode).ToList();
        outcome.Removed = mode == ImportMode.Replace ? await CountAsync(jobs, context.Cancel) : 0;
        await store.AppendAllAsync(
            userId,
            jobs.Select(pair => (pair.Job.Id, ObjectsAsync(prepared, pair.Task, pair.Job, mode, threshold, outcome, ids, context, context.Cancel))),
            replace: mode == ImportMode.Replace,
            context.Cancel);
        return outcome;
    }

    /// <summary>What <see cref="WriteAsync"/> would do.</summary>
    public async Task<ImportOutcome> TryAsync(PreparedImport prepared, ImportMode mode, double threshold, OperationContext context)
    {
        var outcome = new ImportOutcome();
        var jobs = JobsOf(prepared, mode).ToList();
        outcome.Removed = mode == ImportMode.Replace ? await CountAsync(jobs, context.Cancel) : 0;
        foreach (var (task, job) in jobs)
        {
            await foreach (var _ in ObjectsAsync(prepared, task, job, mode, threshold, outcome, null, context, context.Cancel))
            {
                // Counting is what it is for.
            }
        }

        return outcome;
    }

    private static async Task ReadAsync(
        PreparedImport prepared, IDatasetSource source, FrameMatching matching, DatasetReport report, OperationContext context, Func<DatasetItem, bool>? only)
    {
        var cancel = context.Cancel;
        var frames = prepared.Frames;
        var placed = new Dictionary<(int? TaskId, int Frame), (ImportTask Task, int Frame)>();
        var ends = new Dictionary<int, int>();
        var last = new Dictionary<int, (int Number, ImportTask Task, int Frame)>();
        var expected = Math.Max(1, prepared.Scope.Tasks.Sum(task => task.FrameCount));
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            if (only?.Invoke(item) == false)
            {
                continue;
            }

            frames.Read++;
            if (source.HasTracks && item.Frame is { } said)
            {
                ends[item.TaskId ?? 0] = Math.Max(said, ends.GetValueOrDefault(item.TaskId ?? 0, said));
            }

            context.ReportProgress(ReadShare * Math.Min(1, (double)frames.Read / expected), "Reading the file");
            var annotated = item.Tags.Count + item.Shapes.Count > 0 || item.AtSize is not null;
            frames.Annotated |= annotated;
            if (prepared.Scope.Find(item, matching, source.HasTracks, out var ambiguous) is not { } there)
            {
                frames.Missed(item.Name, ambiguous);
                if (annotated)
                {
                    report.Loss("frame-unmatched", "Frames of the file that are not in the task were left out", item.Name);
                }

                continue;
            }

            there.Task.Matched++;
            frames.Found(there.Task.Matcher.Common(item.Name, there.Frame));
            if (source.HasTracks && item.Frame is { } number)
            {
                placed[(item.TaskId, number)] = there;
                if (!last.TryGetValue(item.TaskId ?? 0, out var before) || number > before.Number)
                {
                    last[item.TaskId ?? 0] = (number, there.Task, there.Frame);
                }
            }

            var (width, height) = there.Task.Size(there.Frame);
            prepared.Add(there.Task, item.AtSize?.Invoke(width, height) ?? item, there.Frame);
        }

        if (source.HasTracks)
        {
            await foreach (var track in source.ReadTracksAsync(cancel))
            {
                prepared.Add(track, frame => placed.TryGetValue((track.TaskId, frame), out var own) ? own : Behind(track.TaskId ?? 0, frame));
            }
        }

        // A file may end before the task does: the keyframe that says a track is over then stands behind the file's last frame.
        (ImportTask Task, int Frame)? Behind(int taskId, int frame) =>
            ends.TryGetValue(taskId, out var end) && frame > end && last.TryGetValue(taskId, out var placement) && placement.Frame + 1 < placement.Task.FrameCount
                ? (placement.Task, placement.Frame + 1)
                : null;
    }

    /// <summary>The jobs that change: where all is replaced those of every task that the file is about, else those that get something.</summary>
    private static IEnumerable<(ImportTask Task, AnnotationJob Job)> JobsOf(PreparedImport prepared, ImportMode mode) =>
        from task in prepared.Scope.Tasks
        from job in task.Jobs
        where mode == ImportMode.Replace ? prepared.Scope.Tasks.Count == 1 || task.Matched > 0 : prepared.Count(job.Id) > 0
        orderby job.Id
        select (task, job);

    private async IAsyncEnumerable<AnnotationObject> ObjectsAsync(
        PreparedImport prepared, ImportTask task, AnnotationJob job, ImportMode mode, double threshold, ImportOutcome outcome, NewLabelIds? ids,
        OperationContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        var total = Math.Max(1, prepared.Scope.Tasks.Sum(of => of.Jobs.Sum(one => prepared.Count(one.Id))));
        var objects = mode == ImportMode.Merge
            ? new ImportMerge(scopes, prepared.Labels.Stored, threshold).NewAsync(prepared, task, job, OnRead, () => outcome.Kept++, cancel)
            : prepared.ReadAsync(job, OnRead, cancel);
        await foreach (var annotation in objects)
        {
            outcome.Add(annotation);
            yield return ids?.Apply(annotation) ?? annotation;
        }

        void OnRead() => context.ReportProgress(
            ReadShare + (1 - ReadShare) * Math.Min(1, (double)++outcome.Read / total), ids is null ? "Comparing" : "Writing annotations");
    }

    private Task<long> CountAsync(List<(ImportTask Task, AnnotationJob Job)> jobs, CancellationToken cancel)
    {
        var ids = jobs.ConvertAll(pair => pair.Job.Id);
        return db.Database
            .SqlQuery<long>($"SELECT coalesce(sum(shapes + tracks), 0)::bigint AS \"Value\" FROM label_count WHERE job_id = ANY ({ids})").SingleAsync(cancel);
    }
}

/// <summary>What an import did, or would do, in numbers.</summary>
public sealed class ImportOutcome
{
    /// <summary>Objects that came in, by kind.</summary>
    public SortedDictionary<string, long> Added { get; } = new(StringComparer.Ordinal);

    /// <summary>Objects that were there and went.</summary>
    public long Removed { get; internal set; }

    /// <summary>Objects of the file that were there already and were left out.</summary>
    public long Kept { get; internal set; }

    internal long Read { get; set; }

    internal void Add(AnnotationObject annotation)
    {
        var kind = annotation switch
        {
            Shape shape => Words.Of(shape.Kind),
            Track => "track",
            _ => "tag",
        };
        Added[kind] = Added.GetValueOrDefault(kind) + 1;
    }

    /// <summary>Takes the numbers of another part of the same import in.</summary>
    public void Add(ImportOutcome other)
    {
        Removed += other.Removed;
        Kept += other.Kept;
        foreach (var (kind, number) in other.Added)
        {
            Added[kind] = Added.GetValueOrDefault(kind) + number;
        }
    }
}
