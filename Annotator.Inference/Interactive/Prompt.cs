namespace Annotator.Inference.Interactive;

/// <summary>What the user showed of an object: points in it and beside it, a box around it.</summary>
public sealed record Prompt
{
    public IReadOnlyList<PromptPoint> Points { get; init; } = [];

    /// <summary>Left, top, right, bottom in the picture; null for none.</summary>
    public double[]? Box { get; init; }

    /// <summary><see cref="MaskCandidate.LowResolution"/> of the candidate that is being refined; null to begin anew.</summary>
    public float[]? Previous { get; init; }
}

/// <summary>A click, in pixels of the picture.</summary>
/// <param name="Positive">Whether the object is there; false: it is not.</param>
public sealed record PromptPoint(double X, double Y, bool Positive);

/// <summary>One mask that a prompt may mean; models often give three, from part to whole.</summary>
/// <param name="Mask">In the contract's form; empty when nothing is set.</param>
/// <param name="Score">The model's own estimate of the overlap, 0 to 1.</param>
/// <param name="LowResolution">What the model wants to see again when this candidate is refined; empty where it does not.</param>
public sealed record MaskCandidate(double[] Mask, double Score, float[] LowResolution);
