using System.Runtime.CompilerServices;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Core.Datasets;

/// <summary>What a job has on one frame, tracks told apart from other shapes.</summary>
public sealed record JobFrame(IReadOnlyList<DatasetTag> Tags, IReadOnlyList<DatasetShape> Shapes, IReadOnlyList<DatasetShape> TrackShapes)
{
    public static JobFrame Empty { get; } = new([], [], []);
}

/// <summary>Counts tracks through a whole file, so that each has a number of its own.</summary>
public sealed class TrackNumbers
{
    private int _next;

    public int Next() => _next++;

    /// <summary>How many numbers were given.</summary>
    public int Last => _next;
}

/// <summary>Reads the annotations of one job frame by frame. Frames and tracks are read side by side, each on a connection of its own.</summary>
public sealed class JobFrames(IServiceScopeFactory scopes, DatasetLabels labels, TrackNumbers numbers)
{
    private readonly DatasetObjects _objects = new(labels);

    /// <summary>Every frame of the job's range in order, empty ones included; one frame is in memory at a time.</summary>
    public async IAsyncEnumerable<(int Frame, JobFrame Content)> ReadAsync(
        AnnotationJob job, IReadOnlySet<int> deletedFrames, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var frameScope = scopes.CreateAsyncScope();
        await using var trackScope = scopes.CreateAsyncScope();
        await using var sweep = new TrackSweep(TracksAsync(trackScope, job.Id, cancel), deletedFrames, cancel);
        await using var frames = Store(frameScope).ReadFramesAsync(job.Id, cancel).GetAsyncEnumerator(cancel);
        var more = await frames.MoveNextAsync();
        for (var frame = job.StartFrame; frame <= job.StopFrame; frame++)
        {
            while (more && frames.Current.Frame < frame)
            {
                more = await frames.MoveNextAsync();
            }

            var tracked = deletedFrames.Contains(frame) ? [] : await sweep.AtAsync(frame);
            if (!more || frames.Current.Frame != frame)
            {
                yield return (frame, tracked.Count == 0 ? JobFrame.Empty : new JobFrame([], [], tracked));
                continue;
            }

            yield return (frame, new JobFrame(
                [.. frames.Current.Tags.Select(_objects.Tag).OfType<DatasetTag>()],
                [.. frames.Current.Shapes.Select(_objects.Shape).OfType<DatasetShape>()],
                tracked));
        }
    }

    /// <summary>The job's tracks as they are stored, numbered as on its frames.</summary>
    public async IAsyncEnumerable<(int Number, Track Track)> ReadTracksAsync(int jobId, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await foreach (var track in Store(scope).ReadTracksAsync(jobId, cancel))
        {
            yield return (numbers.Next(), track);
        }
    }

    /// <summary>A stored track as files know it.</summary>
    public DatasetTrack? Named(Track track, int number) => _objects.Track(track, number);

    private async IAsyncEnumerable<DatasetTrack> TracksAsync(AsyncServiceScope scope, int jobId, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var track in Store(scope).ReadTracksAsync(jobId, cancel))
        {
            if (_objects.Track(track, numbers.Next()) is { } named)
            {
                yield return named;
            }
        }
    }

    private static AnnotationStore Store(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<AnnotationStore>();
}
