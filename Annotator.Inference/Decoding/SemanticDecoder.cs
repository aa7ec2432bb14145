using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Decoding;

/// <summary>
/// [B, classes, h, w] of values for each class: each pixel of the picture gets the class whose value, read between the cells,
/// is the largest; [B, h, w, classes] where the description says so. A mask's score is the mean of its pixels' shares (softmax).
/// </summary>
internal sealed class SemanticDecoder : IPredictionDecoder
{
    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var output = context.Output(context.Rules.Masks ?? context.Rules.Boxes, 4);
        var last = context.Rules.ChannelsLast;
        var (classes, gridHeight, gridWidth) = last ? (output.Along(3), output.Along(1), output.Along(2)) : (output.Along(1), output.Along(2), output.Along(3));
        var placement = context.Placement;
        var kinds = new int[placement.ImageWidth * placement.ImageHeight];
        var sums = new Dictionary<int, double>();
        var numbers = output.Of(context.Image);
        var (step, next) = last ? (1, classes) : (gridWidth * gridHeight, 1);
        Span<float> values = new float[classes];
        var shares = new float[classes];
        for (var y = 0; y < placement.ImageHeight; y++)
        {
            var (row, down) = Place(((((y + 0.5) * placement.ScaleY) + placement.OffsetY) * gridHeight / placement.Height) - 0.5, gridHeight);
            for (var x = 0; x < placement.ImageWidth; x++)
            {
                var (column, across) = Place(((((x + 0.5) * placement.ScaleX) + placement.OffsetX) * gridWidth / placement.Width) - 0.5, gridWidth);
                var at = ((row * gridWidth) + column) * next;
                var right = column + 1 < gridWidth ? next : 0;
                var below = row + 1 < gridHeight ? gridWidth * next : 0;
                for (var c = 0; c < classes; c++)
                {
                    var cell = (c * step) + at;
                    var above = numbers[cell] + ((numbers[cell + right] - numbers[cell]) * across);
                    var under = numbers[cell + below] + ((numbers[cell + below + right] - numbers[cell + below]) * across);
                    values[c] = above + ((under - above) * down);
                }

                var best = Numbers.IndexOfMax(values);
                kinds[(y * placement.ImageWidth) + x] = best;
                if (best >= 0)
                {
                    var share = context.Rules.Activation == Activation.Softmax ? ScoreRows.Activate(Activation.Softmax, values, shares)[best] : values[best];
                    sums[best] = sums.GetValueOrDefault(best) + share;
                }
            }
        }

        return ClassMap.Masks(context, kinds, sums);
    }

    private static (int Cell, float Part) Place(double at, int length)
    {
        at = Math.Clamp(at, 0, length - 1);
        return ((int)at, (float)(at - (int)at));
    }
}
