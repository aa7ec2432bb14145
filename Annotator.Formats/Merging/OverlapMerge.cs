using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Merging;

/// <summary>
/// Makes one of what two people drew on a frame that neighbouring jobs share. Objects of the same kind and label that are
/// alike enough are one, and the earlier job's stands; everything else of both is kept.
/// </summary>
public static class OverlapMerge
{
    /// <summary>How alike shapes must be, 0 to 1.</summary>
    public const double ShapeThreshold = 0.25;

    /// <summary>How alike tracks must be on average over the shared frames, 0 to 1.</summary>
    public const double TrackThreshold = 0.5;

    /// <summary>Pairing costs the third power of the count; beyond it nothing is paired and both are kept.</summary>
    private const int MostToPair = 400;

    /// <summary>Tags of both jobs; a label stands once.</summary>
    public static IReadOnlyList<DatasetTag> Tags(IReadOnlyList<DatasetTag> earlier, IReadOnlyList<DatasetTag> later) =>
        [.. earlier, .. later.Where(tag => earlier.All(other => other.Label != tag.Label))];

    /// <summary>Shapes of both jobs that belong to no track.</summary>
    public static IReadOnlyList<DatasetShape> Shapes(IReadOnlyList<DatasetShape> earlier, IReadOnlyList<DatasetShape> later, int width, int height)
    {
        if (earlier.Count == 0 || later.Count == 0)
        {
            return earlier.Count == 0 ? later : earlier;
        }

        var matched = new HashSet<DatasetShape>(ReferenceEqualityComparer.Instance);
        foreach (var group in later.GroupBy(shape => (shape.Kind, shape.Label)))
        {
            var mine = earlier.Where(shape => shape.Kind == group.Key.Kind && shape.Label == group.Key.Label).ToList();
            var theirs = group.ToList();
            matched.UnionWith(Pairs(mine, theirs, (one, other) => Similarity(one, other, width, height), ShapeThreshold).Select(pair => theirs[pair.Other]));
        }

        return [.. earlier, .. later.Where(shape => !matched.Contains(shape))];
    }

    /// <summary>
    /// Which track of the later job is which of the earlier: their numbers, later to earlier.
    /// </summary>
    /// <param name="frames">The shared frames in order: size, and the shapes of tracks of both jobs.</param>
    public static IReadOnlyDictionary<int, int> Tracks(IReadOnlyList<OverlapFrame> frames)
    {
        var earlier = ByTrack(frames, frame => frame.Earlier);
        var later = ByTrack(frames, frame => frame.Later);
        var result = new Dictionary<int, int>();
        foreach (var group in later.Values.GroupBy(track => (track.Kind, track.Label)))
        {
            var mine = earlier.Values.Where(track => track.Kind == group.Key.Kind && track.Label == group.Key.Label).ToList();
            var theirs = group.ToList();
            foreach (var (one, other) in Pairs(mine, theirs, (left, right) => Similarity(left, right, frames), TrackThreshold))
            {
                result[theirs[other].Id] = mine[one].Id;
            }
        }

        return result;
    }

    /// <summary>0 to 1: overlap over union of rectangles (rotation left aside) and polygons; 1 for what is equal; else 0.</summary>
    internal static double Similarity(DatasetShape one, DatasetShape other, int width, int height)
    {
        if (one.Points.Length > 0 && one.Points.AsSpan().SequenceEqual(other.Points))
        {
            return 1;
        }

        return one.Kind switch
        {
            ShapeKind.Rectangle => BoxOf(one).IntersectionOverUnion(BoxOf(other)),
            ShapeKind.Polygon => PolygonOverlap(one.Points, other.Points, width, height),
            _ => 0,
        };
    }

    private static Box BoxOf(DatasetShape shape) => new(shape.Points[0], shape.Points[1], shape.Points[2], shape.Points[3]);

    private static double PolygonOverlap(double[] one, double[] other, int width, int height)
    {
        if (Outlines.BoxAround(one).IntersectionOverUnion(Outlines.BoxAround(other)) == 0
            || PolygonRaster.Runs(one, width, height) is not { } left
            || PolygonRaster.Runs(other, width, height) is not { } right)
        {
            return 0;
        }

        var union = MaskRuns.Area(MaskRuns.Union(left, right));
        return union == 0 ? 0 : (double)(MaskRuns.Area(left) + MaskRuns.Area(right) - union) / union;
    }

    private static double Similarity(OverlapTrack one, OverlapTrack other, IReadOnlyList<OverlapFrame> frames)
    {
        var (sum, count) = (0d, 0);
        foreach (var index in one.Shapes.Keys.Union(other.Shapes.Keys))
        {
            count++;
            if (one.Shapes.TryGetValue(index, out var left) && other.Shapes.TryGetValue(index, out var right))
            {
                sum += Similarity(left, right, frames[index].Width, frames[index].Height);
            }
        }

        return count == 0 ? 0 : sum / count;
    }

    private static List<(int One, int Other)> Pairs<T>(List<T> mine, List<T> theirs, Func<T, T, double> similarity, double threshold)
    {
        var result = new List<(int, int)>();
        if (mine.Count == 0 || mine.Count > MostToPair || theirs.Count > MostToPair)
        {
            return result;
        }

        var values = new double[mine.Count, theirs.Count];
        for (var i = 0; i < mine.Count; i++)
        {
            for (var j = 0; j < theirs.Count; j++)
            {
                var value = similarity(mine[i], theirs[j]);
                values[i, j] = value >= threshold ? value : 0;
            }
        }

        var best = Assignment.Best(values);
        for (var i = 0; i < best.Length; i++)
        {
            if (best[i] >= 0 && values[i, best[i]] > 0)
            {
                result.Add((i, best[i]));
            }
        }

        return result;
    }

    private static SortedDictionary<int, OverlapTrack> ByTrack(IReadOnlyList<OverlapFrame> frames, Func<OverlapFrame, IReadOnlyList<DatasetShape>> side)
    {
        var tracks = new SortedDictionary<int, OverlapTrack>();
        for (var i = 0; i < frames.Count; i++)
        {
            foreach (var shape in side(frames[i]))
            {
                if (shape.TrackId is not { } id)
                {
                    continue;
                }

                if (!tracks.TryGetValue(id, out var track))
                {
                    tracks[id] = track = new OverlapTrack(id, shape.Kind, shape.Label, []);
                }

                track.Shapes[i] = shape;
            }
        }

        return tracks;
    }

    private sealed record OverlapTrack(int Id, ShapeKind Kind, string Label, Dictionary<int, DatasetShape> Shapes);
}

/// <summary>A frame that two jobs share, with the shapes of tracks that each has on it.</summary>
public sealed record OverlapFrame(int Width, int Height, IReadOnlyList<DatasetShape> Earlier, IReadOnlyList<DatasetShape> Later);
