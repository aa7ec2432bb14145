using Annotator.Formats.Geometry;

namespace Annotator.Inference.Tracking;

/// <summary>Takes points along with the box that a tracker of boxes found.</summary>
internal static class CarriedPoints
{
    /// <summary>Left, top, right, bottom of what the points span; single points get a little of what is around them.</summary>
    public static double[] BoxOf(double[] points)
    {
        const double Least = 24;
        var box = Outlines.BoxAround(points);
        var (roomX, roomY) = (Math.Max(0, Least - box.Width) / 2, Math.Max(0, Least - box.Height) / 2);
        return [box.Left - roomX, box.Top - roomY, box.Right + roomX, box.Bottom + roomY];
    }

    public static double[] Move(double[] points, double[] from, double[] to)
    {
        var (scaleX, scaleY) = ((to[2] - to[0]) / (from[2] - from[0]), (to[3] - to[1]) / (from[3] - from[1]));
        return [.. points.Select((value, i) => i % 2 == 0 ? to[0] + ((value - from[0]) * scaleX) : to[1] + ((value - from[1]) * scaleY))];
    }
}
