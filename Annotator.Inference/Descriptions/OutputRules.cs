using System.Text.Json.Serialization;

namespace Annotator.Inference.Descriptions;

/// <summary>Which output holds what, and how its numbers are meant. Names that a decoder does not use stay null.</summary>
public sealed record OutputRules
{
    /// <summary>Boxes, or the one output that holds everything.</summary>
    public string? Boxes { get; init; }
    public string? Scores { get; init; }
    public string? Classes { get; init; }

    /// <summary>How many rows count.</summary>
    public string? Count { get; init; }

    /// <summary>Prototypes that masks are mixed from.</summary>
    public string? Proto { get; init; }
    public string? Masks { get; init; }
    public string? Keypoints { get; init; }
    public string? KeypointScores { get; init; }
    public BoxFormat BoxFormat { get; init; } = BoxFormat.Cxcywh;

    /// <summary>Boxes are parts of the input's size, not pixels of it.</summary>
    public bool Normalized { get; init; }

    /// <summary>Boxes are pixels of the original picture already.</summary>
    public bool Original { get; init; }

    /// <summary>Subtracted from a class number to get the index of its label.</summary>
    public int LabelOffset { get; init; }
    public Activation Activation { get; init; } = Activation.None;

    /// <summary>Class that means nothing is there: the first of the scores, the last, or none.</summary>
    public BackgroundClass Background { get; init; } = BackgroundClass.None;

    /// <summary>Maps have their classes on the last axis, as TensorFlow lays them.</summary>
    public bool ChannelsLast { get; init; }

    /// <summary>Lowest value of a mask's pixel (after the activation) that is set.</summary>
    public double MaskThreshold { get; init; } = 0.5;

    /// <summary>Several tags for one image, each with a score of its own, instead of the one best.</summary>
    public bool MultiLabel { get; init; }

    /// <summary>Tags given at most.</summary>
    public int Top { get; init; } = 1;

    /// <summary>Boxes and scores are still cells of a grid.</summary>
    public bool Grid { get; init; }

    /// <summary>Pairs of width and height for each stride of a model with anchors, finest first.</summary>
    public double[][]? Anchors { get; init; }
}

[JsonConverter(typeof(WordsOnly<BoxFormat>))]
public enum BoxFormat
{
    /// <summary>Centre, width, height.</summary>
    [JsonStringEnumMemberName("cxcywh")]
    Cxcywh,

    /// <summary>Left, top, right, bottom.</summary>
    [JsonStringEnumMemberName("xyxy")]
    Xyxy,

    /// <summary>Top, left, bottom, right.</summary>
    [JsonStringEnumMemberName("yxyx")]
    Yxyx,

    /// <summary>Left, top, width, height.</summary>
    [JsonStringEnumMemberName("xywh")]
    Xywh,
}

[JsonConverter(typeof(WordsOnly<Activation>))]
public enum Activation
{
    [JsonStringEnumMemberName("none")]
    None,
    [JsonStringEnumMemberName("sigmoid")]
    Sigmoid,
    [JsonStringEnumMemberName("softmax")]
    Softmax,
}

[JsonConverter(typeof(WordsOnly<BackgroundClass>))]
public enum BackgroundClass
{
    [JsonStringEnumMemberName("none")]
    None,
    [JsonStringEnumMemberName("first")]
    First,
    [JsonStringEnumMemberName("last")]
    Last,
}
