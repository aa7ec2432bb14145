using Annotator.Formats.Geometry;

namespace Annotator.Inference.Tracking;

/// <summary>What one step of a tracker says.</summary>
/// <param name="Points">The shape on the new frame; as it was where the object is lost.</param>
/// <param name="Score">0 to 1: how many of the points that were followed agree.</param>
/// <param name="Lost">Why the object is lost, for the user; null while it is held.</param>
public sealed record TrackStep(double[] Points, double Score, string? Lost);

/// <summary>
/// Follows a shape from frame to frame by the flow of points in it: each is followed forth and back, and those that do not
/// come back are left out. The middle of the rest tells shift and size, and for shapes of points how they turned.
/// </summary>
public sealed class FlowTracker
{
    private const int GridSide = 12;
    private const int FewestPoints = 6;
    private const float ComesBack = 1f;
    private const double LargestChange = 1.5;
    private const double LeastScore = 0.25;

    private readonly bool _turns;
    private GreyPyramid _before;
    private double[] _points;

    /// <param name="points">x, y pairs of a polygon, a line or points, or the two corners of a rectangle.</param>
    /// <param name="rectangle">Keeps the shape upright: it moves and grows only.</param>
    public FlowTracker(PixelImage frame, double[] points, bool rectangle)
    {
        (_before, _points, _turns) = (GreyPyramid.Of(frame, SparseFlow.Levels), points, !rectangle);
    }

    /// <summary>Looks for the shape in the next frame; forwards or backwards is the caller's order. A lost object stays where it was.</summary>
    public TrackStep Step(PixelImage frame)
    {
        var next = GreyPyramid.Of(frame, SparseFlow.Levels);
        var box = Outlines.BoxAround(_points);
        var (from, to, tried) = Followed(next, box);
        _before = next;
        if (from.Count < FewestPoints)
        {
            return new TrackStep(_points, 0, "too little of it can be followed");
        }

        var motion = Motion.Of(from, to, _turns);
        var agreeing = Enumerable.Range(0, from.Count).Count(i => motion.Distance(from[i], to[i]) <= 1 + (0.02 * Math.Max(box.Width, box.Height)));
        var score = (double)agreeing / tried;
        if (motion.Scale is > LargestChange or < 1 / LargestChange)
        {
            return new TrackStep(_points, score, "its size jumped");
        }

        var moved = motion.Apply(_points);
        var around = Outlines.BoxAround(moved);
        if (around.Right <= 0 || around.Bottom <= 0 || around.Left >= frame.Width || around.Top >= frame.Height)
        {
            return new TrackStep(_points, score, "it left the picture");
        }

        if (score < LeastScore)
        {
            return new TrackStep(_points, score, "most of it went out of sight");
        }

        _points = moved;
        return new TrackStep(moved, score, null);
    }

    private (List<(float X, float Y)> From, List<(float X, float Y)> To, int Tried) Followed(GreyPyramid next, Box box)
    {
        var (from, to, tried) = (new List<(float, float)>(), new List<(float, float)>(), 0);

        // Single points have no inside: a little of what is around them is taken.
        var (roomX, roomY) = (Math.Max(0, 24 - box.Width) / 2, Math.Max(0, 24 - box.Height) / 2);
        for (var i = 0; i < GridSide * GridSide; i++)
        {
            var x = (float)(box.Left - roomX + ((box.Width + (2 * roomX)) * ((i % GridSide) + 0.5) / GridSide));
            var y = (float)(box.Top - roomY + ((box.Height + (2 * roomY)) * ((i / GridSide) + 0.5) / GridSide));
            if (x < 0 || y < 0 || x >= next.Levels[0].Width || y >= next.Levels[0].Height)
            {
                continue;
            }

            // Pixels are counted by their middles in pictures, by their edges in shapes.
            if (SparseFlow.Follow(_before, next, x - 0.5f, y - 0.5f) is not { } there)
            {
                continue;
            }

            tried++;
            if (SparseFlow.Follow(next, _before, there.X, there.Y) is { } back && MathF.Abs(back.X - x + 0.5f) + MathF.Abs(back.Y - y + 0.5f) <= ComesBack)
            {
                from.Add((x, y));
                to.Add((there.X + 0.5f, there.Y + 0.5f));
            }
        }

        return (from, to, Math.Max(1, tried));
    }
}
