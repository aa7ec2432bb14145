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

    /// <summary>
    /// Asks how colours go in where nothing says it: for TensorFlow's models, which have no usual way, and for models of one kind of
    /// object against the rest, which give next to nothing when it is wrong. Whoever takes bytes says enough.
    /// </summary>
    public static Guess WithNormaliser(this Guess guess, ModelEvidence evidence)
    {
        var isTensorFlow = evidence.Image is { Layout: TensorLayout.Nhwc };
        var isVaried = guess.Description.Decoder == DecoderNames.BinaryMask;
        if (evidence.Image is not { Value.IsReal: true } || evidence.Config?.Input is not null || !(isTensorFlow || isVaried))
        {
            return guess;
        }

        var description = guess.Description;
        var half = Choice("−1 to 1 (MobileNet, Inception, Teachable Machine; MODNet)", description.Input.Half());
        var raw = Choice("0 to 255 (EfficientNet, and models that rescale by themselves)", description.Input.Raw());
        var plain = Choice("0 to 1", description.Input.ZeroToOne());
        var usual = Choice("As PyTorch's ImageNet models (U-Net, U²-Net)", description.Input.ImageNet());
        var middle = Choice("−0.5 to 0.5 (IS-Net, RMBG)", description.Input with { Mean = [127.5, 127.5, 127.5], Std = [255, 255, 255] });
        RecognitionChoice[] choices = isTensorFlow ? [half, raw, plain, usual] : [usual, plain, half, middle];
        return (guess with { Description = choices[0].Description }).Asking("normaliser", "How does the model take colours?", choices);

        RecognitionChoice Choice(string text, ImageInput input) => new(text, description with { Input = input });
    }

    public static ImageInput Half(this ImageInput input) => input with { Mean = [127.5, 127.5, 127.5], Std = [127.5, 127.5, 127.5] };

    public static ImageInput Clip(this ImageInput input) => input with
    {
        Mean = [122.7709383, 116.7460125, 104.09373615],
        Std = [68.5005327, 66.6321375, 70.32316304],
    };
}
