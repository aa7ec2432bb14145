using Annotator.Core.Media;
using Annotator.Core.Tasks;

namespace Annotator.Worker.Media;

/// <summary>Cuts a task's frames into jobs.</summary>
internal static class JobSplit
{
    /// <param name="frames">The task's frames, in order.</param>
    /// <param name="size">Frames of a job; 0 gives one job.</param>
    /// <param name="overlap">Frames that neighbours share; always fewer than a job has.</param>
    /// <param name="jobFiles">Names of each job's files, which the frames follow in order; empty for jobs of one size.</param>
    public static List<FrameRange> Of(IReadOnlyList<Frame> frames, int size, int overlap, IReadOnlyList<IReadOnlyList<string>> jobFiles)
    {
        if (jobFiles.Count == 0)
        {
            return [.. new FrameRange(frames[0].Number, frames[^1].Number).Split(size, size > 0 ? Math.Min(overlap, size - 1) : 0)];
        }

        // A file that could not be read makes its job shorter; a job without a single readable file is none.
        var ranges = new List<FrameRange>();
        var first = 0;
        foreach (var names in jobFiles.Select(names => names.ToHashSet(StringComparer.Ordinal)))
        {
            var next = first;
            while (next < frames.Count && names.Contains(frames[next].Name))
            {
                next++;
            }

            if (next > first)
            {
                ranges.Add(new FrameRange(frames[first].Number, frames[next - 1].Number));
                first = next;
            }
        }

        return ranges;
    }
}
