using System.Buffers;
using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Preprocessing;

/// <summary>Writes a placed picture into a model's input: resized, bordered, in the model's order of channels, normalised.</summary>
public static class ImageTensor
{
    private const int Channels = 3;

    /// <summary>Numbers that one picture takes.</summary>
    public static int Length(ImagePlacement placement) => placement.Width * placement.Height * Channels;

    /// <param name="target">One picture's numbers, <see cref="Length"/> of them.</param>
    public static void Fill(PixelImage image, ImagePlacement placement, ImageInput input, Span<float> target)
    {
        var resized = ArrayPool<byte>.Shared.Rent(placement.ResizedWidth * placement.ResizedHeight * Channels);
        Resizer.Resize(image.Pixels.Span, image.Width, image.Height, resized, placement.ResizedWidth, placement.ResizedHeight, input.Interp);
        var planar = input.Layout is TensorLayout.Nchw or TensorLayout.Chw;
        for (var channel = 0; channel < Channels; channel++)
        {
            var (values, border) = Values(input, channel);
            var from = input.Color == ChannelOrder.Rgb ? channel : Channels - 1 - channel;
            var (start, step) = planar ? (channel * placement.Width * placement.Height, 1) : (channel, Channels);
            FillChannel(resized, placement, target[start..], new Stride(from, step), values, border);
        }

        ArrayPool<byte>.Shared.Return(resized);
    }

    private readonly record struct Stride(int Channel, int Step);

    private static void FillChannel(byte[] resized, ImagePlacement placement, Span<float> target, Stride stride, float[] values, float border)
    {
        var (left, right) = (Math.Max(0, placement.OffsetX), Math.Min(placement.Width, placement.OffsetX + placement.ResizedWidth));
        for (var row = 0; row < placement.Height; row++)
        {
            var line = row * placement.Width;
            var sourceRow = row - placement.OffsetY;
            if (sourceRow < 0 || sourceRow >= placement.ResizedHeight)
            {
                Border(target, line, line + placement.Width, stride.Step, border);
                continue;
            }

            Border(target, line, line + left, stride.Step, border);
            var source = (((sourceRow * placement.ResizedWidth) + left - placement.OffsetX) * Channels) + stride.Channel;
            var to = (line + left) * stride.Step;
            for (var x = left; x < right; x++, source += Channels, to += stride.Step)
            {
                target[to] = values[resized[source]];
            }

            Border(target, line + right, line + placement.Width, stride.Step, border);
        }
    }

    private static void Border(Span<float> target, int from, int to, int step, float value)
    {
        if (step == 1)
        {
            target[from..to].Fill(value);
            return;
        }

        for (var i = from; i < to; i++)
        {
            target[i * step] = value;
        }
    }

    /// <summary>What each byte becomes, and the border.</summary>
    private static (float[] Values, float Border) Values(ImageInput input, int channel)
    {
        var (mean, std) = (input.Mean[channel], input.Std[channel]);
        var values = new float[256];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)((i - mean) / std);
        }

        return (values, input.PadZero ? 0 : (float)((input.Pad - mean) / std));
    }
}
