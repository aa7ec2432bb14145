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
        var plane = placement.Width * placement.Height;
        var channels = new ChannelValues[Channels];
        for (var channel = 0; channel < Channels; channel++)
        {
            var from = input.Color == ChannelOrder.Rgb ? channel : Channels - 1 - channel;
            channels[from] = Values(input, channel) with { Start = planar ? channel * plane : channel };
        }

        FillPixels(resized, placement, target, channels, planar ? 1 : Channels);
        ArrayPool<byte>.Shared.Return(resized);
    }

    /// <summary>Where the numbers of a picture's channel go, what each byte becomes, and the border.</summary>
    private readonly record struct ChannelValues(int Start, float[] Values, float Border);

    /// <param name="channels">Of red, green and blue.</param>
    /// <param name="step">Numbers from one pixel of a channel to the next.</param>
    private static void FillPixels(ReadOnlySpan<byte> resized, ImagePlacement placement, Span<float> target, ChannelValues[] channels, int step)
    {
        var (left, right) = (Math.Max(0, placement.OffsetX), Math.Min(placement.Width, placement.OffsetX + placement.ResizedWidth));
        for (var row = 0; row < placement.Height; row++)
        {
            var line = row * placement.Width;
            var sourceRow = row - placement.OffsetY;
            var inside = sourceRow >= 0 && sourceRow < placement.ResizedHeight;
            var (from, to) = inside ? (left, right) : (placement.Width, placement.Width);
            foreach (var (start, _, border) in channels)
            {
                Border(target[start..], line, line + from, step, border);
                Border(target[start..], line + to, line + placement.Width, step, border);
            }

            if (inside)
            {
                var source = resized.Slice(((sourceRow * placement.ResizedWidth) + left - placement.OffsetX) * Channels, (right - left) * Channels);
                FillLine(source, target[((line + left) * step)..], channels, step);
            }
        }
    }

    /// <summary>All channels in one go: the bytes of a pixel lie together.</summary>
    private static void FillLine(ReadOnlySpan<byte> source, Span<float> target, ChannelValues[] channels, int step)
    {
        var red = target[channels[0].Start..];
        var green = target[channels[1].Start..];
        var blue = target[channels[2].Start..];
        var (redOf, greenOf, blueOf) = (channels[0].Values, channels[1].Values, channels[2].Values);
        for (int at = 0, to = 0; at + 2 < source.Length; at += Channels, to += step)
        {
            red[to] = redOf[source[at]];
            green[to] = greenOf[source[at + 1]];
            blue[to] = blueOf[source[at + 2]];
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

    private static ChannelValues Values(ImageInput input, int channel)
    {
        var (mean, std) = (input.Mean[channel], input.Std[channel]);
        var values = new float[256];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)((i - mean) / std);
        }

        return new ChannelValues(0, values, input.PadZero ? 0 : (float)((input.Pad - mean) / std));
    }
}
