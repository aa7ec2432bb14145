namespace Annotator.Inference.Recognition;

/// <summary>How many places YOLO's grids have: what betrays them.</summary>
internal static class AnchorCount
{
    /// <summary>Strides of the grids: the usual ones, with a finer or a coarser one (P2, P6), and the two of tiny models.</summary>
    private static readonly (int First, int Last)[] _strides = [(8, 32), (8, 64), (4, 32), (4, 64), (16, 32)];

    /// <summary>Whether a model of that input has so many places with one box each.</summary>
    public static bool IsFree(int count, int height, int width) => count > 0 && _strides.Any(strides => count == Cells(height, width, strides.First, strides.Last));

    /// <summary>The same with three boxes a place.</summary>
    public static bool IsTriple(int count, int height, int width) => count > 0 && count % 3 == 0 && IsFree(count / 3, height, width);

    private static int Cells(int height, int width, int first, int last)
    {
        var sum = 0;
        for (var stride = first; stride <= last; stride *= 2)
        {
            sum += height / stride * (width / stride);
        }

        return sum;
    }
}
