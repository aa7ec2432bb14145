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

    /// <summary>Asks how colours go in where nothing says it: TensorFlow's models, which have no usual way. Whoever takes bytes says enough.</summary>
    public static Guess WithNormaliser(this Guess guess, ModelEvidence evidence)
    {
        if (evidence.Image is not { Layout: TensorLayout.Nhwc, Value.IsReal: true } || evidence.Config?.Input is not null)
        {
            return guess;
        }

        var half = guess.Description with { Input = guess.Description.Input.Half() };
        return (guess with { Description = half }).Asking(
            "normaliser",
            "How does the model take colours?",
            new("−1 to 1 (MobileNet, Inception, Teachable Machine)", half),
            new("0 to 255 (EfficientNet, and models that rescale by themselves)", half with { Input = half.Input.Raw() }),
            new("0 to 1", half with { Input = half.Input.ZeroToOne() }),
            new("As PyTorch's ImageNet models", half with { Input = half.Input.ImageNet() }));
    }

    public static ImageInput Half(this ImageInput input) => input with { Mean = [127.5, 127.5, 127.5], Std = [127.5, 127.5, 127.5] };

    public static ImageInput Clip(this ImageInput input) => input with
    {
        Mean = [122.7709383, 116.7460125, 104.09373615],
        Std = [68.5005327, 66.6321375, 70.32316304],
    };
}
