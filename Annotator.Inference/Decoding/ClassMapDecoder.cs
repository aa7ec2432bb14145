namespace Annotator.Inference.Decoding;

/// <summary>[B, h, w] or [B, 1, h, w] of class numbers: each pixel of the picture takes the nearest cell's.</summary>
internal sealed class ClassMapDecoder : IPredictionDecoder
{
    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var output = context.Output(context.Rules.Masks ?? context.Rules.Boxes);
        if (output.Rank is not (3 or 4) || (output.Rank == 4 && output.Along(1) != 1))
        {
            throw DecodeContext.Shape(output, "[B, h, w] or [B, 1, h, w]");
        }

        var (height, width) = (output.Along(-2), output.Along(-1));
        var numbers = output.Of(context.Image);
        var placement = context.Placement;
        var kinds = new int[placement.ImageWidth * placement.ImageHeight];
        for (var y = 0; y < placement.ImageHeight; y++)
        {
            var row = Cell((((y + 0.5) * placement.ScaleY) + placement.OffsetY) * height / placement.Height, height);
            for (var x = 0; x < placement.ImageWidth; x++)
            {
                var column = Cell((((x + 0.5) * placement.ScaleX) + placement.OffsetX) * width / placement.Width, width);
                kinds[(y * placement.ImageWidth) + x] = (int)numbers[(row * width) + column];
            }
        }

        return ClassMap.Masks(context, kinds, scores: null);
    }

    private static int Cell(double at, int length) => Math.Clamp((int)Math.Floor(at), 0, length - 1);
}
