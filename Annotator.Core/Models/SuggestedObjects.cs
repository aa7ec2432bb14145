namespace Annotator.Core.Models;

/// <summary>Which model made the objects of a range of ids: one row for each writing of a run, whatever it wrote.</summary>
public sealed class SuggestedObjects
{
    public int JobId { get; set; }

    /// <summary>First and last id; an object of the range that is not of the source <c>auto</c> is somebody's own.</summary>
    public long FirstId { get; set; }
    public long LastId { get; set; }
    public int ModelId { get; set; }
    public DateTimeOffset CreatedDate { get; set; }
}

/// <summary>How an object came to stand as it does.</summary>
public enum WorkOutcome : short
{
    /// <summary>A person drew it.</summary>
    Drawn = 0,

    /// <summary>A model suggested it, and it was right as it stood.</summary>
    Accepted = 1,

    /// <summary>A model suggested it, and a person changed it.</summary>
    Edited = 2,

    /// <summary>A model suggested it, and it was none.</summary>
    Rejected = 3,
}

/// <summary>
/// What one object took: of each object one row, and nothing of who did it or of single strokes. It tells whether a model saves
/// time, and what a model need not suggest again.
/// </summary>
public sealed class ObjectWork
{
    public int JobId { get; set; }
    public long ObjectId { get; set; }

    /// <summary>Whose suggestion it was; null for what was drawn, and for suggestions that came with a file.</summary>
    public int? ModelId { get; set; }
    public int LabelId { get; set; }
    public int Frame { get; set; }
    public WorkOutcome Outcome { get; set; }

    /// <summary>Seconds of work since the object before it was done, or the frame was shown; pauses are left out.</summary>
    public float Seconds { get; set; }

    /// <summary>Common area of the suggestion and what became of it by the area of both, 0 to 1; null where it cannot be said.</summary>
    public float? Iou { get; set; }

    /// <summary>The model's own score, 0 to 1; null for what was drawn.</summary>
    public float? Score { get; set; }

    /// <summary>Left, top, right, bottom of a rejected suggestion, in pixels of the frame; null for the others, and for tags.</summary>
    public float[]? Box { get; set; }
    public DateTimeOffset Date { get; set; }
}
