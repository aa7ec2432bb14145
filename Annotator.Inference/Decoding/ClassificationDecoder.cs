namespace Annotator.Inference.Decoding;

/// <summary>[B, classes] (or the same with axes of length one): tags of the whole image.</summary>
internal sealed class ClassificationDecoder : IPredictionDecoder
{
    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var row = context.Output(context.Rules.Scores ?? context.Rules.Boxes).Of(context.Image);
        var scores = ScoreRows.Activate(context.Rules.Activation, row, new float[row.Length]).ToArray();
        var most = context.Rules.MultiLabel ? Math.Max(context.Rules.Top, context.MaxDetections) : context.Rules.Top;
        return Enumerable.Range(0, scores.Length)
            .Where(i => i >= context.Rules.LabelOffset && context.Accepts(i - context.Rules.LabelOffset, scores[i]))
            .OrderByDescending(i => scores[i])
            .Take(Math.Max(1, most))
            .Select(i => new Prediction
            {
                Kind = PredictionKind.Tag,
                LabelIndex = i - context.Rules.LabelOffset,
                Label = context.Description.LabelName(i - context.Rules.LabelOffset),
                Score = Math.Clamp(scores[i], 0, 1),
            })
            .ToList();
    }
}
