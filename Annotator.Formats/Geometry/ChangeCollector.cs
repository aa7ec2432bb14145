namespace Annotator.Formats.Geometry;

/// <summary>Collects the places where pixels change across lines, and makes runs of them.</summary>
internal sealed class ChangeCollector(int lineLength, int lines, int lineShift, int positionShift)
{
    private readonly List<long> _changes = [];

    /// <summary>
    /// Adds a change at <paramref name="line"/> for every position that is set in one of two neighbouring lines only. Both
    /// are given as rising from, to, from, to …
    /// </summary>
    public void AddDifference(List<int> before, List<int> after, long line)
    {
        int i = 0, j = 0, open = -1;
        while (i < before.Count || j < after.Count)
        {
            int at;
            if (j == after.Count || (i < before.Count && before[i] < after[j]))
            {
                at = before[i++];
            }
            else if (i == before.Count || after[j] < before[i])
            {
                at = after[j++];
            }
            else
            {
                i++;
                j++;
                continue;
            }

            if (open < 0)
            {
                open = at;
                continue;
            }

            Add(open, at, line);
            open = -1;
        }
    }

    public int[] ToRuns()
    {
        _changes.Sort();
        var result = new RunBuilder();
        long position = 0;
        var set = false;
        foreach (var change in _changes)
        {
            result.Add(set, change - position);
            (position, set) = (change, !set);
        }

        result.Add(set, (long)lineLength * lines - position);
        return result.ToArray();
    }

    private void Add(int from, int to, long line)
    {
        // Clipping both coordinates keeps changes paired: a run that begins before the image begins at its edge.
        var position = Math.Clamp(line + lineShift, 0, lineLength);
        var first = Math.Max(from + positionShift, 0);
        var last = Math.Min(to + positionShift, lines);
        if (_changes.Count + (last - first) > MaskRuns.MaxChanges)
        {
            throw new DatasetException("mask-too-fine", $"A mask has more than {MaskRuns.MaxChanges} changes between set and unset pixels.");
        }

        for (var target = first; target < last; target++)
        {
            _changes.Add((long)target * lineLength + position);
        }
    }
}

/// <summary>Puts runs together: equal neighbours become one, and the first is one of zeros, if of length 0.</summary>
internal sealed class RunBuilder
{
    private readonly List<int> _runs = [0];

    public void Add(bool set, long length)
    {
        if (length == 0)
        {
            return;
        }

        if (set == (_runs.Count % 2 == 0))
        {
            _runs[^1] = (int)(_runs[^1] + length);
        }
        else
        {
            _runs.Add((int)length);
        }
    }

    public int[] ToArray() => [.. _runs];
}
