namespace Annotator.Formats.Geometry;

/// <summary>Finds the turned rectangle that four corners mean.</summary>
internal static class TurnedBox
{
    private const double Tolerance = 1e-3;

    /// <summary>
    /// The smallest rectangle around four corners that lies along one of their sides; for the corners of a rectangle, in
    /// order from its top left one, that rectangle itself.
    /// </summary>
    /// <returns>Left, top, right, bottom before the rotation, and degrees clockwise, 0 up to but not including 360.</returns>
    public static (double[] Points, double Rotation) Around(double[] corners)
    {
        var best = Along(corners, 0);
        for (var side = 1; side < 4; side++)
        {
            var other = Along(corners, side);
            if (other.Area < best.Area * (1 - Tolerance))
            {
                best = other;
            }
        }

        return (best.Points, best.Rotation);
    }

    private static (double[] Points, double Rotation, double Area) Along(double[] corners, int side)
    {
        var (from, to) = (side * 2, (side + 1) % 4 * 2);
        var angle = Math.Atan2(corners[to + 1] - corners[from + 1], corners[to] - corners[from]) - side * Math.PI / 2;
        var (sin, cos) = Math.SinCos(angle);
        double left = double.PositiveInfinity, top = double.PositiveInfinity, right = double.NegativeInfinity, bottom = double.NegativeInfinity;
        for (var i = 0; i < corners.Length; i += 2)
        {
            var (x, y) = (cos * corners[i] + sin * corners[i + 1], cos * corners[i + 1] - sin * corners[i]);
            (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
        }

        var (middleX, middleY) = ((left + right) / 2, (top + bottom) / 2);
        var (centreX, centreY) = (cos * middleX - sin * middleY, sin * middleX + cos * middleY);
        var (width, height) = (right - left, bottom - top);
        var degrees = angle * 180 / Math.PI % 360;
        return ([centreX - width / 2, centreY - height / 2, centreX + width / 2, centreY + height / 2], degrees < 0 ? (degrees + 360) % 360 : degrees, width * height);
    }
}
