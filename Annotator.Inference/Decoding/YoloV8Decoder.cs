using System.Buffers;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Decoding;

/// <summary>
/// Ultralytics v8 and later: [B, 4 + classes + extras, places]. Boxes are centre and size in pixels, scores are ready. Extras
/// are the weights of masks, nodes, or one angle in radians.
/// </summary>
internal sealed class YoloV8Decoder : IPredictionDecoder
{
    private const int BoxNumbers = 4;

    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var output = context.Output(context.Rules.Boxes, 3);
        var (rows, places) = (output.Along(1), output.Along(2));
        var task = context.Description.Task;
        var prototypes = task == ModelTask.Segment ? context.Output(context.Rules.Proto, 4) : null;
        var extras = task switch
        {
            ModelTask.Segment => prototypes!.Along(1),
            ModelTask.Pose => NodeReader.Rules(context).Count * NodeReader.Rules(context).Dimensions,
            ModelTask.OrientedBoxes => 1,
            _ => 0,
        };
        var classes = rows - BoxNumbers - extras;
        if (classes < 1)
        {
            throw DecodeContext.Shape(output, $"more than {BoxNumbers + extras} rows");
        }

        var first = BoxNumbers + classes;
        var candidates = Candidates(context, output, classes);
        return ObjectFinish.Finish(context, candidates, task switch
        {
            ModelTask.Segment => Masks(context, output, prototypes!, first),
            ModelTask.Pose => new ObjectExtras
            {
                Nodes = candidate => NodeReader.Read(context, (node, number) =>
                    output.Of(context.Image)[((first + (node * NodeReader.Rules(context).Dimensions) + number) * places) + candidate.Row]),
            },
            _ => null,
        });
    }

    private static ObjectExtras Masks(DecodeContext context, ModelTensor output, ModelTensor prototypes, int first)
    {
        var masks = new PrototypeMasks(context, prototypes);
        var (weights, places) = (new float[prototypes.Along(1)], output.Along(2));
        return new ObjectExtras
        {
            Mask = (candidate, box) =>
            {
                for (var k = 0; k < weights.Length; k++)
                {
                    weights[k] = output.Of(context.Image)[((first + k) * places) + candidate.Row];
                }

                return masks.Mask(weights, candidate, box);
            },
        };
    }

    private static List<Candidate> Candidates(DecodeContext context, ModelTensor output, int classes)
    {
        var numbers = output.Of(context.Image);
        var places = output.Along(2);
        var (best, label) = (ArrayPool<float>.Shared.Rent(places), ArrayPool<int>.Shared.Rent(places));
        Array.Fill(best, float.NegativeInfinity, 0, places);
        Array.Clear(label, 0, places);
        for (var c = 0; c < classes; c++)
        {
            // Class by class, as the numbers lie in memory. NaN is never greater.
            var scores = numbers.Slice((BoxNumbers + c) * places, places);
            for (var i = 0; i < scores.Length; i++)
            {
                if (scores[i] > best[i])
                {
                    (best[i], label[i]) = (scores[i], c);
                }
            }
        }

        var lowest = context.LowestConfidence;
        var turned = context.Description.Task == ModelTask.OrientedBoxes;
        var candidates = new List<Candidate>();
        Span<float> four = stackalloc float[BoxNumbers];
        for (var i = 0; i < places; i++)
        {
            if (best[i] >= lowest && context.Accepts(label[i], best[i]))
            {
                for (var k = 0; k < BoxNumbers; k++)
                {
                    four[k] = numbers[(k * places) + i];
                }

                var angle = turned ? numbers[((output.Along(1) - 1) * places) + i] : 0;
                if (BoxReader.Read(context, four, best[i], label[i], i, angle) is { IsSound: true } box)
                {
                    candidates.Add(box);
                }
            }
        }

        ArrayPool<float>.Shared.Return(best);
        ArrayPool<int>.Shared.Return(label);
        return candidates;
    }
}
