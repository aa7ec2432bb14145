using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Preprocessing;

/// <summary>For each pixel of a resized line: the first source pixel and the weights of it and its followers, which sum to 1.</summary>
internal sealed class ResampleWeights
{
    private const double CubicSharpness = -0.5;

    private ResampleWeights(int[] first, float[] weights, int taps) => (First, Weights, Taps) = (first, weights, taps);

    public int[] First { get; }

    /// <summary><see cref="Taps"/> weights for each pixel; those that are not needed are 0.</summary>
    public float[] Weights { get; }
    public int Taps { get; }

    public static ResampleWeights Of(int source, int target, Resampling kind)
    {
        var scale = (double)source / target;
        return kind switch
        {
            Resampling.Nearest => Build(source, target, 1, i => (int)Math.Min(source - 1, Math.Floor(i * scale)), (_, _) => 1),
            Resampling.Bilinear => TwoTaps(source, target, scale),
            Resampling.BilinearAntialias => Spread(source, target, scale, 1, x => 1 - x),
            Resampling.Bicubic => Spread(source, target, scale, 2, Cubic),
            _ => throw new InvalidOperationException($"{kind} is no way of resampling."),
        };
    }

    private static ResampleWeights TwoTaps(int source, int target, double scale)
    {
        var taps = Math.Min(2, source);
        return Build(source, target, taps, i => Math.Clamp((int)Math.Floor(At(i)), 0, source - taps), (i, pixel) => Math.Max(0, 1 - Math.Abs(Math.Clamp(At(i), 0, source - 1) - pixel)));

        double At(int i) => ((i + 0.5) * scale) - 0.5;
    }

    private static ResampleWeights Spread(int source, int target, double scale, double support, Func<double, double> filter)
    {
        var wide = Math.Max(1, scale);
        var reach = support * wide;
        var taps = Math.Min(source, (int)Math.Ceiling(reach) * 2 + 1);
        return Build(
            source,
            target,
            taps,
            i => Math.Clamp((int)(((i + 0.5) * scale) - reach + 0.5), 0, source - taps),
            (i, pixel) => Math.Abs((pixel + 0.5 - ((i + 0.5) * scale)) / wide) is var far && far < support ? filter(far) : 0);
    }

    private static double Cubic(double x) => x < 1
        ? ((((CubicSharpness + 2) * x) - (CubicSharpness + 3)) * x * x) + 1
        : ((((x - 5) * x) + 8) * x - 4) * CubicSharpness;

    private static ResampleWeights Build(int source, int target, int taps, Func<int, int> first, Func<int, int, double> weight)
    {
        var (starts, weights) = (new int[target], new float[target * taps]);
        var line = new double[taps];
        for (var i = 0; i < target; i++)
        {
            starts[i] = first(i);
            var sum = 0.0;
            for (var k = 0; k < taps; k++)
            {
                line[k] = starts[i] + k < source ? weight(i, starts[i] + k) : 0;
                sum += line[k];
            }

            for (var k = 0; k < taps; k++)
            {
                weights[(i * taps) + k] = (float)(line[k] / sum);
            }
        }

        return new ResampleWeights(starts, weights, taps);
    }
}
