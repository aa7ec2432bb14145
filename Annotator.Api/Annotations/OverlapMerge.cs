using Annotator.Core.Annotations;
using Annotator.Formats.Model;

namespace Annotator.Api.Annotations;

/// <summary>
/// Frames that two jobs share are labelled twice. Of two shapes that mean the same thing there the earlier job's is kept: same
/// frame, kind and label, and the bounding boxes overlap as far as the contract asks for (0.25 of their union). Of tags one of
/// each label is kept.
/// </summary>
internal static class OverlapMerge
{
    private const double SameThing = 0.25;

    /// <summary>The shapes of <paramref name="later"/> that <paramref name="earlier"/> does not have; both on shared frames only.</summary>
    public static IEnumerable<Shape> NewShapes(IReadOnlyList<Shape> earlier, IReadOnlyList<Shape> later)
    {
        var pairs = from mine in later
                    from theirs in earlier
                    where mine.Frame == theirs.Frame && mine.Kind == theirs.Kind && mine.LabelId == theirs.LabelId
                    let similarity = Similarity(mine, theirs)
                    where similarity >= SameThing
                    orderby similarity descending
                    select (mine, theirs);
        var (known, taken) = (new HashSet<long>(), new HashSet<long>());
        foreach (var (mine, theirs) in pairs)
        {
            if (!known.Contains(mine.Id) && taken.Add(theirs.Id))
            {
                known.Add(mine.Id);
            }
        }

        return later.Where(shape => !known.Contains(shape.Id));
    }

    public static IEnumerable<Tag> NewTags(IReadOnlyList<Tag> earlier, IReadOnlyList<Tag> later) =>
        later.ExceptBy(earlier.Select(tag => (tag.Frame, tag.LabelId)), tag => (tag.Frame, tag.LabelId));

    private static double Similarity(Shape one, Shape other)
    {
        if (one.Kind is not (ShapeKind.Rectangle or ShapeKind.Polygon))
        {
            return one.Points.AsSpan().SequenceEqual(other.Points) && one.Elements.Count == other.Elements.Count ? 1 : 0;
        }

        var (a, b) = (Box(one.Points), Box(other.Points));
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left);
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        var shared = width * height;
        return shared / (Area(a) + Area(b) - shared);
    }

    private static double Area((double Left, double Top, double Right, double Bottom) box) => (box.Right - box.Left) * (box.Bottom - box.Top);

    private static (double Left, double Top, double Right, double Bottom) Box(double[] points)
    {
        var box = (Left: double.MaxValue, Top: double.MaxValue, Right: double.MinValue, Bottom: double.MinValue);
        for (var i = 0; i + 1 < points.Length; i += 2)
        {
            box = (Math.Min(box.Left, points[i]), Math.Min(box.Top, points[i + 1]), Math.Max(box.Right, points[i]), Math.Max(box.Bottom, points[i + 1]));
        }

        return box;
    }
}
