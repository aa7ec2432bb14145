using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Splitting;

/// <summary>
/// Which part of a split each frame belongs to, by its place in the dataset: two bytes a frame. It is made in one pass over
/// the dataset and used in a second.
/// </summary>
public sealed class SplitPlan
{
    private readonly SplitRatios _ratios;
    private readonly ushort[] _parts;

    private SplitPlan(SplitRatios ratios, ushort[] parts) => (_ratios, _parts) = (ratios, parts);

    /// <summary>Frames of each part, in the order of the ratios.</summary>
    public IReadOnlyList<int> Counts => [.. Enumerable.Range(0, _ratios.Parts.Count).Select(part => _parts.Count(other => other == part))];

    /// <summary>
    /// Parts of exactly the sizes asked for. The same dataset and seed give the same parts.
    /// </summary>
    /// <param name="stratified">Spread every label over the parts in the same ratios, as far as whole frames allow; rare labels first.</param>
    public static async Task<SplitPlan> MakeAsync(IDatasetSource source, SplitRatios ratios, long seed, bool stratified, CancellationToken cancel)
    {
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        var frames = new List<int[]>();
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            frames.Add(stratified ? Labels(item.AtSize?.Invoke(1, 1) ?? item, labels) : []);
        }

        var order = Enumerable.Range(0, frames.Count).ToArray();
        var numbers = new SeededNumbers(seed);
        numbers.Shuffle(order);
        var parts = stratified ? Stratified(frames, labels.Count, order, ratios) : Random(order, ratios);
        return new SplitPlan(ratios, parts);
    }

    /// <summary>The dataset with its frames in the parts of the plan.</summary>
    /// <param name="source">The same dataset anew; owned by the result from now on.</param>
    public IDatasetSource Apply(IDatasetSource source)
    {
        var at = 0;
        return new MappedSource(source, source.Info, item => item with { Subset = _ratios.Parts[_parts[at++]].Name }, track => track) { OfFrames = true };
    }

    private static int[] Labels(DatasetItem item, Dictionary<string, int> numbers) =>
        [.. item.Tags.Select(tag => tag.Label).Concat(item.Shapes.Select(shape => shape.Label)).Distinct().Select(label =>
        {
            if (!numbers.TryGetValue(label, out var number))
            {
                numbers[label] = number = numbers.Count;
            }

            return number;
        })];

    private static ushort[] Random(int[] order, SplitRatios ratios)
    {
        var parts = new ushort[order.Length];
        var at = 0;
        var counts = ratios.Counts(order.Length);
        for (var part = 0; part < counts.Length; part++)
        {
            for (var i = 0; i < counts[part]; i++)
            {
                parts[order[at++]] = (ushort)part;
            }
        }

        return parts;
    }

    /// <summary>
    /// Label by label, the rarest of those that are left first: each of its frames goes to the part that wants most of the
    /// label, among equals to the one with most room.
    /// </summary>
    private static ushort[] Stratified(List<int[]> frames, int labels, int[] order, SplitRatios ratios)
    {
        const ushort None = ushort.MaxValue;
        var parts = new ushort[frames.Count];
        Array.Fill(parts, None);
        var room = ratios.Counts(frames.Count);
        var wanted = new double[labels][];
        var left = new int[labels];
        var framesOf = new List<int>[labels];
        for (var label = 0; label < labels; label++)
        {
            framesOf[label] = [];
        }

        foreach (var frame in order)
        {
            foreach (var label in frames[frame])
            {
                framesOf[label].Add(frame);
                left[label]++;
            }
        }

        for (var label = 0; label < labels; label++)
        {
            wanted[label] = [.. ratios.Parts.Select(part => part.Share * left[label])];
        }

        while (Rarest(left) is { } label)
        {
            foreach (var frame in framesOf[label].Where(frame => parts[frame] == None))
            {
                Put(frame, Best(wanted[label], room));
            }
        }

        foreach (var frame in order.Where(frame => parts[frame] == None))
        {
            Put(frame, Array.FindIndex(room, free => free > 0));
        }

        return parts;

        void Put(int frame, int part)
        {
            parts[frame] = (ushort)part;
            room[part]--;
            foreach (var label in frames[frame])
            {
                wanted[label][part]--;
                left[label]--;
            }
        }
    }

    private static int? Rarest(int[] left)
    {
        int? rarest = null;
        for (var label = 0; label < left.Length; label++)
        {
            if (left[label] > 0 && (rarest is not { } other || left[label] < left[other]))
            {
                rarest = label;
            }
        }

        return rarest;
    }

    private static int Best(double[] wanted, int[] room)
    {
        var best = -1;
        for (var part = 0; part < room.Length; part++)
        {
            if (room[part] > 0 && (best < 0 || wanted[part] > wanted[best] || (wanted[part] == wanted[best] && room[part] > room[best])))
            {
                best = part;
            }
        }

        return best;
    }
}
