using System.Text;

namespace Annotator.Inference.Decoding;

/// <summary>
/// [B, steps, characters + 1]: the best character of each step, repeats and blanks (0) left out. The description's labels are
/// the characters in the model's order, without the blank.
/// </summary>
internal sealed class TextLineDecoder : IPredictionDecoder
{
    /// <summary>The attribute that carries the text.</summary>
    public const string TextAttribute = "text";

    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var (text, score) = Read(context);
        return text.Length > 0 && context.Accepts(0, (float)score)
            ? [new Prediction { Kind = PredictionKind.Tag, LabelIndex = 0, Label = TextAttribute, Score = score, Attributes = new Dictionary<string, string> { [TextAttribute] = text } }]
            : [];
    }

    /// <summary>The line's text, and the mean score of its characters; empty and 0 where there is none.</summary>
    public static (string Text, double Score) Read(DecodeContext context)
    {
        var output = context.Output(context.Rules.Scores ?? context.Rules.Boxes, 3);
        var (steps, width) = (output.Along(1), output.Along(2));
        var numbers = output.Of(context.Image);
        var (text, sum, count, before) = (new StringBuilder(), 0.0, 0, 0);
        for (var step = 0; step < steps; step++)
        {
            var row = numbers.Slice(step * width, width);
            var best = Numbers.IndexOfMax(row);
            if (best > 0 && best != before)
            {
                text.Append(Character(context, best, width));
                sum += row[best];
                count++;
            }

            before = best;
        }

        return (text.ToString(), count == 0 ? 0 : Math.Clamp(sum / count, 0, 1));
    }

    /// <summary>Models give one character more than their list has: the space.</summary>
    private static string Character(DecodeContext context, int index, int width) =>
        index - 1 < context.Description.Labels.Count ? context.Description.Labels[index - 1].Name : index == width - 1 ? " " : "";
}
