using System.Text.Json.Serialization;

namespace Annotator.Inference.Descriptions;

/// <summary>How a picture becomes the numbers that a model takes.</summary>
public sealed record ImageInput
{
    public string Name { get; init; } = "";
    public TensorLayout Layout { get; init; } = TensorLayout.Nchw;

    /// <summary>Height and width; 0 where <see cref="Resize"/> decides by the picture.</summary>
    public int[] Size { get; init; } = [640, 640];

    /// <summary>Whether the model also takes other sizes.</summary>
    public bool Dynamic { get; init; }
    public ResizeRule Resize { get; init; } = ResizeRule.LetterboxCenter;

    /// <summary>Value of the border on the scale 0 to 255, before normalisation.</summary>
    public double Pad { get; init; } = 114;

    /// <summary>The border is 0 after normalisation instead.</summary>
    public bool PadZero { get; init; }

    /// <summary>Sides are rounded to multiples of this.</summary>
    public int Multiple { get; init; } = 1;

    /// <summary>For <see cref="ResizeRule.ShortCrop"/>: the short side before the crop; 0 for the crop's own side.</summary>
    public int ShortSide { get; init; }

    /// <summary>Longest side for <see cref="ResizeRule.LongSide"/>; widest line for <see cref="ResizeRule.FixedHeight"/>.</summary>
    public int MaxSide { get; init; }

    /// <summary>For <see cref="ResizeRule.LongSide"/>: smaller pictures are enlarged to <see cref="MaxSide"/> too.</summary>
    public bool Enlarge { get; init; }
    public ChannelOrder Color { get; init; } = ChannelOrder.Rgb;

    /// <summary>Of each channel in the model's order, on the scale 0 to 255: a value becomes (value − mean) / std.</summary>
    public double[] Mean { get; init; } = [0, 0, 0];
    public double[] Std { get; init; } = [255, 255, 255];
    public Resampling Interp { get; init; } = Resampling.Bilinear;

    [JsonIgnore]
    public int Height => Size.Length == 2 ? Size[0] : 0;

    [JsonIgnore]
    public int Width => Size.Length == 2 ? Size[1] : 0;
}

/// <summary>Order of a tensor's axes: number, channel, height, width.</summary>
[JsonConverter(typeof(WordsOnly<TensorLayout>))]
public enum TensorLayout
{
    [JsonStringEnumMemberName("NCHW")]
    Nchw,
    [JsonStringEnumMemberName("NHWC")]
    Nhwc,
    [JsonStringEnumMemberName("CHW")]
    Chw,
    [JsonStringEnumMemberName("HWC")]
    Hwc,
}

[JsonConverter(typeof(WordsOnly<ChannelOrder>))]
public enum ChannelOrder
{
    [JsonStringEnumMemberName("RGB")]
    Rgb,
    [JsonStringEnumMemberName("BGR")]
    Bgr,
}

/// <summary>How a picture is brought to the size that the model takes.</summary>
[JsonConverter(typeof(WordsOnly<ResizeRule>))]
public enum ResizeRule
{
    /// <summary>Keeps its shape, in the middle of a border.</summary>
    [JsonStringEnumMemberName("letterbox-center")]
    LetterboxCenter,

    /// <summary>Keeps its shape, border right and below.</summary>
    [JsonStringEnumMemberName("letterbox-topleft")]
    LetterboxTopLeft,

    /// <summary>Loses its shape.</summary>
    [JsonStringEnumMemberName("stretch")]
    Stretch,

    /// <summary>Short side to size, then the middle is cut out.</summary>
    [JsonStringEnumMemberName("short-crop")]
    ShortCrop,

    /// <summary>Stays as it is.</summary>
    [JsonStringEnumMemberName("native")]
    Native,

    /// <summary>Long side to at most <see cref="ImageInput.MaxSide"/>, both sides rounded to <see cref="ImageInput.Multiple"/>; no border.</summary>
    [JsonStringEnumMemberName("long-side")]
    LongSide,

    /// <summary>Height to size, width in proportion, border at the right: lines of text.</summary>
    [JsonStringEnumMemberName("fixed-height")]
    FixedHeight,
}

[JsonConverter(typeof(WordsOnly<Resampling>))]
public enum Resampling
{
    /// <summary>Two by two neighbours, whatever the scale, as OpenCV has it.</summary>
    [JsonStringEnumMemberName("bilinear")]
    Bilinear,

    /// <summary>A triangle as wide as the scale asks for, as PIL and torchvision have it.</summary>
    [JsonStringEnumMemberName("bilinear-antialias")]
    BilinearAntialias,

    /// <summary>Bicubic with the scale's width, as PIL has it.</summary>
    [JsonStringEnumMemberName("bicubic")]
    Bicubic,
    [JsonStringEnumMemberName("nearest")]
    Nearest,
}
