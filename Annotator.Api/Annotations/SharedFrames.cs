using Annotator.Core.Annotations;
using Annotator.Formats.Merging;
using Annotator.Formats.Model;

namespace Annotator.Api.Annotations;

/// <summary>
/// Frames that two jobs share are labelled twice. What the later job has of its own there is told by the rule of exports
/// (<see cref="OverlapMerge"/>): of two objects that mean the same thing the earlier job's is kept, of tags one of each label.
/// </summary>
internal static class SharedFrames
{
    /// <summary>The shapes of <paramref name="later"/> that <paramref name="earlier"/> does not have; both on shared frames only.</summary>
    public static IEnumerable<Shape> NewShapes(IReadOnlyList<Shape> earlier, IReadOnlyList<Shape> later)
    {
        var before = earlier.ToLookup(shape => shape.Frame);
        return later.GroupBy(shape => shape.Frame).SelectMany(frame => NewOnFrame([.. before[frame.Key]], [.. frame]));
    }

    public static IEnumerable<Tag> NewTags(IReadOnlyList<Tag> earlier, IReadOnlyList<Tag> later) =>
        later.ExceptBy(earlier.Select(tag => (tag.Frame, tag.LabelId)), tag => (tag.Frame, tag.LabelId));

    private static IEnumerable<Shape> NewOnFrame(List<Shape> earlier, List<Shape> later)
    {
        // The rule compares areas on a picture; one that all of these shapes lie on does as well as the true one.
        var (width, height) = (Side(earlier, later, 0), Side(earlier, later, 1));
        var compared = later.ConvertAll(Compared);
        var kept = OverlapMerge.Shapes(earlier.ConvertAll(Compared), compared, width, height).ToHashSet<DatasetShape>(ReferenceEqualityComparer.Instance);
        return later.Where((_, i) => kept.Contains(compared[i]));
    }

    private static DatasetShape Compared(Shape shape) => new() { Kind = shape.Kind, Label = shape.LabelId.ToString(System.Globalization.CultureInfo.InvariantCulture), Points = shape.Points };

    private static int Side(List<Shape> earlier, List<Shape> later, int axis)
    {
        var most = earlier.Concat(later).Where(shape => shape.Kind != ShapeKind.Mask).SelectMany(shape => shape.Points.Where((_, i) => i % 2 == axis)).DefaultIfEmpty(1).Max();
        return (int)Math.Clamp(Math.Ceiling(most) + 1, 1, 1 << 16);
    }
}
