using Annotator.Inference.Descriptions;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Decoding;

/// <summary>
/// Boxes, scores and classes in outputs of their own, one row an object: RT-DETR and D-FINE, EfficientNMS, TensorFlow's object
/// detection, torchvision, MMDeploy (whose boxes carry their score as a fifth number), with masks and nodes where given.
/// </summary>
internal sealed class SeparateOutputsDecoder : IPredictionDecoder
{
    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var boxes = context.Output(context.Rules.Boxes);
        var width = boxes.Along(-1);
        if (width is < 4 or > 5)
        {
            throw DecodeContext.Shape(boxes, "four or five columns");
        }

        // Some give one image only, without an axis for it.
        var batched = boxes.Rank == 3;
        var rows = boxes.Along(-2);
        var coordinates = Part(context, boxes, batched);
        var classes = context.Rules.Classes is null ? default : Part(context, context.Output(context.Rules.Classes), batched);
        var scores = context.Rules.Scores is null ? default : Part(context, context.Output(context.Rules.Scores), batched);
        if (context.Rules.Count is not null)
        {
            var counts = context.Output(context.Rules.Count).Data;
            rows = Math.Clamp((int)counts[Math.Min(context.Image, counts.Length - 1)], 0, rows);
        }

        if ((!scores.IsEmpty && scores.Length < rows) || (!classes.IsEmpty && classes.Length < rows) || (scores.IsEmpty && width < 5 && rows > 0))
        {
            throw DecodeContext.Shape(boxes, "as many rows as there are scores and classes");
        }

        var candidates = new List<Candidate>();
        for (var i = 0; i < rows; i++)
        {
            var score = scores.IsEmpty ? coordinates[(i * width) + 4] : scores[i];
            var label = (classes.IsEmpty ? 0 : (int)classes[i]) - context.Rules.LabelOffset;
            if (label >= 0 && score > 0 && context.Accepts(label, score) && BoxReader.Read(context, coordinates.Slice(i * width, 4), score, label, i) is { IsSound: true } box)
            {
                candidates.Add(box);
            }
        }

        return ObjectFinish.Finish(context, candidates, Extras(context, batched));
    }

    private static ReadOnlySpan<float> Part(DecodeContext context, ModelTensor tensor, bool batched) => batched ? tensor.Of(context.Image) : tensor.Data;

    private static ObjectExtras? Extras(DecodeContext context, bool batched) =>
        context.Rules.Masks is { } masks && context.Description.Task == ModelTask.Segment ? new ObjectExtras { Mask = ObjectMasks.Of(context, context.Output(masks), batched) }
        : context.Rules.Keypoints is { } nodes && context.Description.Task == ModelTask.Pose ? Nodes(context, context.Output(nodes), batched)
        : null;

    private static ObjectExtras Nodes(DecodeContext context, ModelTensor tensor, bool batched)
    {
        var (count, dimensions) = (tensor.Along(-2), tensor.Along(-1));
        var separate = context.Rules.KeypointScores is { } name ? context.Output(name) : null;
        return new ObjectExtras
        {
            Nodes = candidate =>
            {
                var numbers = Part(context, tensor, batched);
                var nodes = new List<PredictedNode>();
                for (var node = 0; node < count; node++)
                {
                    var at = ((candidate.Row * count) + node) * dimensions;
                    // torchvision's third number is no score but whether the node is there.
                    var score = separate is not null ? Score(Part(context, separate, batched)[(candidate.Row * count) + node]) : dimensions > 2 ? numbers[at + 2] : 1;
                    nodes.Add(NodeReader.Node(context, node, numbers[at], numbers[at + 1], score));
                }

                return nodes;
            },
        };

        float Score(float value) => context.Rules.Activation == Activation.Sigmoid ? Numbers.Sigmoid(value) : value;
    }
}
