using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Coco;

/// <summary>What COCO says of an object's form: parts or run lengths, box and area.</summary>
/// <param name="Runs">Column runs of the whole image; null when the object has parts or a box only.</param>
internal sealed record CocoGeometry(IReadOnlyList<double[]> Polygons, int[]? Runs, int Width, int Height, Box Box, double Area, bool Crowd)
{
    public static CocoGeometry OfRectangle(DatasetShape shape)
    {
        var box = new Box(shape.Points[0], shape.Points[1], shape.Points[2], shape.Points[3]);
        return new CocoGeometry([], null, 0, 0, box, box.Area, false);
    }

    public static CocoGeometry OfPolygons(List<DatasetShape> parts, DatasetItem item)
    {
        var box = Outlines.BoxAround(parts[0].Points);
        foreach (var part in parts.Skip(1))
        {
            var other = Outlines.BoxAround(part.Points);
            box = new Box(Math.Min(box.Left, other.Left), Math.Min(box.Top, other.Top), Math.Max(box.Right, other.Right), Math.Max(box.Bottom, other.Bottom));
        }

        if (parts.Exists(part => part.Crowd == true) && Union(parts, item) is { } runs)
        {
            return new CocoGeometry([], runs, item.Width, item.Height, box, MaskRuns.Area(runs), true);
        }

        return new CocoGeometry([.. parts.Select(part => part.Points)], null, 0, 0, box, AreaOf(parts, item), false);
    }

    /// <summary>Null when no pixel of the image is covered.</summary>
    public static CocoGeometry? OfMask(DatasetShape shape, DatasetItem item, bool masksAsCrowd)
    {
        var (width, height) = (item.Width, item.Height);
        if (width <= 0 || height <= 0)
        {
            (width, height) = shape.Kind == ShapeKind.Mask
                ? ((int)shape.Points[^2] + 1, (int)shape.Points[^1] + 1)
                : SizeAround(shape);
        }

        if (width <= 0 || height <= 0 || (long)width * height > int.MaxValue)
        {
            return null;
        }

        var runs = shape.Kind == ShapeKind.Mask
            ? MaskRuns.ToCoco(shape.Points, width, height)
            : EllipseRaster.Runs(shape.Points, shape.Rotation, width, height);
        return MaskRuns.TightBox(runs, height) is not { } tight
            ? null
            : new CocoGeometry(
                [],
                runs,
                width,
                height,
                new Box(tight.Left, tight.Top, tight.Right + 1d, tight.Bottom + 1d),
                MaskRuns.Area(runs),
                shape.Crowd ?? masksAsCrowd);
    }

    private static (int Width, int Height) SizeAround(DatasetShape ellipse)
    {
        var radius = Math.Max(Math.Abs(ellipse.Points[2] - ellipse.Points[0]), Math.Abs(ellipse.Points[1] - ellipse.Points[3]));
        return ((int)Math.Min(ellipse.Points[0] + radius + 1, 1e6), (int)Math.Min(ellipse.Points[1] + radius + 1, 1e6));
    }

    /// <summary>Pixels covered, as COCO's tools count them; the area inside the lines where the image's size is not known.</summary>
    private static double AreaOf(List<DatasetShape> parts, DatasetItem item)
    {
        if (item.Width > 0 && item.Height > 0)
        {
            if (parts.Count == 1 && PolygonRaster.Area(parts[0].Points, item.Width, item.Height) is { } area)
            {
                return area;
            }

            if (parts.Count > 1 && Union(parts, item) is { } runs)
            {
                return MaskRuns.Area(runs);
            }
        }

        return parts.Sum(part => Outlines.PolygonArea(part.Points));
    }

    private static int[]? Union(List<DatasetShape> parts, DatasetItem item)
    {
        int[]? union = null;
        foreach (var part in parts)
        {
            if (item.Width <= 0 || item.Height <= 0 || PolygonRaster.Runs(part.Points, item.Width, item.Height) is not { } runs)
            {
                return null;
            }

            union = union is null ? runs : MaskRuns.Union(union, runs);
        }

        return union;
    }
}
