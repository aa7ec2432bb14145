using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.CvatJson;

/// <summary>The annotations of one task, and what stands beside them.</summary>
/// <param name="Annotations">The file with the objects.</param>
/// <param name="Jobs">First and last frame of each part of the annotations; null for parts that are no annotators' work. Empty when nothing tells.</param>
internal sealed record CvatJsonTask(DatasetArchiveEntry Annotations, CvatJsonLabels Labels, CvatJsonFrames Frames, IReadOnlyList<(int First, int Last)?> Jobs)
{
    public string Name { get; init; } = "";
    public string Subset { get; init; } = "";

    /// <summary>The number of the first of several tasks is 1; null for a single one.</summary>
    public int? TaskId { get; init; }

    public DatasetTask Described => new()
    {
        Id = TaskId ?? 0,
        Name = Name,
        Subset = Subset,
        Size = Frames.Size ?? 0,
        Mode = Frames.IsVideo ? "interpolation" : "annotation",
        StartFrame = Frames.Start,
        StopFrame = Frames.SourceOf(Math.Max(0, (Frames.Size ?? 1) - 1)),
        FrameFilter = Frames.Filter,
        DeletedFrames = Frames.Deleted.Select(Frames.SourceOf).ToHashSet(),
    };
}
