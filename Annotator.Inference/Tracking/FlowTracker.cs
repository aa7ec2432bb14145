using Annotator.Formats.Geometry;

namespace Annotator.Inference.Tracking;

/// <summary>
/// Follows a shape from frame to frame by the flow of points in it: each is followed forth and back, and those that do not
/// come back are left out. The middle of the rest tells shift and size, and for shapes of points how they turned.
/// </summary>
public sealed class FlowTracker : IObjectTracker
{
    private const int GridSide = 12;
    private const int FewestPoints = 6;
    private const float ComesBack = 1f;
    private const double LargestChange = 1.5;
    private const double LeastScore = 0.25;

    /// <summary>How far around the object a picture is looked at: the coarsest level reaches about this far.</summary>
    private const double LeastRoom = 72;

    private readonly bool _turns;
    private PixelImage _before;
    private double[] _points;

    /// <param name="points">x, y pairs of a polygon, a line or points, or the two corners of a rectangle.</param>
    /// <param name="rectangle">Keeps the shape upright: it moves and grows only.</param>
    public FlowTracker(PixelImage frame, double[] points, bool rectangle)
    {
        (_before, _points, _turns) = (frame, points, !rectangle);
    }

    public ValueTask<TrackStep> NextAsync(PixelImage frame, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Step(frame));
    }

    /// <summary>Looks for the shape in the next frame; forwards or backwards is the caller's order. A lost object stays where it was.</summary>
    public TrackStep Step(PixelImage frame)
    {
        var box = Outlines.BoxAround(_points);
        var (from, to, tried) = Followed(_before, frame, box);
        _before = frame;
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

    private static (List<(float X, float Y)> From, List<(float X, float Y)> To, int Tried) Followed(PixelImage before, PixelImage next, Box box)
    {
        var (from, to, tried) = (new List<(float, float)>(), new List<(float, float)>(), 0);

        // Single points have no inside: a little of what is around them is taken.
        var (roomX, roomY) = (Math.Max(0, 24 - box.Width) / 2, Math.Max(0, 24 - box.Height) / 2);

        // Only what is around the object is made grey and small again and again: the rest of a large frame costs nothing.
        var reach = Math.Max(LeastRoom, Math.Max(box.Width, box.Height) / 2);
        var (left, top) = ((int)Math.Clamp(box.Left - roomX - reach, 0, next.Width - 1), (int)Math.Clamp(box.Top - roomY - reach, 0, next.Height - 1));
        var (width, height) = ((int)Math.Clamp(box.Right + roomX + reach, left + 1, next.Width) - left, (int)Math.Clamp(box.Bottom + roomY + reach, top + 1, next.Height) - top);
        if (width < 2 || height < 2 || before.Width != next.Width || before.Height != next.Height)
        {
            return ([], [], 1);
        }

        var (one, other) = (GreyPyramid.Of(before, left, top, width, height, SparseFlow.Levels), GreyPyramid.Of(next, left, top, width, height, SparseFlow.Levels));
        for (var i = 0; i < GridSide * GridSide; i++)
        {
            var x = (float)(box.Left - roomX - left + ((box.Width + (2 * roomX)) * ((i % GridSide) + 0.5) / GridSide));
            var y = (float)(box.Top - roomY - top + ((box.Height + (2 * roomY)) * ((i / GridSide) + 0.5) / GridSide));
            if (x < 0 || y < 0 || x >= width || y >= height)
            {
                continue;
            }

            // Pixels are counted by their middles in pictures, by their edges in shapes.
            if (SparseFlow.Follow(one, other, x - 0.5f, y - 0.5f) is not { } there)
            {
                continue;
            }

            tried++;
            if (SparseFlow.Follow(other, one, there.X, there.Y) is { } back && MathF.Abs(back.X - x + 0.5f) + MathF.Abs(back.Y - y + 0.5f) <= ComesBack)
            {
                from.Add((x + left, y + top));
                to.Add((there.X + 0.5f + left, there.Y + 0.5f + top));
            }
        }

        return (from, to, Math.Max(1, tried));
    }
}
