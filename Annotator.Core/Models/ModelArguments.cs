namespace Annotator.Core.Models;

/// <summary>Arguments of <c>check:model</c>.</summary>
/// <param name="Corrected">Whether the description is a person's: it is checked, and nothing is guessed or asked any more.</param>
public sealed record CheckModelArguments(int ModelId, bool Corrected = false);

/// <summary>What one class of a model becomes.</summary>
/// <param name="Label">The label's name in the project or task; null leaves the class out.</param>
/// <param name="Threshold">The least score that counts for this class, 0 to 1; null for the run's.</param>
/// <param name="Attributes">Which attribute of the label each of the model's becomes, by name; one that is not named keeps its name where the label has it.</param>
public sealed record LabelChoice(string? Label, double? Threshold = null, IReadOnlyDictionary<string, string>? Attributes = null);

/// <summary>Arguments of <c>autoannotate:task</c>: a model is run over frames, and what it finds becomes shapes.</summary>
public sealed record AutoAnnotateArguments(int ModelId)
{
    /// <summary>By the model's class name. A class that is not named becomes the label of the same name where there is one.</summary>
    public IReadOnlyDictionary<string, LabelChoice> Mapping { get; init; } = new Dictionary<string, LabelChoice>(StringComparer.Ordinal);

    /// <summary>The least score that counts, 0 to 1; null for the model's own.</summary>
    public double? Threshold { get; init; }

    /// <summary>Frames in the task's numbering, as <c>[first, last]</c> pairs; null for all.</summary>
    public IReadOnlyList<int[]>? Frames { get; init; }

    /// <summary>Only frames that have no annotations at all.</summary>
    public bool OnlyMissing { get; init; }

    /// <summary>Whether tags and shapes on those frames are removed first, and with <see cref="MakeTracks"/> the tracks of its labels that a model made and nobody judged.</summary>
    public bool Replace { get; init; }

    /// <summary>Whether masks become polygons.</summary>
    public bool MasksToPolygons { get; init; }

    /// <summary>Whether images that are larger than the model's input are also cut into overlapping tiles of its size.</summary>
    public bool Tiles { get; init; }

    /// <summary>Whether boxes and polygons of frame after frame are joined to tracks.</summary>
    public bool MakeTracks { get; init; }

    /// <summary>
    /// The last frame that is done, by job, written with the annotations themselves: a second run goes on there and does nothing twice.
    /// </summary>
    public IReadOnlyDictionary<int, int> Done { get; init; } = new Dictionary<int, int>();
}
