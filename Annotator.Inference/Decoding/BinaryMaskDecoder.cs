using Annotator.Formats.Geometry;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Geometry;

namespace Annotator.Inference.Decoding;

/// <summary>[B, 1, h, w]: one kind of object against the rest. Each part that hangs together becomes an object.</summary>
internal sealed class BinaryMaskDecoder : IPredictionDecoder
{
    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var output = context.Output(context.Rules.Masks ?? context.Rules.Boxes);
        var (height, width) = context.Rules.ChannelsLast ? (output.Along(-3), output.Along(-2)) : (output.Along(-2), output.Along(-1));
        var numbers = output.Of(context.Image);
        if (numbers.Length != width * height)
        {
            throw DecodeContext.Shape(output, "[B, 1, h, w]");
        }

        var threshold = (float)context.Rules.MaskThreshold;
        var values = ScoreRows.Activate(context.Rules.Activation == Activation.Sigmoid ? Activation.Sigmoid : Activation.None, numbers, new float[numbers.Length]).ToArray();
        var found = new List<Prediction>();
        foreach (var part in Components.Of(values, width, height, threshold))
        {
            // The part alone, so that neighbours in the same box stay out of its mask.
            var alone = new float[values.Length];
            var sum = 0.0;
            foreach (var cell in part)
            {
                alone[cell] = values[cell];
                sum += values[cell];
            }

            var mask = MaskSampler.Sample(alone, width, height, context.Placement, [0, 0, context.Placement.ImageWidth, context.Placement.ImageHeight], threshold);
            var score = sum / part.Count;
            if (mask.Length > 0 && MaskArea(mask) >= 9 && context.Accepts(0, (float)score))
            {
                found.Add(new Prediction { Kind = PredictionKind.Mask, LabelIndex = 0, Label = context.Description.LabelName(0), Score = Math.Clamp(score, 0, 1), Points = mask });
            }
        }

        return found.OrderByDescending(prediction => prediction.Score).Take(context.MaxDetections).SelectMany(prediction => MaskPolygons.AsAsked(prediction, context.Options));
    }

    private static long MaskArea(double[] mask) => MaskRuns.Area([.. mask.AsSpan(0, mask.Length - 4).ToArray().Select(run => (int)run)]);
}
