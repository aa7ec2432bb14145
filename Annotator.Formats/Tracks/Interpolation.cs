using Annotator.Formats.Model;

namespace Annotator.Formats.Tracks;

/// <summary>The position of a tracked shape between two keyframes, as annotators of CVAT know it.</summary>
public static class Interpolation
{
    /// <summary>Points at <paramref name="t"/>, 0 (left) up to but not including 1 (right). Numbers are not rounded.</summary>
    public static double[] Points(ShapeKind kind, double[] left, double[] right, double t)
    {
        if (t == 0)
        {
            return left;
        }

        return kind switch
        {
            ShapeKind.Rectangle or ShapeKind.Ellipse or ShapeKind.Cuboid => Linear(left, right, t),
            ShapeKind.Points => left.Length == 2 && right.Length == 2 ? Linear(left, right, t) : left,
            ShapeKind.Polygon => Outline.Polygon(left, right, t),
            ShapeKind.Polyline => Outline.Polyline(left, right, t),
            ShapeKind.Mask or ShapeKind.Skeleton => left,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    /// <summary>Degrees along the shorter arc; exactly half a turn goes clockwise.</summary>
    public static double Rotation(double left, double right, double t)
    {
        var difference = ((right - left + 180) % 360) - 180;
        if (Math.Abs(difference) >= 180)
        {
            difference = 360 - Math.Abs(difference) * Math.Sign(difference) * -1;
        }

        return (left + difference * t + 360) % 360;
    }

    private static double[] Linear(double[] left, double[] right, double t)
    {
        if (left.Length != right.Length)
        {
            return left;
        }

        var result = new double[left.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = left[i] + (right[i] - left[i]) * t;
        }

        return result;
    }
}
