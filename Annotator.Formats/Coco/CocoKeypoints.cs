using Annotator.Formats.Model;
using Annotator.Formats.Skeletons;

namespace Annotator.Formats.Coco;

/// <summary>Keypoints as COCO has them: triplets x, y, visibility, which is 0 for absent, 1 for hidden, 2 for visible.</summary>
internal static class CocoKeypoints
{
    private const double Tolerance = 0.02;

    /// <summary>Whether any point is more than absent.</summary>
    public static bool HasPlaces(ReadOnlySpan<double> points)
    {
        for (var i = 2; i < points.Length; i += 3)
        {
            if (points[i] > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Null when the points are not as many as the category has.</summary>
    public static List<DatasetShape>? Nodes(double[] points, SkeletonLayout? layout)
    {
        if (layout is null || points.Length != layout.Nodes.Count * 3)
        {
            return null;
        }

        var nodes = new List<DatasetShape>(layout.Nodes.Count);
        for (var i = 0; i < layout.Nodes.Count; i++)
        {
            nodes.Add(new DatasetShape
            {
                Kind = ShapeKind.Points,
                Label = layout.Nodes[i],
                Points = [points[i * 3], points[i * 3 + 1]],
                Outside = points[i * 3 + 2] == 0,
                Occluded = points[i * 3 + 2] == 1,
                Source = AnnotationSource.File,
            });
        }

        return nodes;
    }

    /// <summary>The smallest box around the points that are not absent: left, top, width, height; all 0 when all are.</summary>
    public static (double Left, double Top, double Width, double Height) Hull(ReadOnlySpan<double> points)
    {
        double left = double.PositiveInfinity, top = double.PositiveInfinity, right = double.NegativeInfinity, bottom = double.NegativeInfinity;
        for (var i = 0; i + 2 < points.Length; i += 3)
        {
            if (points[i + 2] > 0)
            {
                (left, right) = (Math.Min(left, points[i]), Math.Max(right, points[i]));
                (top, bottom) = (Math.Min(top, points[i + 1]), Math.Max(bottom, points[i + 1]));
            }
        }

        return right < left ? (0, 0, 0, 0) : (left, top, right - left, bottom - top);
    }

    /// <summary>Whether a box (left, top, width, height) says no more than the points do.</summary>
    public static bool IsHull(double[] box, double[] points)
    {
        var (left, top, width, height) = Hull(points);
        return Math.Abs(box[0] - left) < Tolerance && Math.Abs(box[1] - top) < Tolerance && Math.Abs(box[2] - width) < Tolerance && Math.Abs(box[3] - height) < Tolerance;
    }
}
