namespace Annotator.Inference.Decoding;

/// <summary>Small sums over scores.</summary>
internal static class Numbers
{
    public static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    public static void Sigmoid(ReadOnlySpan<float> source, Span<float> target)
    {
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = Sigmoid(source[i]);
        }
    }

    public static void Softmax(ReadOnlySpan<float> source, Span<float> target)
    {
        var most = float.NegativeInfinity;
        foreach (var value in source)
        {
            most = Math.Max(most, value);
        }

        var sum = 0.0;
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = MathF.Exp(source[i] - most);
            sum += target[i];
        }

        for (var i = 0; i < source.Length; i++)
        {
            target[i] = (float)(target[i] / sum);
        }
    }

    /// <summary>Place of the largest number; -1 when all are NaN or there is none. NaN never wins.</summary>
    public static int IndexOfMax(ReadOnlySpan<float> values)
    {
        var (best, most) = (-1, float.NegativeInfinity);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] > most || (best < 0 && values[i] >= most))
            {
                (best, most) = (i, values[i]);
            }
        }

        return best;
    }
}
