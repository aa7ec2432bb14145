using Annotator.Inference.Descriptions;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Decoding;

/// <summary>
/// A grid of values for each object: over the whole input (or the whole picture), or, where the grid is far coarser than
/// wide boxes are, over the object's own box.
/// </summary>
internal static class ObjectMasks
{
    /// <summary>The side of grids that span their box; Mask R-CNN's.</summary>
    private const int BoxGrid = 28;

    /// <param name="masks">[N, h, w] or [N, 1, h, w], or the same with an axis for images in front when <paramref name="batched"/>.</param>
    public static Func<Candidate, double[], double[]> Of(DecodeContext context, ModelTensor masks, bool batched)
    {
        var (height, width) = (masks.Along(-2), masks.Along(-1));
        var threshold = (float)context.Rules.MaskThreshold;
        if (context.Rules.Activation == Activation.Sigmoid)
        {
            // Values before the sigmoid: the threshold goes the other way.
            threshold = MathF.Log(threshold / (1 - threshold));
        }

        return (candidate, box) =>
        {
            var all = batched ? masks.Of(context.Image) : masks.Data;
            var grid = all.Slice(candidate.Row * width * height, width * height);
            if ((width, height) == (BoxGrid, BoxGrid))
            {
                return MaskSampler.Sample(
                    grid,
                    width,
                    height,
                    (width / (box[2] - box[0]), (-box[0] * width / (box[2] - box[0])) - 0.5),
                    (height / (box[3] - box[1]), (-box[1] * height / (box[3] - box[1])) - 0.5),
                    (context.Placement.ImageWidth, context.Placement.ImageHeight),
                    box,
                    threshold);
            }

            var placement = context.Placement;
            return context.Rules.Original
                ? MaskSampler.Sample(
                    grid,
                    width,
                    height,
                    ((double)width / placement.ImageWidth, -0.5),
                    ((double)height / placement.ImageHeight, -0.5),
                    (placement.ImageWidth, placement.ImageHeight),
                    box,
                    threshold)
                : MaskSampler.Sample(grid, width, height, placement, box, threshold);
        };
    }
}
