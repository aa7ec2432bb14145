using Annotator.Inference.Onnx;
using Annotator.Inference.Preprocessing;

namespace Annotator.Inference.Sessions;

/// <summary>What some models want to know besides the pixels: sizes of the picture, and where it ends.</summary>
internal static class SideInputs
{
    /// <summary>Whether something is known to give for an input of that name.</summary>
    public static bool IsKnown(string name) => name is "orig_target_sizes" or "im_shape" or "scale_factor" or "image_shape" or "orig_im_size" or "pixel_mask";

    /// <exception cref="ModelException"><c>input-unknown</c>.</exception>
    public static ModelFeed Make(OnnxValue input, IReadOnlyList<ImagePlacement> placements)
    {
        var count = placements.Count;
        return input.Name switch
        {
            // Width first, alone among them.
            "orig_target_sizes" => Pairs(input, placements, place => (place.ImageWidth, place.ImageHeight)),
            "im_shape" => Pairs(input, placements, place => (place.Height, place.Width)),
            "scale_factor" => Pairs(input, placements, place => (place.ScaleY, place.ScaleX)),
            "image_shape" or "orig_im_size" => Pairs(input, placements, place => (place.ImageHeight, place.ImageWidth)),
            "pixel_mask" => Ones(input, [count, Length(input, 1, placements[0].Height), Length(input, 2, placements[0].Width)]),
            _ => throw new ModelException("input-unknown", $"The model wants an input \"{input.Name}\" besides the picture, and nothing is known about it."),
        };
    }

    private static long Length(OnnxValue input, int axis, int otherwise) => input.Along(axis) is > 0 and var fixedLength ? fixedLength : otherwise;

    private static ModelFeed Pairs(OnnxValue input, IReadOnlyList<ImagePlacement> placements, Func<ImagePlacement, (double First, double Second)> pair)
    {
        var data = placements.SelectMany(place => new[] { (float)pair(place).First, (float)pair(place).Second }).ToArray();
        return new ModelFeed(input.Name, input.Rank == 1 ? [2] : [placements.Count, 2], data);
    }

    private static ModelFeed Ones(OnnxValue input, long[] shape)
    {
        var data = new float[shape.Aggregate(1L, (product, length) => product * length)];
        Array.Fill(data, 1);
        return new ModelFeed(input.Name, shape, data);
    }
}
