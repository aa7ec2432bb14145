using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Annotator.Worker.Tracking;

namespace Annotator.Worker.Models;

/// <summary>
/// What a run that replaces takes away on the frames that it looked at: tags and shapes, and of the tracks those that a model made
/// and nobody has judged. What such a track shows on other frames stays.
/// </summary>
/// <param name="deleted">The task's deleted frames, on which nothing can be seen.</param>
/// <param name="labels">Whose tracks are replaced; none where the run makes no tracks.</param>
internal sealed class ReplacedObjects(AnnotationJob job, HashSet<int> deleted, HashSet<int> labels)
{
    public AnnotationJob Job => job;

    /// <summary>What goes, and new tracks for what is left of those that reach beyond the frames.</summary>
    /// <param name="there">What is there on the frames, tracks whole.</param>
    /// <param name="frames">Those that were looked at, rising.</param>
    public (JobAnnotations Removed, IReadOnlyList<Track> Kept) Of(JobAnnotations there, List<int> frames)
    {
        var chosen = frames.ToHashSet();
        var tracks = there.Tracks
            .Where(track => track.Source == AnnotationSource.Auto && track.Elements.Count == 0 && labels.Contains(track.LabelId) && IsSeen(track, frames))
            .ToList();
        var others = Others(chosen);
        return (
            there with { Tags = [.. there.Tags.Where(tag => chosen.Contains(tag.Frame))], Shapes = [.. there.Shapes.Where(shape => chosen.Contains(shape.Frame))], Tracks = tracks },
            [.. tracks.SelectMany(track => others.Select(range => Part(track, range)).OfType<Track>())]);
    }

    private bool IsSeen(Track track, List<int> frames)
    {
        for (var i = 0; i < track.Keyframes.Count; i++)
        {
            var (first, end) = (track.Keyframes[i].Frame, i + 1 < track.Keyframes.Count ? track.Keyframes[i + 1].Frame : job.StopFrame + 1);
            var next = frames.BinarySearch(first);
            next = next < 0 ? ~next : next;
            if (!track.Keyframes[i].Outside && next < frames.Count && frames[next] < end)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The frames of the job beside the chosen ones, as ranges.</summary>
    private List<FrameRange> Others(HashSet<int> chosen)
    {
        var ranges = new List<FrameRange>();
        for (var frame = job.StartFrame; frame <= job.StopFrame; frame++)
        {
            if (chosen.Contains(frame) || deleted.Contains(frame))
            {
                continue;
            }

            if (ranges.Count > 0 && ranges[^1].Last == frame - 1)
            {
                ranges[^1] = new FrameRange(ranges[^1].First, frame);
            }
            else
            {
                ranges.Add(new FrameRange(frame, frame));
            }
        }

        return ranges;
    }

    /// <summary>What a track shows on some frames, ending with them, without ids; null where that is nothing.</summary>
    private Track? Part(Track track, FrameRange range)
    {
        if (TrackSlices.Slice(track, range) is not { } part)
        {
            return null;
        }

        // The way to a keyframe behind the range ends where it was on the range's last frame.
        if (TrackPose.Of(track, range.Last, deleted) is { Outside: false } last && part.Keyframes[^1].Frame < range.Last)
        {
            part = part with { Keyframes = [.. part.Keyframes, last] };
        }

        part = range.Last < job.StopFrame ? TrackSlices.EndAt(part, range.Last) : part;
        return part with { Id = 0, Keyframes = [.. part.Keyframes.Select(keyframe => keyframe with { Id = 0 })] };
    }
}
