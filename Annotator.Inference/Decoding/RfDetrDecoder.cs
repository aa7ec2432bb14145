using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Decoding;

/// <summary>
/// RF-DETR: dets [B, N, 4], labels [B, N, classes] before the sigmoid, masks [B, N, h, w] in the segmenting kind. One place may
/// give several classes: the best pairs of place and class count.
/// </summary>
internal sealed class RfDetrDecoder : IPredictionDecoder
{
    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var (boxes, scores) = (context.Output(context.Rules.Boxes, 3), context.Output(context.Rules.Scores, 3));
        var classes = scores.Along(2);
        if (boxes.Along(1) != scores.Along(1) || boxes.Along(2) != 4)
        {
            throw DecodeContext.Shape(boxes, $"[{boxes.Along(0)}, {scores.Along(1)}, 4]");
        }

        var candidates = new List<Candidate>();
        var coordinates = boxes.Of(context.Image);
        var table = scores.Of(context.Image);
        for (var i = 0; i < table.Length; i++)
        {
            var (row, label) = (i / classes, (i % classes) - context.Rules.LabelOffset);
            var score = Numbers.Sigmoid(table[i]);
            if (label >= 0 && context.Accepts(label, score) && BoxReader.Read(context, coordinates.Slice(row * 4, 4), score, label, row) is { IsSound: true } box)
            {
                candidates.Add(box);
            }
        }

        var masks = context.Rules.Masks is { } name && context.Description.Task == ModelTask.Segment
            ? new ObjectExtras { Mask = ObjectMasks.Of(context, context.Output(name), batched: true) }
            : null;
        return ObjectFinish.Finish(context, candidates, masks);
    }
}
