using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Media.Video;

namespace Annotator.Worker.Media;

/// <summary>
/// Opens a task whose first video has to be decoded to its end before all its frames are known: the first ones are shown as soon as they
/// are found, and the task grows while the decoder goes on. A frame that is shown keeps its number, since decoding gives frames in their order.
/// Where there are more videos, their numbers begin where those of the first one end: they come all together, when all are known.
/// </summary>
/// <param name="uploads">Those that the first video's frames refer to from the moment they are shown.</param>
/// <param name="several">Whether other videos follow.</param>
internal sealed class VideoOpening(
    FrameIndex index, IBlobStore blobs, AnnotationTask task, TaskData data, CreateTaskArguments arguments, IReadOnlyList<Guid> uploads, bool several, VideoIndex? known, OperationContext context)
{
    /// <summary>Enough to begin with; found in less than a second.</summary>
    private const int FirstShown = 100;

    /// <summary>The most frames that are found before they are shown.</summary>
    private const int MostAtOnce = 5000;

    /// <summary>After how many frames to show the first of them. A run after a killed one first looks whether it finds the same.</summary>
    public int First => known?.Count ?? FirstShown;

    /// <summary>Whether other videos follow the one that is shown early.</summary>
    public bool Several => several;

    /// <summary>Frames of the task that are there.</summary>
    public int Shown { get; private set; } = data.Size;

    /// <summary>Shows the frames that are new, and says after how many to be asked again.</summary>
    /// <exception cref="OperationFailedException">The video does not decode as it did before; what is shown stays.</exception>
    public async Task<int> ShowAsync(VideoIndex soFar, Video video, CancellationToken cancel)
    {
        Check(soFar);
        var all = VideoCollector.FramesOf(video);
        if (several)
        {
            all.ForEach(frame => frame.Name = FrameCollector.NameAmongVideos(video.Name, frame));
        }

        var frames = all.Count > arguments.StartFrame ? SourceOrder.Cut(all, arguments) : [];
        if (frames.Count > Shown)
        {
            // Who sees a frame finds it in the index.
            await VideoCollector.KeepIndexAsync(blobs, data.Id, video.Number, soFar, cancel);
            await ShowAsync(frames, [video], null);
        }

        return soFar.Count + Math.Min(soFar.Count, MostAtOnce);
    }

    /// <summary>Shows the rest: there are no more.</summary>
    /// <param name="frames">Of all videos.</param>
    /// <param name="videos">The one that is shown early before the others.</param>
    /// <param name="used">All uploads that became frames.</param>
    /// <exception cref="OperationFailedException">There are fewer than are shown.</exception>
    public Task CompleteAsync(IReadOnlyList<Frame> frames, IReadOnlyList<Video> videos, IReadOnlyList<Guid> used) => frames.Count >= Shown
        ? ShowAsync(frames, videos, used)
        : throw new OperationFailedException($"{videos[0].Name} has {frames.Count} frames now, and had {Shown} before. The task's frames are as they were.");

    private async Task ShowAsync(IReadOnlyList<Frame> frames, IReadOnlyList<Video> videos, IReadOnlyList<Guid>? used)
    {
        for (var number = 0; number < frames.Count; number++)
        {
            frames[number].Number = number;
        }

        if (Shown == 0)
        {
            var jobs = JobSplit.Of(frames, task.SegmentSize, task.Overlap, []);
            if (!await index.PublishAsync(task.Id, data, new NewFrames(frames, videos, [], jobs, uploads), arguments, context))
            {
                throw new InvalidOperationException($"Task {task.Id} has frames already; the next run goes on behind them.");
            }
        }
        else
        {
            await index.ExtendAsync(task, data.Id, Shown, frames, videos, used, context);
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
