using Annotator.Inference.Onnx;

namespace Annotator.Inference.Sessions;

/// <summary>What a model gave out: numbers row by row. Whole numbers and halves are widened to floats.</summary>
/// <param name="Type">What the model itself gave.</param>
public sealed record ModelTensor(string Name, int[] Shape, float[] Data, ElementType Type = ElementType.Float32)
{
    public int Rank => Shape.Length;

    public bool IsInteger => Type is not (ElementType.Float32 or ElementType.Float16 or ElementType.Float64 or ElementType.BFloat16);

    /// <summary>Length along an axis, counted from the end when negative; 1 where there is no such axis.</summary>
    public int Along(int axis)
    {
        var at = axis < 0 ? Rank + axis : axis;
        return at >= 0 && at < Rank ? Shape[at] : 1;
    }

    /// <summary>The numbers of one image of a batch, where the first axis counts images.</summary>
    public ReadOnlySpan<float> Of(int image)
    {
        var length = Along(0) == 0 ? 0 : Data.Length / Along(0);
        return Data.AsSpan(image * length, length);
    }

    /// <summary>Sum of several axes' product: numbers behind the first axes.</summary>
    public int Volume(int fromAxis)
    {
        var product = 1;
        for (var axis = fromAxis; axis < Rank; axis++)
        {
            product *= Shape[axis];
        }

        return product;
    }
}
