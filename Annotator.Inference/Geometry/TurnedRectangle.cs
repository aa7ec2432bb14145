namespace Annotator.Inference.Geometry;

/// <summary>A rectangle along a direction of its own. <paramref name="Angle"/> is that of its width, radians clockwise on the screen.</summary>
internal readonly record struct TurnedRectangle(double X, double Y, double Width, double Height, double Angle)
{
    /// <summary>Grown on each side by so much.</summary>
    public TurnedRectangle Grown(double by) => this with { Width = Width + (2 * by), Height = Height + (2 * by) };

    /// <summary>
    /// Corners clockwise on the screen; the first is the one nearest to the top left of the rectangle as it is read.
    /// </summary>
    public double[] Corners()
    {
        var (sin, cos) = Math.SinCos(Angle);
        double[] corners = new double[8];
        (double X, double Y)[] signs = [(-1, -1), (1, -1), (1, 1), (-1, 1)];
        for (var i = 0; i < 4; i++)
        {
            var (dx, dy) = (signs[i].X * Width / 2, signs[i].Y * Height / 2);
            (corners[i * 2], corners[(i * 2) + 1]) = (X + (dx * cos) - (dy * sin), Y + (dx * sin) + (dy * cos));
        }

        return corners;
    }

    /// <summary>The smallest rectangle around points: one of its sides lies along a side of their hull.</summary>
    /// <param name="points">x, y pairs, at least one.</param>
    public static TurnedRectangle Around(IReadOnlyList<(double X, double Y)> points)
    {
        var hull = Hull(points);
        TurnedRectangle? best = null;
        for (var i = 0; i < hull.Count; i++)
        {
            var (from, to) = (hull[i], hull[(i + 1) % hull.Count]);
            var rectangle = Along(hull, hull.Count == 1 ? 0 : Math.Atan2(to.Y - from.Y, to.X - from.X));
            if (best is null || rectangle.Width * rectangle.Height < (best.Value.Width * best.Value.Height) - 1e-9)
            {
                best = rectangle;
            }
        }

        return Upright(best ?? Along(hull, 0));
    }

    /// <summary>The same rectangle with its width nearest to level: text is read along it.</summary>
    private static TurnedRectangle Upright(TurnedRectangle rectangle)
    {
        var quarter = (int)Math.Round(rectangle.Angle / (Math.PI / 2), MidpointRounding.ToEven);
        var angle = rectangle.Angle - (quarter * Math.PI / 2);
        return quarter % 2 == 0 ? rectangle with { Angle = angle } : rectangle with { Angle = angle, Width = rectangle.Height, Height = rectangle.Width };
    }

    private static TurnedRectangle Along(List<(double X, double Y)> points, double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        double left = double.PositiveInfinity, right = double.NegativeInfinity, top = double.PositiveInfinity, bottom = double.NegativeInfinity;
        foreach (var (x, y) in points)
        {
            var (along, across) = ((x * cos) + (y * sin), (y * cos) - (x * sin));
            (left, right, top, bottom) = (Math.Min(left, along), Math.Max(right, along), Math.Min(top, across), Math.Max(bottom, across));
        }

        var (middleX, middleY) = ((left + right) / 2, (top + bottom) / 2);
        return new TurnedRectangle((middleX * cos) - (middleY * sin), (middleX * sin) + (middleY * cos), right - left, bottom - top, angle);
    }

    /// <summary>Andrew's chain: the outermost points, in order.</summary>
    private static List<(double X, double Y)> Hull(IReadOnlyList<(double X, double Y)> points)
    {
        var sorted = points.Distinct().OrderBy(point => point.X).ThenBy(point => point.Y).ToList();
        if (sorted.Count < 3)
        {
            return sorted;
        }

        var hull = new List<(double X, double Y)>();
        foreach (var pass in new[] { sorted, Enumerable.Reverse(sorted).ToList() })
        {
            var start = hull.Count;
            foreach (var point in pass)
            {
                while (hull.Count >= start + 2 && Turn(hull[^2], hull[^1], point) <= 0)
                {
                    hull.RemoveAt(hull.Count - 1);
                }

                hull.Add(point);
            }

            hull.RemoveAt(hull.Count - 1);
        }

        return hull;
    }

    private static double Turn((double X, double Y) a, (double X, double Y) b, (double X, double Y) c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
}
