using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Merging;

/// <summary>Makes one frame of what two datasets say of it.</summary>
internal static class FrameMerge
{
    public static DatasetItem Of(DatasetItem first, DatasetItem second, MergeOptions options, DatasetReport report)
    {
        if (first.Width > 0 && second.Width > 0 && (first.Width, first.Height) != (second.Width, second.Height))
        {
            report.Loss("sizes-differ", "Frames of one name whose sizes differ cannot be one; the later one's annotations were left out", $"{first.Name}: {first.Width}x{first.Height}, {second.Width}x{second.Height}", second.Shapes.Count);
            return first with { OpenImage = first.OpenImage ?? second.OpenImage };
        }

        var known = first.Width > 0 ? first : first with { Width = second.Width, Height = second.Height };
        known = known with { OpenImage = first.OpenImage ?? second.OpenImage, Frame = first.Frame ?? second.Frame };
        if (options.Overlap == OverlapPolicy.KeepFirst)
        {
            report.Note("later-left-out", "Annotations of frames that an earlier dataset has were left out", first.Name, second.Shapes.Count + second.Tags.Count);
            return known;
        }

        // Groups are numbers within a frame; those of different datasets have nothing to do with each other.
        var shift = first.Shapes.Select(shape => shape.Group).Concat(first.Tags.Select(tag => tag.Group)).DefaultIfEmpty(0).Max();
        var later = second.Shapes.Select(shape => shape.Group > 0 && shift > 0 ? shape with { Group = shape.Group + shift } : shape);
        var tags = second.Tags.Where(tag => options.Overlap == OverlapPolicy.KeepBoth || first.Tags.All(other => other.Label != tag.Label))
            .Select(tag => tag.Group > 0 && shift > 0 ? tag with { Group = tag.Group + shift } : tag);
        return known with
        {
            Tags = [.. first.Tags, .. tags],
            Shapes = [.. first.Shapes, .. options.Overlap == OverlapPolicy.KeepBoth ? later : Others(first, [.. later], options.Threshold, known, report)],
        };
    }

    /// <summary>Those of the later shapes that no earlier one is. Each earlier one stands for one later one at most.</summary>
    private static IEnumerable<DatasetShape> Others(DatasetItem first, List<DatasetShape> later, double threshold, DatasetItem sized, DatasetReport report)
    {
        var pairs = ShapePairs.Best(first.Shapes, later, threshold, sized.Width, sized.Height);
        report.Note("merged", "Shapes of several datasets that are one were merged", first.Name, pairs.Count);
        var matched = pairs.Select(pair => pair.Second).ToHashSet();
        return later.Where((_, i) => !matched.Contains(i));
    }
}
