using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;

namespace Annotator.Core.Annotations;

/// <summary>Cuts tracks at the borders of jobs, and marks their ends, so that a task's tracks survive being read and written back.</summary>
public static class TrackSlices
{
    /// <summary>
    /// The part of a track on some frames: its keyframes there, and at the first frame the shape that it has on its way from
    /// the frames before. Null when nothing of it can be seen there.
    /// </summary>
    public static Track? Slice(Track track, FrameRange frames)
    {
        var keyframes = Slice(track.Keyframes, frames, track.Interpolation);
        var elements = track.Elements
            .Select(element => element with { Keyframes = Slice(element.Keyframes, frames, track.Interpolation) })
            .Where(element => element.Keyframes.Count > 0)
            .Select(element => element with { Frame = element.Keyframes[0].Frame })
            .ToList();
        var visible = keyframes.Any(keyframe => !keyframe.Outside) || elements.Any(element => element.Keyframes.Any(keyframe => !keyframe.Outside));
        return visible
            ? track with { Frame = keyframes.Concat(elements.SelectMany(element => element.Keyframes)).Min(keyframe => keyframe.Frame), Keyframes = keyframes, Elements = elements }
            : null;
    }

    /// <summary>
    /// The track of one job as the task sees it: it ends with the job's frames, because the next job has a track of its own.
    /// </summary>
    public static Track EndAt(Track track, int lastFrame) => track with
    {
        Keyframes = EndAt(track.Keyframes, lastFrame),
        Elements = [.. track.Elements.Select(element => element with { Keyframes = EndAt(element.Keyframes, lastFrame) })],
    };

    private static List<Keyframe> Slice(IReadOnlyList<Keyframe> keyframes, FrameRange frames, InterpolationMode mode)
    {
        var inside = keyframes.Where(keyframe => frames.Contains(keyframe.Frame)).ToList();
        var before = keyframes.LastOrDefault(keyframe => keyframe.Frame < frames.First);
        if (before is null || before.Outside || inside.FirstOrDefault()?.Frame == frames.First)
        {
            return inside;
        }

        var after = keyframes.FirstOrDefault(keyframe => keyframe.Frame > frames.First);
        inside.Insert(0, Between(before, after, frames.First, AttributesAt(keyframes, frames.First), mode));
        return inside;
    }

    private static IReadOnlyList<Keyframe> EndAt(IReadOnlyList<Keyframe> keyframes, int lastFrame)
    {
        if (keyframes.Count == 0 || keyframes[^1].Outside)
        {
            return keyframes;
        }

        return [.. keyframes, keyframes[^1] with { Id = 0, Frame = lastFrame + 1, Outside = true, Attributes = AnnotationObject.EmptyAttributes }];
    }

    private static Keyframe Between(Keyframe left, Keyframe? right, int frame, IReadOnlyDictionary<int, string> attributes, InterpolationMode mode)
    {
        var made = left with { Id = 0, Frame = frame, Attributes = attributes };
        if (right is null || right.Outside || right.Kind != left.Kind)
        {
            return made;
        }

        var t = (double)(frame - left.Frame) / (right.Frame - left.Frame);
        return made with
        {
            Points = Interpolation.Points(left.Kind, left.Points, mode == InterpolationMode.Aligned ? Alignment.Of(left.Kind, left.Points, right.Points) : right.Points, t),
            Rotation = (float)Interpolation.Rotation(left.Rotation, right.Rotation, t),
        };
    }

    /// <summary>Values hold until a later keyframe changes them.</summary>
    private static Dictionary<int, string> AttributesAt(IReadOnlyList<Keyframe> keyframes, int frame)
    {
        var values = new Dictionary<int, string>();
        foreach (var keyframe in keyframes.Where(keyframe => keyframe.Frame <= frame))
        {
            foreach (var (id, value) in keyframe.Attributes)
            {
                values[id] = value;
            }
        }

        return values;
    }
}
