namespace Annotator.Inference.Geometry;

/// <summary>Parts of a grid that hang together by sides or corners.</summary>
internal static class Components
{
    private const int Most = 1000;

    /// <summary>The cells above the threshold, part by part in reading order; at most 1,000 parts.</summary>
    public static IEnumerable<List<int>> Of(float[] values, int width, int height, float threshold)
    {
        var seen = new bool[values.Length];
        var open = new Stack<int>();
        var count = 0;
        for (var start = 0; start < values.Length && count < Most; start++)
        {
            if (seen[start] || !(values[start] > threshold))
            {
                continue;
            }

            var cells = new List<int>();
            seen[start] = true;
            open.Push(start);
            while (open.TryPop(out var cell))
            {
                cells.Add(cell);
                var (x, y) = (cell % width, cell / width);
                for (var ny = Math.Max(0, y - 1); ny <= Math.Min(height - 1, y + 1); ny++)
                {
                    for (var nx = Math.Max(0, x - 1); nx <= Math.Min(width - 1, x + 1); nx++)
                    {
                        var next = (ny * width) + nx;
                        if (!seen[next] && values[next] > threshold)
                        {
                            seen[next] = true;
                            open.Push(next);
                        }
                    }
                }
            }

            count++;
            yield return cells;
        }
    }
}
