namespace Annotator.Core.Tasks;

/// <summary>A run of frames, both ends included, as annotators count them.</summary>
public readonly record struct FrameRange
{
    public FrameRange(int first, int last)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        (First, Last) = (first, last);
    }

    public int First { get; }
    public int Last { get; }
    public int Count => Last - First + 1;

    public bool Contains(int frame) => frame >= First && frame <= Last;

    /// <summary>
    /// Cuts the range into jobs of at most <paramref name="size"/> frames that share <paramref name="overlap"/> frames.
    /// A size of 0 gives one job.
    /// </summary>
    public IEnumerable<FrameRange> Split(int size, int overlap)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfNegative(overlap);
        if (size == 0 || size >= Count)
        {
            return [this];
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(overlap, size);
        return Cut(First, Last);

        IEnumerable<FrameRange> Cut(int first, int last)
        {
            for (var start = first; ; start += size - overlap)
            {
                var end = Math.Min(start + size - 1, last);
                yield return new FrameRange(start, end);
                if (end == last)
                {
                    yield break;
                }
            }
        }
    }
}
