using System.Buffers;
using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Preprocessing;

/// <summary>Makes a picture of another size; values are rounded to whole bytes, as OpenCV and PIL do.</summary>
internal static class Resizer
{
    private const int Channels = 3;

    /// <param name="target">Filled with width × height × 3 bytes.</param>
    public static void Resize(ReadOnlySpan<byte> source, int sourceWidth, int sourceHeight, Span<byte> target, int width, int height, Resampling kind)
    {
        if (sourceWidth == width && sourceHeight == height)
        {
            source.CopyTo(target);
            return;
        }

        var (across, down) = (ResampleWeights.Of(sourceWidth, width, kind), ResampleWeights.Of(sourceHeight, height, kind));
        var stride = width * Channels;

        // Rows that were stretched across are kept while a following row of the target still needs them.
        var kept = ArrayPool<float>.Shared.Rent(stride * down.Taps);
        var keptRow = new int[down.Taps];
        Array.Fill(keptRow, -1);
        var sum = ArrayPool<float>.Shared.Rent(stride);
        for (var row = 0; row < height; row++)
        {
            Array.Clear(sum, 0, stride);
            for (var tap = 0; tap < down.Taps; tap++)
            {
                var weight = down.Weights[(row * down.Taps) + tap];
                if (weight == 0)
                {
                    continue;
                }

                var from = down.First[row] + tap;
                var slot = from % down.Taps;
                var line = kept.AsSpan(slot * stride, stride);
                if (keptRow[slot] != from)
                {
                    Across(source.Slice(from * sourceWidth * Channels, sourceWidth * Channels), across, line);
                    keptRow[slot] = from;
                }

                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(line, weight, sum.AsSpan(0, stride), sum.AsSpan(0, stride));
            }

            var output = target.Slice(row * stride, stride);
            for (var i = 0; i < stride; i++)
            {
                output[i] = (byte)Math.Clamp(sum[i] + 0.5f, 0, 255);
            }
        }

        ArrayPool<float>.Shared.Return(kept);
        ArrayPool<float>.Shared.Return(sum);
    }

    private static void Across(ReadOnlySpan<byte> source, ResampleWeights weights, Span<float> line)
    {
        var taps = weights.Taps;
        for (var i = 0; i < weights.First.Length; i++)
        {
            float red = 0, green = 0, blue = 0;
            var at = weights.First[i] * Channels;
            for (var k = 0; k < taps; k++, at += Channels)
            {
                var weight = weights.Weights[(i * taps) + k];
                if (weight != 0)
                {
                    red += source[at] * weight;
                    green += source[at + 1] * weight;
                    blue += source[at + 2] * weight;
                }
            }

            (line[i * Channels], line[(i * Channels) + 1], line[(i * Channels) + 2]) = (red, green, blue);
        }
    }
}
