using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Decoding;

/// <summary>
/// v5, v6 and v7: [B, places, 5 + classes (+ weights of masks)]; the score is that of an object times that of its class. With
/// <see cref="OutputRules.Grid"/> as YOLOX leaves it: places are cells of strides 8, 16, 32 and sizes are logarithms.
/// </summary>
internal sealed class YoloV5Decoder : IPredictionDecoder
{
    private const int Before = 5;

    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var output = context.Output(context.Rules.Boxes, 3);
        var (places, width) = (output.Along(1), output.Along(2));
        var prototypes = context.Description.Task == ModelTask.Segment ? context.Output(context.Rules.Proto, 4) : null;
        var weights = prototypes?.Along(1) ?? 0;
        var classes = width - Before - weights;
        if (classes < 1)
        {
            throw DecodeContext.Shape(output, $"more than {Before + weights} columns");
        }

        var grid = context.Rules.Grid ? GridCells.Of(context.Placement, places) : null;
        var candidates = new List<Candidate>();
        var numbers = output.Of(context.Image);
        var lowest = context.LowestConfidence;
        Span<float> four = stackalloc float[4];
        for (var i = 0; i < places; i++)
        {
            var row = numbers.Slice(i * width, width);
            if (!(row[4] >= lowest))
            {
                continue;
            }

            var label = Numbers.IndexOfMax(row.Slice(Before, classes));
            var score = label < 0 ? 0 : row[4] * row[Before + label];
            if (score >= lowest && context.Accepts(label, score))
            {
                row[..4].CopyTo(four);
                grid?[i].Undo(four);
                if (BoxReader.Read(context, four, score, label, i) is { IsSound: true } box)
                {
                    candidates.Add(box);
                }
            }
        }

        if (prototypes is null)
        {
            return ObjectFinish.Finish(context, candidates);
        }

        var masks = new PrototypeMasks(context, prototypes);
        return ObjectFinish.Finish(context, candidates, new ObjectExtras
        {
            Mask = (candidate, box) => masks.Mask(output.Of(context.Image).Slice((candidate.Row * width) + Before + classes, weights), candidate, box),
        });
    }
}
