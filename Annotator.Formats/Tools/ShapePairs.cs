using Annotator.Formats.Merging;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools;

/// <summary>Finds which shape of one dataset is which of another on the same frame.</summary>
internal static class ShapePairs
{
    /// <summary>The best pairing costs the third power of the count; beyond it the best pair is taken first.</summary>
    private const int MostForBest = 200;

    /// <summary>
    /// Pairs of shapes of the same kind and label that overlap at least so much, together as much as possible; by place in
    /// the lists, with their overlap.
    /// </summary>
    public static List<(int First, int Second, double Overlap)> Best(
        IReadOnlyList<DatasetShape> first, IReadOnlyList<DatasetShape> second, double threshold, int width, int height)
    {
        var result = new List<(int, int, double)>();
        if (first.Count == 0 || second.Count == 0)
        {
            return result;
        }

        var others = Enumerable.Range(0, second.Count).ToLookup(i => (second[i].Kind, second[i].Label));
        foreach (var group in Enumerable.Range(0, first.Count).GroupBy(i => (first[i].Kind, first[i].Label)))
        {
            int[] mine = [.. group], theirs = [.. others[group.Key]];
            var candidates = new List<(int One, int Other, double Overlap)>();
            for (var i = 0; i < mine.Length; i++)
            {
                for (var j = 0; j < theirs.Length; j++)
                {
                    var overlap = ShapeMeasures.Overlap(first[mine[i]], second[theirs[j]], width, height);
                    if (overlap >= threshold && overlap > 0)
                    {
                        candidates.Add((i, j, overlap));
                    }
                }
            }

            var pairs = mine.Length <= MostForBest && theirs.Length <= MostForBest ? Assigned(candidates, mine.Length, theirs.Length) : Greedy(candidates);
            result.AddRange(pairs.Select(pair => (mine[pair.One], theirs[pair.Other], pair.Overlap)));
        }

        return result;
    }

    private static List<(int One, int Other, double Overlap)> Assigned(List<(int One, int Other, double Overlap)> candidates, int mine, int theirs)
    {
        var values = new double[mine, theirs];
        foreach (var (one, other, overlap) in candidates)
        {
            values[one, other] = overlap;
        }

        var best = candidates.Count == 0 ? [] : Assignment.Best(values);
        var result = new List<(int, int, double)>();
        for (var i = 0; i < best.Length; i++)
        {
            if (best[i] >= 0 && values[i, best[i]] > 0)
            {
                result.Add((i, best[i], values[i, best[i]]));
            }
        }

        return result;
    }

    private static List<(int One, int Other, double Overlap)> Greedy(List<(int One, int Other, double Overlap)> candidates)
    {
        var (ones, others) = (new HashSet<int>(), new HashSet<int>());
        var result = new List<(int, int, double)>();
        foreach (var pair in candidates.OrderByDescending(pair => pair.Overlap).ThenBy(pair => pair.One).ThenBy(pair => pair.Other))
        {
            if (!ones.Contains(pair.One) && others.Add(pair.Other))
            {
                ones.Add(pair.One);
                result.Add(pair);
            }
        }

        return result;
    }
}
