using Annotator.Formats.Geometry;

namespace Annotator.Inference.Tracking;

/// <summary>
/// Keeps of a shape's places on every frame only those that a person needs to correct it: between them the line from one to
/// the next is good enough.
/// </summary>
public static class KeyframeReduction
{
    /// <summary>Indices of the frames that stay, rising; the first and the last always.</summary>
    /// <param name="frames">Frame numbers, rising.</param>
    /// <param name="shapes">x, y pairs for each frame, as many on all; a rectangle's two corners.</param>
    /// <param name="tolerance">Overlap of the interpolated box with the tracked one that is good enough, 0 to 1; 0.95 keeps the look.</param>
    public static IReadOnlyList<int> Keep(IReadOnlyList<int> frames, IReadOnlyList<double[]> shapes, double tolerance = 0.95)
    {
        if (frames.Count != shapes.Count)
        {
            throw new ArgumentException("Every frame needs a shape.", nameof(shapes));
        }

        if (frames.Count <= 2)
        {
            return [.. Enumerable.Range(0, frames.Count)];
        }

        var kept = new SortedSet<int> { 0, frames.Count - 1 };
        var open = new Stack<(int From, int To)>();
        open.Push((0, frames.Count - 1));
        while (open.TryPop(out var part))
        {
            var (worst, least) = (-1, tolerance);
            for (var i = part.From + 1; i < part.To; i++)
            {
                var share = (double)(frames[i] - frames[part.From]) / (frames[part.To] - frames[part.From]);
                var overlap = Agreement(shapes[i], shapes[part.From], shapes[part.To], share);
                if (overlap < least)
                {
                    (worst, least) = (i, overlap);
                }
            }

            if (worst >= 0)
            {
                kept.Add(worst);
                open.Push((part.From, worst));
                open.Push((worst, part.To));
            }
        }

        return [.. kept];
    }

    /// <summary>
    /// The boxes' overlap, below 0 the farther apart they are; for shapes without an inside, how little they stray.
    /// </summary>
    private static double Agreement(double[] shape, double[] from, double[] to, double share)
    {
        var between = new double[shape.Length];
        var farthest = 0.0;
        for (var i = 0; i < shape.Length; i++)
        {
            between[i] = from[i] + ((to[i] - from[i]) * share);
            farthest = Math.Max(farthest, Math.Abs(between[i] - shape[i]));
        }

        var (tracked, drawn) = (Outlines.BoxAround(shape), Outlines.BoxAround(between));
        if (tracked.Area <= 0 || drawn.Area <= 0)
        {
            return 1 - (farthest / 40);
        }

        // A polygon may turn inside an unchanged box: its farthest corner counts too.
        var size = Math.Sqrt(tracked.Area);
        var overlap = tracked.IntersectionOverUnion(drawn);
        return overlap <= 0 ? -farthest : Math.Min(overlap, shape.Length > 4 ? 1 - (farthest / size) : 1);
    }
}
