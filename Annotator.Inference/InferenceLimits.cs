namespace Annotator.Inference;

/// <summary>What a model may cost. Configuration section <c>Inference:Limits</c>; each refusal names its limit.</summary>
public sealed class InferenceLimits
{
    public const string Section = "Inference:Limits";

    /// <summary>Bytes of one ONNX file. The format itself ends at 2 GiB.</summary>
    public long MaxModelBytes { get; set; } = (2L << 30) - 1;

    /// <summary>Nodes of a model's graph, those of its inner graphs and functions included.</summary>
    public int MaxNodes { get; set; } = 200_000;

    /// <summary>How deep If, Loop and Scan may be nested.</summary>
    public int MaxGraphDepth { get; set; } = 6;

    /// <summary>Numbers that one constant of the graph may have, written out or asked for by a shape.</summary>
    public long MaxConstantElements { get; set; } = 500_000_000;

    /// <summary>Inputs and outputs together.</summary>
    public int MaxValues { get; set; } = 256;

    /// <summary>Bytes of one name or one entry of the metadata.</summary>
    public int MaxTextBytes { get; set; } = 4 << 20;

    /// <summary>Bytes of a labels file, a model.json or another text beside the model.</summary>
    public int MaxSidecarBytes { get; set; } = 4 << 20;

    /// <summary>Labels of one model.</summary>
    public int MaxLabels { get; set; } = 30_000;

    /// <summary>Bytes that the process of a model may have written to in memory.</summary>
    public long MaxProcessMemory { get; set; } = 6L << 30;

    /// <summary>Time to load a model and to run it once.</summary>
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Time for one call: a batch of images, one encoding, one click.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Predictions kept of one image.</summary>
    public int MaxPredictions { get; set; } = 5_000;

    /// <summary>Bytes of all outputs of one run; more is a model that no decoder here reads.</summary>
    public long MaxOutputBytes { get; set; } = 1L << 30;
}
