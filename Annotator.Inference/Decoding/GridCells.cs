using Annotator.Inference.Preprocessing;

namespace Annotator.Inference.Decoding;

/// <summary>A cell that a place of an output stands for.</summary>
internal readonly record struct GridCell(int X, int Y, int Stride)
{
    /// <summary>Centre relative to the cell and logarithms of the size become pixels.</summary>
    public void Undo(Span<float> box)
    {
        (box[0], box[1]) = ((box[0] + X) * Stride, (box[1] + Y) * Stride);
        (box[2], box[3]) = (MathF.Exp(box[2]) * Stride, MathF.Exp(box[3]) * Stride);
    }
}

/// <summary>The cells of strides 8, 16, 32 (and 64), row by row, finest first.</summary>
internal static class GridCells
{
    private static readonly int[] _strides = [8, 16, 32, 64];

    /// <exception cref="ModelException"><c>output-shape</c>: no set of strides has so many cells.</exception>
    public static GridCell[] Of(ImagePlacement placement, int count)
    {
        var cells = new List<GridCell>();
        foreach (var stride in _strides)
        {
            for (var y = 0; y < placement.Height / stride; y++)
            {
                for (var x = 0; x < placement.Width / stride; x++)
                {
                    cells.Add(new GridCell(x, y, stride));
                }
            }

            if (cells.Count == count && stride >= 32)
            {
                return [.. cells];
            }
        }

        throw new ModelException("output-shape", $"The model gave {count} places; an input of {placement.Height} × {placement.Width} has no grid of so many cells.");
    }
}
