using Annotator.Inference.Onnx;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Recognition;

/// <summary>What a model gave when it was run once on a made-up picture.</summary>
/// <param name="Height">The picture's size as the model took it.</param>
public sealed record ProbeResult(int Height, int Width, IReadOnlyList<ProbedOutput> Outputs);

/// <summary>One output of a trial run.</summary>
/// <param name="Shape">With the batch's axis; -1 along axes that a file leaves open and no trial settled.</param>
/// <param name="Min">NaN where the output was empty, or was not run.</param>
/// <param name="RowsSumToOne">Whether the numbers along the last axis (along the second of maps) sum to 1 everywhere.</param>
public sealed record ProbedOutput(string Name, ElementType Type, int[] Shape, float Min, float Max, bool RowsSumToOne)
{
    public int Rank => Shape.Length;
    public bool IsReal => Type is ElementType.Float32 or ElementType.Float16 or ElementType.Float64 or ElementType.BFloat16;

    /// <summary>Whether values leave 0 to 1: then they are not yet shares.</summary>
    public bool LooksLikeLogits => Min < 0 || Max > 1;

    /// <summary>Length along an axis, counted from the end when negative; -1 where there is none.</summary>
    public int Along(int axis)
    {
        var at = axis < 0 ? Rank + axis : axis;
        return at >= 0 && at < Rank ? Shape[at] : -1;
    }

    public static ProbedOutput Of(ModelTensor tensor)
    {
        float min = float.NaN, max = float.NaN;
        foreach (var value in tensor.Data)
        {
            min = value < min || float.IsNaN(min) ? value : min;
            max = value > max || float.IsNaN(max) ? value : max;
        }

        return new ProbedOutput(tensor.Name, tensor.Type, tensor.Shape, min, max, SumsToOne(tensor));
    }

    /// <summary>From the file alone.</summary>
    public static ProbedOutput Of(OnnxValue value) =>
        new(value.Name, value.Type, [.. (value.Dimensions ?? []).Select(length => (int)Math.Clamp(length, -1, int.MaxValue))], float.NaN, float.NaN, false);

    private static bool SumsToOne(ModelTensor tensor)
    {
        var width = tensor.Along(-1);
        if (tensor.Data.Length == 0 || width < 2 || tensor.Rank == 4)
        {
            return false;
        }

        for (var from = 0; from + width <= tensor.Data.Length; from += width)
        {
            var sum = 0.0;
            for (var i = 0; i < width; i++)
            {
                sum += tensor.Data[from + i];
            }

            if (!(Math.Abs(sum - 1) < 1e-3))
            {
                return false;
            }
        }

        return true;
    }
}
