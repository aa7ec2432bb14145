using System.Runtime.CompilerServices;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Tasks;
using Annotator.Formats;
using Annotator.Formats.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Core.Datasets;

/// <summary>
/// A job, a task, a project or a selection of them as a dataset, read frame by frame from the tables. Deleted frames and jobs that hold no work of
/// annotators are left out; overlapping jobs are merged.
/// </summary>
public sealed class StoreDataset : IDatasetSource
{
    private readonly IServiceScopeFactory _scopes;
    private readonly IFramePixels _pixels;
    private readonly DatasetLabels _labels;
    private readonly IReadOnlyList<AnnotationTask> _tasks;
    private readonly Func<AnnotationJob, bool> _wanted;

    /// <param name="wanted">Which of the tasks' jobs belong to it.</param>
    internal StoreDataset(
        IServiceScopeFactory scopes, IFramePixels pixels, DatasetInfo info, DatasetLabels labels, IReadOnlyList<AnnotationTask> tasks, Func<AnnotationJob, bool> wanted)
    {
        (_scopes, _pixels, Info, _labels, _tasks, _wanted) = (scopes, pixels, info, labels, tasks, wanted);
        Frames = Jobs(tasks).Sum(job => (long)job.Frames.Count);
    }

    public DatasetInfo Info { get; }

    public bool HasTracks => true;

    /// <summary>About how many frames there are, for progress: shared and deleted ones are counted too.</summary>
    public long Frames { get; }

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var numbers = new TrackNumbers();
        foreach (var task in _tasks.Where(task => task.Data is { Size: > 0 }))
        {
            var data = task.Data!;
            var frames = await FramesAsync(data.Id, cancel);
            var deleted = data.DeletedFrames.ToHashSet();
            var jobs = new JobFrames(_scopes, _labels, numbers);
            var reading = new TaskFrames(
                job => jobs.ReadAsync(job, deleted, cancel),
                number => frames.TryGetValue(number, out var frame) ? (frame.Width, frame.Height) : (0, 0));
            await foreach (var (number, content) in reading.ReadAsync(Jobs([task]), cancel))
            {
                if (!deleted.Contains(number) && frames.TryGetValue(number, out var frame))
                {
                    yield return Item(task, data, frame, content);
                }
            }
        }
    }

    public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var numbers = new TrackNumbers();
        foreach (var task in _tasks.Where(task => task.Data is { Size: > 0 }))
        {
            var tracks = new TaskTracks(new JobFrames(_scopes, _labels, numbers), task.Data!, await SameTracksAsync(task, cancel), numbers.Last);
            await foreach (var track in tracks.ReadAsync([.. Jobs([task])], cancel))
            {
                yield return track with { TaskId = task.Id };
            }
        }
    }

    /// <summary>Width and height in pixels of a frame by its task and its number in the source media; 0 where there is none.</summary>
    public async Task<Func<int?, int, (int Width, int Height)>> SizesAsync(CancellationToken cancel)
    {
        var sizes = new Dictionary<(int? TaskId, int Frame), (int, int)>();
        foreach (var task in _tasks.Where(task => task.Data is { Size: > 0 }))
        {
            foreach (var frame in (await FramesAsync(task.Data!.Id, cancel)).Values)
            {
                sizes[(task.Id, SourceFrames.Of(task.Data, frame.Number))] = (frame.Width, frame.Height);
            }
        }

        return (taskId, frame) => sizes.GetValueOrDefault((taskId, frame));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Which tracks of neighbouring jobs are one; numbers count from 0 within the task.</summary>
    private async Task<IReadOnlyDictionary<int, int>> SameTracksAsync(AnnotationTask task, CancellationToken cancel)
    {
        var ranges = Jobs([task]).OrderBy(job => job.StartFrame).ThenBy(job => job.Id).ToList();
        if (!ranges.Zip(ranges.Skip(1)).Any(pair => pair.Second.StartFrame <= pair.First.StopFrame))
        {
            return new Dictionary<int, int>();
        }

        var frames = await FramesAsync(task.Data!.Id, cancel);
        var deleted = task.Data.DeletedFrames.ToHashSet();
        var jobs = new JobFrames(_scopes, _labels, new TrackNumbers());
        var reading = new TaskFrames(
            job => jobs.ReadAsync(job, deleted, cancel),
            number => frames.TryGetValue(number, out var frame) ? (frame.Width, frame.Height) : (0, 0));
        await foreach (var _ in reading.ReadAsync(ranges, cancel))
        {
            // Only what is found to be one matters.
        }

        return reading.SameTracks;
    }

    private DatasetItem Item(AnnotationTask task, TaskData data, Frame frame, JobFrame content) => new()
    {
        Frame = SourceFrames.Of(data, frame.Number),
        Name = frame.Name,
        Subset = task.Subset,
        Width = frame.Width,
        Height = frame.Height,
        TaskId = task.Id,
        Tags = content.Tags,
        Shapes = [.. content.Shapes, .. content.TrackShapes],
        OpenImage = async cancel => await _pixels.OpenAsync(frame, cancel)
            ?? throw new DatasetException("image-missing", $"The image {frame.Name} of task {task.Id} is not in the store."),
    };

    private async Task<Dictionary<int, Frame>> FramesAsync(int dataId, CancellationToken cancel)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        return await db.Frames.AsNoTracking().Where(frame => frame.DataId == dataId).ToDictionaryAsync(frame => frame.Number, cancel);
    }

    private IEnumerable<AnnotationJob> Jobs(IEnumerable<AnnotationTask> tasks) =>
        tasks.SelectMany(task => task.Jobs).Where(_wanted);
}

/// <summary>Numbers of frames in the media they were taken from.</summary>
internal static class SourceFrames
{
    /// <summary>The number in the source of a frame in the task's own numbering.</summary>
    public static int Of(TaskData data, int frame) => data.StartFrame + frame * Step(data);

    /// <summary>How many frames of the source one step of the task is.</summary>
    public static int Step(TaskData data) => DatasetTask.StepOf(data.FrameFilter);
}
