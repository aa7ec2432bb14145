using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Decoding;

/// <summary>
/// [B, objects, 6 + extras]: box, score, class, then weights of masks, nodes or an angle; overlaps are dropped already and rows
/// of zeros fill up. Boxes are left, top, right, bottom; turned ones are centre and size.
/// </summary>
internal sealed class YoloEndToEndDecoder : IPredictionDecoder
{
    private const int Before = 6;

    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var output = context.Output(context.Rules.Boxes, 3);
        var (rows, width) = (output.Along(1), output.Along(2));
        var turned = context.Description.Task == ModelTask.OrientedBoxes;
        if (width < Before + (turned ? 1 : 0))
        {
            throw DecodeContext.Shape(output, $"at least {Before + (turned ? 1 : 0)} columns");
        }

        var numbers = output.Of(context.Image);
        var candidates = new List<Candidate>();
        for (var i = 0; i < rows; i++)
        {
            var row = numbers.Slice(i * width, width);
            var label = (int)row[5] - context.Rules.LabelOffset;
            if (label >= 0 && row[4] > 0 && context.Accepts(label, row[4]))
            {
                var box = BoxReader.Read(context, row, row[4], label, i, turned ? row[6] : 0);
                if (box.IsSound)
                {
                    candidates.Add(box);
                }
            }
        }

        return ObjectFinish.Finish(context, candidates, Extras(context, width));
    }

    private static ObjectExtras? Extras(DecodeContext context, int width)
    {
        var output = context.Output(context.Rules.Boxes, 3);
        switch (context.Description.Task)
        {
            case ModelTask.Segment:
                var masks = new PrototypeMasks(context, context.Output(context.Rules.Proto, 4));
                return new ObjectExtras
                {
                    Mask = (candidate, box) => masks.Mask(output.Of(context.Image).Slice((candidate.Row * width) + Before, width - Before), candidate, box),
                };
            case ModelTask.Pose:
                var rules = NodeReader.Rules(context);
                if (width < Before + (rules.Count * rules.Dimensions))
                {
                    throw DecodeContext.Shape(output, $"at least {Before + (rules.Count * rules.Dimensions)} columns");
                }

                return new ObjectExtras
                {
                    Nodes = candidate => NodeReader.Read(context, (node, number) =>
                        output.Of(context.Image)[(candidate.Row * width) + Before + (node * rules.Dimensions) + number]),
                };
            default:
                return null;
        }
    }
}
