namespace Annotator.Formats.Tools.Merging;

/// <summary>Which labels a merged dataset has.</summary>
public enum LabelPolicy
{
    /// <summary>All labels of all datasets.</summary>
    Union,

    /// <summary>Only labels that every dataset has; annotations of others go.</summary>
    Intersect,
}

/// <summary>What becomes of a frame that several datasets annotate.</summary>
public enum OverlapPolicy
{
    /// <summary>It gets the annotations of all.</summary>
    KeepBoth,

    /// <summary>It keeps those of the first dataset that has it.</summary>
    KeepFirst,

    /// <summary>Annotations of one kind and label that overlap enough are one, and the earlier one stands; the others are kept.</summary>
    MergeByOverlap,
}

/// <summary>How datasets are merged.</summary>
public sealed record MergeOptions
{
    public LabelPolicy Labels { get; init; }
    public OverlapPolicy Overlap { get; init; }

    /// <summary>Overlap divided by union from which on two shapes are one; above 0, up to 1.</summary>
    public double Threshold { get; init; } = 0.5;
}
