namespace Annotator.Inference.Decoding;

/// <summary>v5 without its last layer: for each stride [B, anchors, rows, columns, 5 + classes], before sigmoid, grid and anchors.</summary>
internal sealed class YoloHeadsDecoder : IPredictionDecoder
{
    private static readonly double[][] _anchors =
    [
        [10, 13, 16, 30, 33, 23],
        [30, 61, 62, 45, 59, 119],
        [116, 90, 156, 198, 373, 326],
    ];

    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var heads = context.Outputs.Values.Where(output => output.Rank == 5).OrderByDescending(output => output.Along(2)).ToList();
        var anchors = context.Rules.Anchors ?? _anchors;
        if (heads.Count == 0 || heads.Count > anchors.Length)
        {
            throw new ModelException("output-shape", $"The model gave {heads.Count} outputs of five axes; {anchors.Length} were expected.");
        }

        var candidates = new List<Candidate>();
        var row = 0;
        for (var level = 0; level < heads.Count; level++)
        {
            var head = heads[level];
            var (kinds, height, width, numbers) = (head.Along(1), head.Along(2), head.Along(3), head.Along(4));
            var stride = (float)context.Placement.Height / height;
            if (numbers < 6 || anchors[level].Length < kinds * 2)
            {
                throw DecodeContext.Shape(head, $"at most {anchors[level].Length / 2} anchors and at least 6 numbers");
            }

            var all = head.Of(context.Image);
            for (var i = 0; i < kinds * height * width; i++, row++)
            {
                var (x, y, anchor) = (i % width, i / width % height, i / (width * height));
                Add(context, candidates, all.Slice(i * numbers, numbers), new GridCell(x, y, (int)stride), anchors[level].AsSpan(anchor * 2, 2), row);
            }
        }

        return ObjectFinish.Finish(context, candidates);
    }

    private static void Add(DecodeContext context, List<Candidate> candidates, ReadOnlySpan<float> cell, GridCell at, ReadOnlySpan<double> anchor, int row)
    {
        var sure = Numbers.Sigmoid(cell[4]);
        if (!(sure >= context.LowestConfidence))
        {
            return;
        }

        var label = Numbers.IndexOfMax(cell[5..]);
        var score = label < 0 ? 0 : sure * Numbers.Sigmoid(cell[5 + label]);
        if (!(score >= context.LowestConfidence) || !context.Accepts(label, score))
        {
            return;
        }

        var (x, y) = (((Numbers.Sigmoid(cell[0]) * 2) - 0.5f + at.X) * at.Stride, ((Numbers.Sigmoid(cell[1]) * 2) - 0.5f + at.Y) * at.Stride);
        var (width, height) = (Squared(Numbers.Sigmoid(cell[2]) * 2) * (float)anchor[0], Squared(Numbers.Sigmoid(cell[3]) * 2) * (float)anchor[1]);
        var box = new Candidate(x - (width / 2), y - (height / 2), x + (width / 2), y + (height / 2), score, label, row);
        if (box.IsSound)
        {
            candidates.Add(box);
        }
    }

    private static float Squared(float x) => x * x;
}
