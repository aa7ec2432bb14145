using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Media.Video;

namespace Annotator.Worker.Media;

/// <summary>
/// Opens a task of one video that has to be decoded to its end before all its frames are known: the first ones are shown as soon as they
/// are found, and the task grows while the decoder goes on. A frame that is shown keeps its number, since decoding gives frames in their order.
/// </summary>
internal sealed class VideoOpening(
    FrameIndex index, IBlobStore blobs, AnnotationTask task, TaskData data, CreateTaskArguments arguments, IReadOnlyList<Guid> uploads, VideoIndex? known, OperationContext context)
{
    /// <summary>Enough to begin with; found in less than a second.</summary>
    private const int FirstShown = 100;

    /// <summary>The most frames that are found before they are shown.</summary>
    private const int MostAtOnce = 5000;

    /// <summary>After how many frames to show the first of them. A run after a killed one first looks whether it finds the same.</summary>
    public int First => known?.Count ?? FirstShown;

    /// <summary>Frames of the task that are there.</summary>
    public int Shown { get; private set; } = data.Size;

    /// <summary>Shows the frames that are new, and says after how many to be asked again.</summary>
    /// <exception cref="OperationFailedException">The video does not decode as it did before; what is shown stays.</exception>
    public async Task<int> ShowAsync(VideoIndex soFar, Video video, CancellationToken cancel)
    {
        Check(soFar);
        var all = VideoCollector.FramesOf(video);
        var frames = all.Count > arguments.StartFrame ? SourceOrder.Cut(all, arguments) : [];
        if (frames.Count > Shown)
        {
            // Who sees a frame finds it in the index.
            await VideoCollector.KeepIndexAsync(blobs, data.Id, video.Number, soFar, cancel);
            await ShowAsync(frames, video, last: false);
        }

        return soFar.Count + Math.Min(soFar.Count, MostAtOnce);
    }

    /// <summary>Shows the rest: there are no more.</summary>
    /// <exception cref="OperationFailedException">There are fewer than are shown.</exception>
    public Task CompleteAsync(IReadOnlyList<Frame> frames, Video video) => frames.Count >= Shown
        ? ShowAsync(frames, video, last: true)
        : throw new OperationFailedException($"{video.Name} has {frames.Count} frames now, and had {Shown} before. The task's frames are as they were.");

    private async Task ShowAsync(IReadOnlyList<Frame> frames, Video video, bool last)
    {
        for (var number = 0; number < frames.Count; number++)
        {
            frames[number].Number = number;
        }

        if (Shown == 0)
        {
            var jobs = JobSplit.Of(frames, task.SegmentSize, task.Overlap, []);
            if (!await index.PublishAsync(task.Id, data, new NewFrames(frames, [video], [], jobs, uploads), arguments, context))
            {
                throw new InvalidOperationException($"Task {task.Id} has frames already; the next run goes on behind them.");
            }
        }
        else
        {
            await index.ExtendAsync(task, data.Id, Shown, frames, video, last, context);
        }

        Shown = frames.Count;
    }

    private void Check(VideoIndex soFar)
    {
        if (known is not null && soFar.Count == known.Count && (soFar.TimeBase != known.TimeBase || !soFar.TimeStamps.SequenceEqual(known.TimeStamps)))
        {
            throw new OperationFailedException($"The video's frames are not those any more that were found before. The task's {Shown} frames are as they were.");
        }
    }
}
