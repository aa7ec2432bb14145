namespace Annotator.Inference.Tracking;

/// <summary>A shift, a scale and a turn about a centre.</summary>
internal readonly record struct Motion(double CentreX, double CentreY, double ShiftX, double ShiftY, double Scale, double Turn)
{
    private const int MostPairs = 400;

    /// <summary>The motion that most pairs of places agree on; medians let a good part of them be wrong.</summary>
    public static Motion Of(List<(float X, float Y)> from, List<(float X, float Y)> to, bool turns)
    {
        var (scales, angles) = (new List<double>(), new List<double>());

        // Far partners tell size and turn best: each point with one half the list away, and a quarter.
        foreach (var step in new[] { from.Count / 2, from.Count / 4, from.Count / 3 }.Where(step => step > 0).Distinct())
        {
            for (var i = 0; i + step < from.Count && scales.Count < MostPairs; i++)
            {
                double ax = from[i + step].X - from[i].X, ay = from[i + step].Y - from[i].Y, bx = to[i + step].X - to[i].X, by = to[i + step].Y - to[i].Y;
                var length = double.Hypot(ax, ay);
                if (length > 2)
                {
                    scales.Add(double.Hypot(bx, by) / length);
                    angles.Add(Math.IEEERemainder(Math.Atan2(by, bx) - Math.Atan2(ay, ax), 2 * Math.PI));
                }
            }
        }

        var (scale, turn) = (scales.Count == 0 ? 1 : Median(scales), turns && angles.Count > 0 ? Median(angles) : 0);
        var (centreX, centreY) = (from.Average(point => point.X), from.Average(point => point.Y));
        var (sin, cos) = Math.SinCos(turn);
        var shiftsX = Enumerable.Range(0, from.Count).Select(i => to[i].X - centreX - (scale * (((from[i].X - centreX) * cos) - ((from[i].Y - centreY) * sin))));
        var shiftsY = Enumerable.Range(0, from.Count).Select(i => to[i].Y - centreY - (scale * (((from[i].X - centreX) * sin) + ((from[i].Y - centreY) * cos))));
        return new Motion(centreX, centreY, Median(shiftsX), Median(shiftsY), scale, turn);
    }

    public double[] Apply(double[] points)
    {
        var result = new double[points.Length];
        for (var i = 0; i + 1 < points.Length; i += 2)
        {
            (result[i], result[i + 1]) = Apply(points[i], points[i + 1]);
        }

        return result;
    }

    /// <summary>How far a place went astray.</summary>
    public double Distance((float X, float Y) from, (float X, float Y) to)
    {
        var (x, y) = Apply(from.X, from.Y);
        return double.Hypot(to.X - x, to.Y - y);
    }

    private (double X, double Y) Apply(double x, double y)
    {
        var (sin, cos) = Math.SinCos(Turn);
        var (dx, dy) = (x - CentreX, y - CentreY);
        return (CentreX + ShiftX + (Scale * ((dx * cos) - (dy * sin))), CentreY + ShiftY + (Scale * ((dx * sin) + (dy * cos))));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
