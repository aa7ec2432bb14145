using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.Intrinsics;
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
            Round(sum.AsSpan(0, stride), output);
        }

        ArrayPool<float>.Shared.Return(kept);
        ArrayPool<float>.Shared.Return(sum);
    }

    private static void Round(ReadOnlySpan<float> numbers, Span<byte> target)
    {
        var i = 0;
        for (; i <= numbers.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var (first, second) = (Vector128.Narrow(Whole(numbers[i..]), Whole(numbers[(i + 4)..])), Vector128.Narrow(Whole(numbers[(i + 8)..]), Whole(numbers[(i + 12)..])));
            Vector128.Narrow(first.AsUInt16(), second.AsUInt16()).CopyTo(target[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            target[i] = (byte)Math.Clamp(numbers[i] + 0.5f, 0, 255);
        }

        static Vector128<int> Whole(ReadOnlySpan<float> four) =>
            Vector128.ConvertToInt32(Vector128.Min(Vector128.Max(Vector128.Create(four) + Vector128.Create(0.5f), Vector128<float>.Zero), Vector128.Create(255f)));
    }

    /// <summary>A pixel's three colours are weighed at once; the fourth number is the next pixel's and is written over by it.</summary>
    private static void Across(ReadOnlySpan<byte> source, ResampleWeights weights, Span<float> line)
    {
        var (taps, count) = (weights.Taps, weights.First.Length);
        for (var i = 0; i < count; i++)
        {
            var at = weights.First[i] * Channels;
            var own = weights.Weights.AsSpan(i * taps, taps);

            // The last pixel has no fourth number behind it, neither in the source nor in the line.
            if (i == count - 1 || at + (taps * Channels) >= source.Length)
            {
                AcrossOne(source[at..], own, line.Slice(i * Channels, Channels));
                continue;
            }

            var sum = Vector128<float>.Zero;
            for (var k = 0; k < own.Length; k++, at += Channels)
            {
                var four = Vector128.CreateScalar(BinaryPrimitives.ReadUInt32LittleEndian(source[at..])).AsByte();
                sum += Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(four)).AsInt32()) * own[k];
            }

            sum.CopyTo(line[(i * Channels)..]);
        }
    }

    private static void AcrossOne(ReadOnlySpan<byte> source, ReadOnlySpan<float> weights, Span<float> pixel)
    {
        float red = 0, green = 0, blue = 0;
        for (var (k, at) = (0, 0); k < weights.Length; k++, at += Channels)
        {
            // Weights that are not needed may reach behind the end.
            if (weights[k] != 0)
            {
                red += source[at] * weights[k];
                green += source[at + 1] * weights[k];
                blue += source[at + 2] * weights[k];
            }
        }

        (pixel[0], pixel[1], pixel[2]) = (red, green, blue);
    }
}
