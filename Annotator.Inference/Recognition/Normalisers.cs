using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>The usual ways of bringing bytes to the numbers that models were trained on.</summary>
internal static class Normalisers
{
    public static ImageInput ZeroToOne(this ImageInput input) => input with { Mean = [0, 0, 0], Std = [255, 255, 255] };

    public static ImageInput Raw(this ImageInput input) => input with { Mean = [0, 0, 0], Std = [1, 1, 1] };

    public static ImageInput ImageNet(this ImageInput input) => input.Color == ChannelOrder.Rgb
        ? input with { Mean = [123.675, 116.28, 103.53], Std = [58.395, 57.12, 57.375] }
        : input with { Mean = [103.53, 116.28, 123.675], Std = [57.375, 57.12, 58.395] };

    public static ImageInput Half(this ImageInput input) => input with { Mean = [127.5, 127.5, 127.5], Std = [127.5, 127.5, 127.5] };

    public static ImageInput Clip(this ImageInput input) => input with
    {
        Mean = [122.7709383, 116.7460125, 104.09373615],
        Std = [68.5005327, 66.6321375, 70.32316304],
    };
}
