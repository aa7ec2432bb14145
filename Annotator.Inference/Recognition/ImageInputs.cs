using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;

namespace Annotator.Inference.Recognition;

/// <summary>The input that takes the picture.</summary>
/// <param name="Height">0 where the model takes any.</param>
internal sealed record ImageInputs(OnnxValue Value, TensorLayout Layout, int Height, int Width)
{
    private static readonly HashSet<string> _side = ["orig_target_sizes", "im_shape", "scale_factor", "image_shape", "orig_im_size", "pixel_mask", "point_coords", "point_labels", "mask_input"];

    /// <summary>The first input with an axis of three (or free) colours; null when there is none.</summary>
    public static ImageInputs? Find(IReadOnlyList<OnnxValue> inputs)
    {
        foreach (var input in inputs.Where(input => !_side.Contains(input.Name)))
        {
            if (input.Rank == 4 && (input.Along(3) == 3 || (input.Along(3) < 0 && input.Type == ElementType.UInt8)) && input.Along(1) != 3)
            {
                return new ImageInputs(input, TensorLayout.Nhwc, Side(input, 1), Side(input, 2));
            }

            if (input.Rank == 4 && input.Along(1) is 3 or -1)
            {
                return new ImageInputs(input, TensorLayout.Nchw, Side(input, 2), Side(input, 3));
            }

            if (input.Rank == 3 && input.Along(2) == 3 && input.Along(0) != 3)
            {
                return new ImageInputs(input, TensorLayout.Hwc, Side(input, 0), Side(input, 1));
            }

            if (input.Rank == 3 && input.Along(0) is 3)
            {
                return new ImageInputs(input, TensorLayout.Chw, Side(input, 1), Side(input, 2));
            }
        }

        return null;
    }

    public long[] Shape(int count, int height, int width) => Layout switch
    {
        TensorLayout.Nchw => [count, 3, height, width],
        TensorLayout.Nhwc => [count, height, width, 3],
        TensorLayout.Chw => [3, height, width],
        TensorLayout.Hwc => [height, width, 3],
        _ => throw new InvalidOperationException($"{Layout} is no layout."),
    };

    private static int Side(OnnxValue input, int axis) => (int)Math.Max(0, Math.Min(input.Along(axis), int.MaxValue));
}
