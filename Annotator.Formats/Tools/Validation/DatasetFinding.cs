namespace Annotator.Formats.Tools.Validation;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Likely a mistake; training goes on.</summary>
    Warning,

    /// <summary>Wrong; tools will stumble over it or count it wrongly.</summary>
    Error,
}

/// <summary>One kind of flaw, however often it was found.</summary>
/// <param name="Code">A stable word, such as <c>out-of-bounds</c>.</param>
/// <param name="Places">The first places, such as <c>a.jpg: polygon car</c>.</param>
public sealed record DatasetFinding(FindingSeverity Severity, string Code, string Message, long Count, IReadOnlyList<string> Places);

/// <summary>What counts as a flaw.</summary>
public sealed record ValidationOptions
{
    /// <summary>A box with a shorter side below this, in pixels, is tiny.</summary>
    public double TinySide { get; init; } = 2;

    /// <summary>Shapes of one kind and label that overlap at least so much, 0 to 1, are the same one drawn twice.</summary>
    public double DuplicateOverlap { get; init; } = 0.98;

    /// <summary>Labels are out of balance when one is used so many times as often as another.</summary>
    public double Imbalance { get; init; } = 50;

    /// <summary>How far over the image's edge a shape may reach, in pixels.</summary>
    public double EdgeTolerance { get; init; } = 1;

    /// <summary>Read every image to find those that are the same, byte for byte.</summary>
    public bool CompareImages { get; init; }

    /// <summary>Report images that are not at hand even when none is.</summary>
    public bool RequireImages { get; init; }
}
