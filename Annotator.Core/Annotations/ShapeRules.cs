using Annotator.Formats.Model;

namespace Annotator.Core.Annotations;

/// <summary>How many numbers each kind of shape has, and which.</summary>
internal sealed class ShapeRules(AnnotationErrors errors)
{
    /// <summary>The numbers as they may be stored; what is wrong is noted.</summary>
    public double[] Check(ShapeKind kind, double[] points, string at)
    {
        if (Count(kind, points.Length) is { } rule)
        {
            errors.Add(at + "/points", "coordinate-count", $"{rule}; {points.Length} were sent.");
            return points;
        }

        if (kind == ShapeKind.Mask)
        {
            return CheckMask(points, at);
        }

        foreach (var number in points)
        {
            // A comparison with NaN is false.
            if (!(Math.Abs(number) <= AnnotationLimits.Coordinate))
            {
                errors.Add(at + "/points", "coordinate", $"A coordinate is a finite number, at most {AnnotationLimits.Coordinate} from the origin.");
                break;
            }
        }

        return points;
    }

    private static string? Count(ShapeKind kind, int count) => kind switch
    {
        ShapeKind.Rectangle => count == 4 ? null : "A rectangle has 4 numbers",
        ShapeKind.Ellipse => count == 4 ? null : "An ellipse has 4 numbers",
        ShapeKind.Polygon => count >= 6 && count % 2 == 0 ? null : "A polygon has at least 6 numbers, in pairs",
        ShapeKind.Polyline => count >= 4 && count % 2 == 0 ? null : "A polyline has at least 4 numbers, in pairs",
        ShapeKind.Points => count >= 2 && count % 2 == 0 ? null : "Points have at least 2 numbers, in pairs",
        ShapeKind.Cuboid => count == 16 ? null : "A cuboid has 16 numbers",
        ShapeKind.Mask => count >= 5 ? null : "A mask has run lengths and 4 numbers of its box",
        ShapeKind.Skeleton => count == 0 ? null : "A skeleton has no numbers of its own",
        _ => null,
    };

    /// <summary>
    /// Run lengths must fill the box and no more. Where they end early, the rest is empty: the run is made whole, so that
    /// every reader finds as many pixels as the box has.
    /// </summary>
    private double[] CheckMask(double[] points, string at)
    {
        foreach (var number in points)
        {
            if (!(number >= 0 && number <= int.MaxValue && number == Math.Truncate(number)))
            {
                errors.Add(at + "/points", "mask", "A mask's run lengths and box are whole numbers of at least 0.");
                return points;
            }
        }

        var (left, top, right, bottom) = (points[^4], points[^3], points[^2], points[^1]);
        if (right < left || bottom < top || right > AnnotationLimits.Coordinate || bottom > AnnotationLimits.Coordinate)
        {
            errors.Add(at + "/points", "mask", "A mask ends with its box: left, top, right, bottom, both ends included.");
            return points;
        }

        var area = (right - left + 1) * (bottom - top + 1);
        var runs = points.Length - 4;
        var covered = 0.0;
        for (var i = 0; i < runs; i++)
        {
            covered += points[i];
        }

        if (covered > area || area > int.MaxValue)
        {
            errors.Add(at + "/points", "mask", $"The run lengths cover {covered} pixels; the box has {area}, and at most {int.MaxValue} are accepted.");
            return points;
        }

        if (covered == area)
        {
            return points;
        }

        if (runs % 2 == 1)
        {
            return [.. points[..(runs - 1)], points[runs - 1] + (area - covered), .. points[^4..]];
        }

        return [.. points[..runs], area - covered, .. points[^4..]];
    }
}
