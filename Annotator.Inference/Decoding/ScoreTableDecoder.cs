namespace Annotator.Inference.Decoding;

/// <summary>Boxes [B, N, 4] beside a table of scores [B, N, classes]: YOLO-NAS, DETR and its kin, SSD.</summary>
internal sealed class ScoreTableDecoder : IPredictionDecoder
{
    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var (boxes, scores) = (context.Output(context.Rules.Boxes, 3), context.Output(context.Rules.Scores, 3));
        var (rows, classes) = (scores.Along(1), scores.Along(2));
        if (boxes.Along(1) != rows || boxes.Along(2) != 4)
        {
            throw DecodeContext.Shape(boxes, $"[{boxes.Along(0)}, {rows}, 4]");
        }

        var candidates = new List<Candidate>();
        var scratch = new float[classes];
        var coordinates = boxes.Of(context.Image);
        var table = scores.Of(context.Image);
        for (var i = 0; i < rows; i++)
        {
            var (label, score) = ScoreRows.Best(context, table.Slice(i * classes, classes), scratch);
            if (label >= 0 && score > 0 && context.Accepts(label, score) && BoxReader.Read(context, coordinates.Slice(i * 4, 4), score, label, i) is { IsSound: true } box)
            {
                candidates.Add(box);
            }
        }

        return ObjectFinish.Finish(context, candidates);
    }
}
