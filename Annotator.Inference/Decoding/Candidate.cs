namespace Annotator.Inference.Decoding;

/// <summary>
/// A box that a model offers, before overlapping ones are dropped. Pixels of the model's input, or of the picture where the
/// description says so. A turned box has its sides before it is turned about its centre.
/// </summary>
/// <param name="Class">Index of the label.</param>
/// <param name="Row">Where the box stood in the output, for what belongs to it: mask, nodes.</param>
/// <param name="Angle">Radians clockwise.</param>
internal readonly record struct Candidate(float Left, float Top, float Right, float Bottom, float Score, int Class, int Row, float Angle = 0)
{
    public float Width => Right - Left;
    public float Height => Bottom - Top;
    public float Area => Math.Max(0, Width) * Math.Max(0, Height);
    public float CentreX => (Left + Right) / 2;
    public float CentreY => (Top + Bottom) / 2;

    /// <summary>Whether all numbers are finite and the box has an inside.</summary>
    public bool IsSound => float.IsFinite(Left + Top + Right + Bottom + Angle) && Width > 0 && Height > 0;

    /// <summary>Overlap divided by union, 0 to 1, of boxes that are not turned.</summary>
    public float Iou(Candidate other)
    {
        var shared = Shared(other);
        return shared <= 0 ? 0 : shared / (Area + other.Area - shared);
    }

    /// <summary>Overlap divided by the smaller box, 0 to 1.</summary>
    public float OverSmaller(Candidate other)
    {
        var smaller = Math.Min(Area, other.Area);
        return smaller <= 0 ? 0 : Shared(other) / smaller;
    }

    private float Shared(Candidate other) =>
        Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left)) * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
}
