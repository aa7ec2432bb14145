using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Decoding;

/// <summary>Reads a row of scores, one for each class, by the description: activation, background, offset.</summary>
internal static class ScoreRows
{
    /// <summary>The best class that is not the background, as the index of its label, and its score; label -1 for none.</summary>
    public static (int Label, float Score) Best(DecodeContext context, ReadOnlySpan<float> row, Span<float> scratch)
    {
        var scores = Activate(context.Rules.Activation, row, scratch);
        var (first, end) = context.Rules.Background switch
        {
            BackgroundClass.First => (1, row.Length),
            BackgroundClass.Last => (0, row.Length - 1),
            _ => (0, row.Length),
        };
        var best = Numbers.IndexOfMax(scores[first..end]);
        return best < 0 ? (-1, 0) : (best + first - context.Rules.LabelOffset, scores[best + first]);
    }

    public static ReadOnlySpan<float> Activate(Activation activation, ReadOnlySpan<float> row, Span<float> scratch)
    {
        switch (activation)
        {
            case Activation.Sigmoid:
                Numbers.Sigmoid(row, scratch);
                return scratch[..row.Length];
            case Activation.Softmax:
                Numbers.Softmax(row, scratch);
                return scratch[..row.Length];
            default:
                return row;
        }
    }
}
