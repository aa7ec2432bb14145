using System.Numerics.Tensors;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Decoding;

/// <summary>Masks that are mixed from a few prototypes, one set for the whole image, with a weight of each for each object.</summary>
internal sealed class PrototypeMasks(DecodeContext context, ModelTensor prototypes)
{
    private readonly int _count = prototypes.Along(1);
    private readonly int _height = prototypes.Along(2);
    private readonly int _width = prototypes.Along(3);
    private readonly float[] _mixed = new float[prototypes.Along(2) * prototypes.Along(3)];

    /// <param name="weights">One for each prototype.</param>
    public double[] Mask(ReadOnlySpan<float> weights, Candidate box, double[] imageBox)
    {
        if (weights.Length != _count)
        {
            throw DecodeContext.Shape(prototypes, $"{weights.Length} prototypes");
        }

        // Only the rows under the box, and one beyond on either side, are ever read.
        var scale = (float)_height / context.Placement.Height;
        var (top, bottom) = (Math.Clamp((int)(box.Top * scale) - 2, 0, _height), Math.Clamp((int)Math.Ceiling(box.Bottom * scale) + 2, 0, _height));
        var (from, length) = (top * _width, (bottom - top) * _width);
        var target = _mixed.AsSpan(from, length);
        target.Clear();
        var all = prototypes.Of(context.Image);
        for (var k = 0; k < _count; k++)
        {
            TensorPrimitives.MultiplyAdd(all.Slice((k * _width * _height) + from, length), weights[k], target, target);
        }

        // Above 0 before a sigmoid is above a half after it.
        return MaskSampler.Sample(_mixed, _width, _height, context.Placement, imageBox, 0);
    }
}
