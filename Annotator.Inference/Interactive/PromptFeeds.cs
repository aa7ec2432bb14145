using Annotator.Inference.Onnx;
using Annotator.Inference.Preprocessing;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Interactive;

/// <summary>A prompt as the inputs of a decoder.</summary>
internal static class PromptFeeds
{
    private const float Nothing = -1, Negative = 0, Positive = 1, TopLeft = 2, BottomRight = 3;
    private const int LowSide = 256;

    /// <exception cref="ModelException"><c>input-unknown</c>.</exception>
    public static ModelFeed Make(OnnxValue input, Prompt prompt, ImagePlacement placement, ImageEmbedding embedding)
    {
        var points = Points(prompt, placement);
        return input.Name switch
        {
            "point_coords" => new ModelFeed(input.Name, [1, points.Count, 2], [.. points.SelectMany(point => new[] { point.X, point.Y })]),
            "point_labels" => new ModelFeed(input.Name, [1, points.Count], [.. points.Select(point => point.Label)]),
            "input_points" => new ModelFeed(input.Name, [1, 1, points.Count, 2], [.. points.SelectMany(point => new[] { point.X, point.Y })]),
            "input_labels" => new ModelFeed(input.Name, [1, 1, points.Count], [.. points.Select(point => point.Label)]),

            // Boxes are two points of their own here; an empty list says that there is no other.
            "input_boxes" => new ModelFeed(input.Name, [1, 0, 4], []),
            "mask_input" => new ModelFeed(input.Name, [1, 1, LowSide, LowSide], prompt.Previous is { Length: LowSide * LowSide } previous ? previous : new float[LowSide * LowSide]),
            "has_mask_input" => new ModelFeed(input.Name, [1], [prompt.Previous is { Length: LowSide * LowSide } ? 1 : 0]),
            "orig_im_size" => new ModelFeed(input.Name, [2], [embedding.ImageHeight, embedding.ImageWidth]),
            _ => throw new ModelException("input-unknown", $"The decoder wants an input \"{input.Name}\", and nothing is known about it."),
        };
    }

    /// <summary>A box is two points of its own; without one, a point that means nothing fills its place.</summary>
    private static List<(float X, float Y, float Label)> Points(Prompt prompt, ImagePlacement placement)
    {
        var points = prompt.Points.Select(point => At(point.X, point.Y, point.Positive ? Positive : Negative)).ToList();
        if (prompt.Box is { Length: 4 } box)
        {
            points.Add(At(box[0], box[1], TopLeft));
            points.Add(At(box[2], box[3], BottomRight));
        }
        else
        {
            points.Add((0, 0, Nothing));
        }

        return points;

        (float, float, float) At(double x, double y, float label) => ((float)(x * placement.ScaleX), (float)(y * placement.ScaleY), label);
    }
}
