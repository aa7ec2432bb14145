namespace Annotator.Formats.Geometry;

/// <summary>An axis-aligned box; right and bottom are its edges.</summary>
public readonly record struct Box(double Left, double Top, double Right, double Bottom)
{
    public double Width => Right - Left;
    public double Height => Bottom - Top;
    public double Area => Math.Max(0, Width) * Math.Max(0, Height);

    /// <summary>Overlap divided by union, 0 to 1.</summary>
    public double IntersectionOverUnion(Box other)
    {
        var width = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        var height = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        var shared = width * height;
        return shared / (Area + other.Area - shared);
    }
}

/// <summary>Measures and outlines of shapes.</summary>
public static class Outlines
{
    /// <summary>The smallest box around x, y pairs.</summary>
    public static Box BoxAround(ReadOnlySpan<double> points)
    {
        double left = double.PositiveInfinity, top = double.PositiveInfinity, right = double.NegativeInfinity, bottom = double.NegativeInfinity;
        for (var i = 0; i + 1 < points.Length; i += 2)
        {
            left = Math.Min(left, points[i]);
            right = Math.Max(right, points[i]);
            top = Math.Min(top, points[i + 1]);
            bottom = Math.Max(bottom, points[i + 1]);
        }

        return new Box(left, top, right, bottom);
    }

    /// <summary>Area inside a ring, whichever way it turns; in square pixels.</summary>
    public static double PolygonArea(ReadOnlySpan<double> points)
    {
        double twice = 0;
        for (var i = 0; i + 1 < points.Length; i += 2)
        {
            var next = i + 3 < points.Length ? i + 2 : 0;
            twice += points[i] * points[next + 1] - points[next] * points[i + 1];
        }

        return Math.Abs(twice) / 2;
    }

    /// <summary>The four corners of a rectangle that is turned about its centre: top left, top right, bottom right, bottom left.</summary>
    /// <param name="points">Left, top, right, bottom before the rotation.</param>
    /// <param name="rotation">Degrees clockwise.</param>
    public static double[] RectangleCorners(ReadOnlySpan<double> points, double rotation)
    {
        var (sin, cos) = Math.SinCos(rotation * Math.PI / 180);
        double x = (points[0] + points[2]) / 2, y = (points[1] + points[3]) / 2;
        double[] corners = [points[0], points[1], points[2], points[1], points[2], points[3], points[0], points[3]];
        for (var i = 0; i < corners.Length && rotation != 0; i += 2)
        {
            var (dx, dy) = (corners[i] - x, corners[i + 1] - y);
            (corners[i], corners[i + 1]) = (x + cos * dx - sin * dy, y + sin * dx + cos * dy);
        }

        return corners;
    }
}
