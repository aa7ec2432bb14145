namespace Annotator.Inference.Decoding;

/// <summary>[B, N, 4 + classes]: box and scores in one row, as Ultralytics' RT-DETR has them.</summary>
internal sealed class CombinedTableDecoder : IPredictionDecoder
{
    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var output = context.Output(context.Rules.Boxes, 3);
        var (rows, width) = (output.Along(1), output.Along(2));
        if (width < 5)
        {
            throw DecodeContext.Shape(output, "at least five columns");
        }

        var candidates = new List<Candidate>();
        var scratch = new float[width - 4];
        var numbers = output.Of(context.Image);
        for (var i = 0; i < rows; i++)
        {
            var row = numbers.Slice(i * width, width);
            var (label, score) = ScoreRows.Best(context, row[4..], scratch);
            if (label >= 0 && score > 0 && context.Accepts(label, score) && BoxReader.Read(context, row, score, label, i) is { IsSound: true } box)
            {
                candidates.Add(box);
            }
        }

        return ObjectFinish.Finish(context, candidates);
    }
}
