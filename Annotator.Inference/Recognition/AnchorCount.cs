namespace Annotator.Inference.Recognition;

/// <summary>How many places YOLO's grids have: what betrays them.</summary>
internal static class AnchorCount
{
    /// <summary>Whether a model of that input has so many places with one box each: strides 8, 16, 32, perhaps 64.</summary>
    public static bool IsFree(int count, int height, int width) => count > 0 && (count == Cells(height, width, 32) || count == Cells(height, width, 64));

    /// <summary>The same with three boxes a place.</summary>
    public static bool IsTriple(int count, int height, int width) => count > 0 && count % 3 == 0 && IsFree(count / 3, height, width);

    private static int Cells(int height, int width, int last)
    {
        var sum = 0;
        for (var stride = 8; stride <= last; stride *= 2)
        {
            sum += height / stride * (width / stride);
        }

        return sum;
    }
}
