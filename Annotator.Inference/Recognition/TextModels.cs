using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>Descriptions of PP-OCR's models, whose contracts are known.</summary>
public static class TextModels
{
    public const string TextLabel = "text";

    /// <summary>Where text is: blue, green, red; long side to 960, sides in steps of 32.</summary>
    public static ModelDescription Regions(string input, string output) => new()
    {
        Task = ModelTask.Text,
        Decoder = DecoderNames.TextRegions,
        Input = new ImageInput { Name = input, Size = [0, 0], Dynamic = true, Resize = ResizeRule.LongSide, MaxSide = 960, Multiple = 32, Color = ChannelOrder.Bgr }.ImageNet(),
        Output = new OutputRules { Masks = output },
        Nms = new SuppressionRules { Mode = SuppressionMode.None, Conf = 0.6, MaxDet = 1000 },
        Labels = [new ModelLabel(0, TextLabel)],
    };

    /// <summary>What a line says: 48 pixels high, at least 320 wide.</summary>
    public static ModelDescription Line(string input, string output, int height) => new()
    {
        Task = ModelTask.Text,
        Decoder = DecoderNames.TextLine,
        Input = new ImageInput
        {
            Name = input, Size = [height > 0 ? height : 48, 320], Dynamic = true, Resize = ResizeRule.FixedHeight, MaxSide = 3200, Multiple = 32, PadZero = true, Color = ChannelOrder.Bgr,
        }.Half(),
        Output = new OutputRules { Scores = output },
        Nms = new SuppressionRules { Mode = SuppressionMode.None, Conf = 0.5 },
    };

    /// <summary>Whether a line stands on its head.</summary>
    public static ModelDescription Orientation(string input, string output) => new()
    {
        Task = ModelTask.Classify,
        Decoder = DecoderNames.Classification,
        Input = new ImageInput { Name = input, Size = [48, 192], Resize = ResizeRule.FixedHeight, MaxSide = 192, PadZero = true, Color = ChannelOrder.Bgr }.Half(),
        Output = new OutputRules { Scores = output },
        Nms = new SuppressionRules { Mode = SuppressionMode.None, Conf = 0 },
        Labels = [new ModelLabel(0, "0"), new ModelLabel(1, "180")],
    };
}
