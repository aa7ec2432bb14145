using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;

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

    /// <summary>What a line says: 48 pixels high and at least 320 wide, unless the model takes only another size.</summary>
    public static ModelDescription Line(OnnxValue input, string output) => new()
    {
        Task = ModelTask.Text,
        Decoder = DecoderNames.TextLine,
        Input = new ImageInput
        {
            Name = input.Name,
            Size = [input.Along(2) > 0 ? (int)input.Along(2) : 48, input.Along(3) > 0 ? (int)input.Along(3) : 320],
            Dynamic = input.Along(3) < 0,
            Resize = ResizeRule.FixedHeight,
            MaxSide = input.Along(3) > 0 ? (int)input.Along(3) : 3200,
            Multiple = input.Along(3) > 0 ? 1 : 32,
            PadZero = true,
            Color = ChannelOrder.Bgr,
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
