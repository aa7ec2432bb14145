using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.CvatJson;

/// <summary>Brings tracks to the frames that they may be on.</summary>
internal static class CvatJsonTracks
{
    public static int LastFrame(DatasetTrack track) =>
        track.Keyframes.Concat(track.Elements.SelectMany(element => element.Keyframes)).Select(keyframe => keyframe.Frame).DefaultIfEmpty(-1).Max();

    /// <summary>
    /// The track without keyframes on frames that the task does not have; where a job ends before the task does, its tracks
    /// end with it. Null when nothing is left.
    /// </summary>
    /// <param name="job">First and last frame of the track's job; null for those of the task.</param>
    public static DatasetTrack? Fit(DatasetTrack track, (int First, int Last)? job, CvatJsonFrames frames, string place, DatasetReport report)
    {
        var last = Math.Min(job?.Last ?? int.MaxValue, (frames.Size ?? int.MaxValue) - 1);
        var behind = last;
        while (behind < (frames.Size ?? 0) && frames.Deleted.Contains(behind + 1))
        {
            behind++;
        }

        var end = behind < (frames.Size ?? 0) - 1 ? behind + 1 : (int?)null;
        var fitting = Fit(track, last, end) with
        {
            Elements = [.. track.Elements.Select(element => Fit(element, last, end)).Where(element => element.Keyframes.Count > 0)],
        };
        var lost = All(track).Count(keyframe => keyframe.Frame > last && !keyframe.Outside);
        if (lost > 0)
        {
            report.Loss("frame-not-in-task", "Objects on frames that the task does not have were left out", string.Create(CultureInfo.InvariantCulture, $"{place}: behind frame {last}"), lost);
        }

        return fitting.FirstFrame == int.MaxValue ? null : fitting;
    }

    /// <summary>
    /// With frames in the numbering of the source media. Keyframes on deleted frames go; the values that were set there stay.
    /// </summary>
    public static DatasetTrack Numbered(DatasetTrack track, CvatJsonTask task)
    {
        var keyframes = new List<DatasetKeyframe>(track.Keyframes.Count);
        var carried = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var keyframe in track.Keyframes)
        {
            foreach (var (name, value) in keyframe.Attributes)
            {
                carried[name] = value;
            }

            if (!task.Frames.Deleted.Contains(keyframe.Frame))
            {
                keyframes.Add(keyframe with
                {
                    Frame = task.Frames.SourceOf(keyframe.Frame),
                    Attributes = carried.Count == 0 ? DatasetShape.NoAttributes : new Dictionary<string, string>(carried, StringComparer.Ordinal),
                });
                carried.Clear();
            }
        }

        return track with
        {
            TaskId = task.TaskId,
            Keyframes = keyframes,
            Elements = [.. track.Elements.Select(element => Numbered(element, task)).Where(element => element.Keyframes.Count > 0)],
        };
    }

    private static IEnumerable<DatasetKeyframe> All(DatasetTrack track) => track.Keyframes.Concat(track.Elements.SelectMany(element => element.Keyframes));

    private static DatasetTrack Fit(DatasetTrack track, int last, int? end)
    {
        var kept = track.Keyframes.Where(keyframe => keyframe.Frame <= last).ToList();
        if (end is { } frame && kept.Count > 0 && !kept[^1].Outside)
        {
            kept.Add(kept[^1] with { Frame = frame, Outside = true, Attributes = DatasetShape.NoAttributes });
        }

        return track with { Keyframes = kept };
    }
}
