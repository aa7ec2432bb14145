namespace Annotator.Formats.Geometry;

/// <summary>Which pixels an ellipse covers: those whose middle lies inside.</summary>
public static class EllipseRaster
{
    /// <summary>Column runs of an image of the given size.</summary>
    /// <param name="points">Centre x, centre y, right, top: the contract's form.</param>
    /// <param name="rotation">Degrees clockwise.</param>
    public static int[] Runs(ReadOnlySpan<double> points, double rotation, int width, int height)
    {
        var (sin, cos) = Math.SinCos(rotation * Math.PI / 180);
        double radiusX = Math.Abs(points[2] - points[0]), radiusY = Math.Abs(points[1] - points[3]);
        var (x2, y2) = (radiusX * radiusX, radiusY * radiusY);
        var result = new RunBuilder();
        if (x2 == 0 || y2 == 0)
        {
            result.Add(false, (long)width * height);
            return result.ToArray();
        }

        var a = sin * sin / x2 + cos * cos / y2;
        for (var column = 0; column < width; column++)
        {
            var dx = column + .5 - points[0];
            var b = 2 * dx * sin * cos * (1 / x2 - 1 / y2);
            var c = dx * dx * (cos * cos / x2 + sin * sin / y2) - 1;
            var root = b * b - 4 * a * c;
            int top = 0, bottom = 0;
            if (root >= 0)
            {
                root = Math.Sqrt(root);
                top = Row((-b - root) / (2 * a) + points[1], height);
                bottom = Math.Max(top, Row((-b + root) / (2 * a) + points[1], height));
            }

            result.Add(false, top);
            result.Add(true, bottom - top);
            result.Add(false, height - bottom);
        }

        return result.ToArray();

        static int Row(double y, int height) => (int)Math.Clamp(Math.Ceiling(y - .5), 0, height);
    }
}
