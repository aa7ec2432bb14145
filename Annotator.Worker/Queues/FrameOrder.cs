using System.Numerics.Tensors;
using Annotator.Core.Queues;
using Annotator.Inference.Duplicates;

namespace Annotator.Worker.Queues;

/// <summary>Which frames teach most, and which teach the same: arithmetic on what is known of their looks.</summary>
internal static class FrameOrder
{
    /// <summary>Frames in an order by farthest first: each is the one that looks least like those that are labelled or came before it.</summary>
    /// <param name="distance">0 to 1, between two of so many frames.</param>
    /// <param name="known">Places of frames that need no more labelling.</param>
    public static IReadOnlyList<(int Index, double Distance)> FarthestFirst(int count, Func<int, int, double> distance, IReadOnlyCollection<int> known, int most, CancellationToken cancel)
    {
        var nearest = new double[count];
        Array.Fill(nearest, double.PositiveInfinity);
        var open = Enumerable.Range(0, count).Except(known).ToList();
        foreach (var index in known)
        {
            cancel.ThrowIfCancellationRequested();
            Narrow(index);
        }

        var order = new List<(int, double)>();
        while (order.Count < most && open.Count > 0)
        {
            cancel.ThrowIfCancellationRequested();
            var best = open.MaxBy(index => nearest[index]);
            order.Add((best, Math.Min(1, nearest[best])));
            open.Remove(best);
            Narrow(best);
        }

        return order;

        void Narrow(int to)
        {
            foreach (var index in open)
            {
                nearest[index] = Math.Min(nearest[index], distance(index, to));
            }
        }
    }

    /// <summary>Groups of frames whose hashes differ in a few bits from the first of the group; frames that stand alone are in none.</summary>
    /// <param name="keep">Frames that are rather kept than others of their group.</param>
    public static IReadOnlyList<DuplicateGroup> Alike(IReadOnlyList<(int Frame, ulong Hash)> looks, IReadOnlySet<int> keep, CancellationToken cancel)
    {
        var firsts = new List<(ulong Hash, List<int> Frames)>();
        foreach (var (frame, hash) in looks.OrderBy(look => keep.Contains(look.Frame) ? 0 : 1).ThenBy(look => look.Frame))
        {
            cancel.ThrowIfCancellationRequested();
            if (firsts.Find(first => PerceptualHash.Distance(first.Hash, hash) <= PerceptualHash.NearDuplicate) is { Frames: { } group })
            {
                group.Add(frame);
            }
            else
            {
                firsts.Add((hash, [frame]));
            }
        }

        return [.. firsts.Where(first => first.Frames.Count > 1).Select(first => new DuplicateGroup(first.Frames[0], [.. first.Frames.Skip(1).Order()])).OrderBy(group => group.Frame)];
    }

    /// <summary>Bits that differ, as a part of all.</summary>
    public static double Between(ulong one, ulong other) => PerceptualHash.Distance(one, other) / 64.0;

    /// <summary>0 for vectors of one direction, 1 for those of opposite ones. They are of length 1.</summary>
    public static double Between(float[] one, float[] other) => Math.Clamp((1 - TensorPrimitives.Dot<float>(one, other)) / 2, 0, 1);
}
