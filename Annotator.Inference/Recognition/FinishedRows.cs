namespace Annotator.Inference.Recognition;

/// <summary>How the rows of a table [B, rows, 5 and more] are meant, by the numbers of a trial run.</summary>
internal enum RowMeaning
{
    /// <summary>The trial gave no row, or numbers that fit neither.</summary>
    Unknown,

    /// <summary>Corners in pixels, a score, a whole number for the class: what is left after suppression.</summary>
    Finished,

    /// <summary>A box in parts of the picture and a score for each class: RT-DETR.</summary>
    Parts,
}

/// <summary>
/// Tells finished objects from RT-DETR's table, whose shapes are the same where it has two classes (three with an angle, 53 with 17 nodes).
/// </summary>
internal static class FinishedRows
{
    private const int ClassColumn = 5;
    private const float LargestPart = 1.5f;

    public static RowMeaning Read(ProbedOutput output)
    {
        if (output.Columns.Count < ClassColumn || output.Columns.All(column => column is { Min: 0, Max: 0 }))
        {
            return RowMeaning.Unknown;
        }

        var boxes = output.Columns.Take(4).ToList();
        var whole = output.Columns.Count > ClassColumn && output.Columns[ClassColumn].IsWhole;
        return boxes.Max(column => column.Max) > LargestPart ? (whole ? RowMeaning.Finished : RowMeaning.Unknown)
            : boxes.Min(column => column.Min) >= 1 - LargestPart && !whole && output.Columns[4].Max <= LargestPart ? RowMeaning.Parts
            : RowMeaning.Unknown;
    }
}
