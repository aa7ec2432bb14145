using System.Globalization;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Tests.Formats;

/// <summary>Paints a frame pixel by pixel, the plain way, to compare with.</summary>
internal static class NaivePainter
{
    /// <summary>Every object that is to be seen, as its label and pixels; shapes of one group and label are one object.</summary>
    public static List<string> Objects(DatasetItem item, Func<DatasetShape, bool>? takes = null, bool joinAll = false)
    {
        var shapes = item.Shapes.Where(shape => shape.Kind is ShapeKind.Rectangle or ShapeKind.Polygon or ShapeKind.Ellipse or ShapeKind.Mask)
            .Where(shape => takes?.Invoke(shape) ?? true).OrderBy(shape => shape.ZOrder).ToList();
        var canvas = new int[item.Width * item.Height];
        for (var i = 0; i < shapes.Count; i++)
        {
            var same = shapes.FindIndex(other => joinAll ? other.Label == shapes[i].Label : other == shapes[i] || (other.Group != 0 && (other.Group, other.Label) == (shapes[i].Group, shapes[i].Label)));
            foreach (var pixel in Pixels(shapes[i], item))
            {
                canvas[pixel] = same + 1;
            }
        }

        return [.. canvas.Select((number, pixel) => (number, pixel)).Where(pair => pair.number > 0).GroupBy(pair => pair.number)
            .Select(group => Text(shapes[group.Key - 1].Label, group.Select(pair => pair.pixel))).Order(StringComparer.Ordinal)];
    }

    /// <summary>A mask in the same words.</summary>
    public static string Describe(DatasetShape mask, int width) => Text(mask.Label, Pixels(mask.Points, width));

    private static string Text(string label, IEnumerable<int> pixels) => string.Create(CultureInfo.InvariantCulture, $"{label}: {string.Join(' ', pixels)}");

    private static IEnumerable<int> Pixels(DatasetShape shape, DatasetItem item)
    {
        if (shape.Kind == ShapeKind.Mask)
        {
            return Pixels(shape.Points, item.Width);
        }

        var runs = shape.Kind switch
        {
            ShapeKind.Rectangle => PolygonRaster.Runs(Outlines.RectangleCorners(shape.Points, shape.Rotation), item.Width, item.Height)!,
            ShapeKind.Polygon => PolygonRaster.Runs(shape.Points, item.Width, item.Height)!,
            _ => EllipseRaster.Runs(shape.Points, shape.Rotation, item.Width, item.Height),
        };
        var pixels = new List<int>();
        var position = 0;
        for (var i = 0; i < runs.Length; i++)
        {
            for (var end = position + runs[i]; position < end; position++)
            {
                if (i % 2 == 1)
                {
                    pixels.Add(position % item.Height * item.Width + position / item.Height);
                }
            }
        }

        return pixels;
    }

    private static IEnumerable<int> Pixels(double[] points, int width)
    {
        var (left, top, boxWidth) = ((int)points[^4], (int)points[^3], (int)(points[^2] - points[^4]) + 1);
        var position = 0;
        for (var i = 0; i < points.Length - 4; i++)
        {
            for (var end = position + (int)points[i]; position < end; position++)
            {
                if (i % 2 == 1)
                {
                    yield return (top + position / boxWidth) * width + left + position % boxWidth;
                }
            }
        }
    }
}
