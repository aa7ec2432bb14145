using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.LabelImages;

/// <summary>An object of a painted image: one shape, or several that belong together.</summary>
/// <param name="Number">Its pixels in the image; from 1 on.</param>
/// <param name="First">The first of its shapes.</param>
internal sealed record PaintedObject(int Number, DatasetShape First);

/// <summary>A frame's objects and where they are to be seen; 0 is what no object covers.</summary>
internal sealed record PaintedFrame(LabelImage Image, IReadOnlyList<PaintedObject> Objects);

/// <summary>
/// Paints a frame's shapes over each other, those of a higher z-order above. Rows come one after another; only the shapes'
/// runs are held.
/// </summary>
/// <param name="takes">Which shapes are painted; the others are none of the painter's business.</param>
internal sealed class ShapePainter(Func<DatasetShape, bool> takes, DatasetLimits limits, DatasetReport report)
{
    /// <summary>The kinds that cover pixels.</summary>
    public static bool CoversPixels(DatasetShape shape) =>
        shape.Kind is ShapeKind.Rectangle or ShapeKind.Polygon or ShapeKind.Ellipse or ShapeKind.Mask;

    /// <summary>Null when the frame has nothing to paint.</summary>
    public PaintedFrame? Paint(DatasetItem item)
    {
        var shapes = new List<DatasetShape>();
        foreach (var shape in item.Shapes)
        {
            if (takes(shape))
            {
                shapes.Add(shape);
            }
        }

        if (shapes.Count == 0)
        {
            return null;
        }

        if (item.Width <= 0 || item.Height <= 0 || (long)item.Width * item.Height > limits.MaxPixels)
        {
            report.Loss("size-unknown", "Frames whose size is not known, or too large, cannot have a label image", item.Name, shapes.Count);
            return null;
        }

        var objects = new List<PaintedObject>();
        var numbers = new Dictionary<(int, int, string), int>();
        var layers = new List<Layer>();
        foreach (var shape in shapes.OrderBy(shape => shape.ZOrder))
        {
            if (Mask(shape, item) is not { } points)
            {
                continue;
            }

            var number = NumberOf(shape, item, numbers, objects);
            layers.Add(new Layer(points, number));
            report.Count(Words.Of(shape.Kind));
            if (shape.Kind != ShapeKind.Mask)
            {
                report.Repair("shape-as-mask", "Boxes, polygons and ellipses became masks of the pixels they cover", item.Name);
            }
        }

        if (layers.Count == 0)
        {
            return null;
        }

        var image = Paint(layers, item);
        ReportHidden(layers, image, item);
        return new PaintedFrame(image, objects);
    }

    /// <summary>Shapes of one track, or of one group and label, are one object.</summary>
    private int NumberOf(DatasetShape shape, DatasetItem item, Dictionary<(int, int, string), int> numbers, List<PaintedObject> objects)
    {
        var number = objects.Count + 1;
        if (shape.TrackId is { } track)
        {
            if (numbers.TryGetValue((1, track, ""), out var known))
            {
                return known;
            }

            numbers[(1, track, "")] = number;
        }
        else if (shape.Group != 0)
        {
            if (numbers.TryGetValue((0, shape.Group, shape.Label), out var known))
            {
                report.Repair("group-as-object", "Shapes of one group and label became one object", $"{item.Name}: group {shape.Group}");
                return known;
            }

            numbers[(0, shape.Group, shape.Label)] = number;
            if (!numbers.TryAdd((2, shape.Group, ""), number))
            {
                report.Loss("group-not-held", "The format has no groups", Losses.Place(item, shape));
            }
        }

        objects.Add(new PaintedObject(number, shape));
        return number;
    }

    /// <summary>The pixels inside the image; null, and in the report, when there are none.</summary>
    private double[]? Mask(DatasetShape shape, DatasetItem item)
    {
        var (width, height) = (item.Width, item.Height);
        double[]? points;
        switch (shape.Kind)
        {
            case ShapeKind.Mask when MaskRuns.IsMask(shape.Points, limits.MaxPixels):
                points = shape.Points[^4] >= 0 && shape.Points[^3] >= 0 && shape.Points[^2] < width && shape.Points[^1] < height
                    ? shape.Points
                    : MaskRuns.FromCoco(MaskRuns.ToCoco(shape.Points, width, height), width, height);
                break;
            case ShapeKind.Rectangle when shape.Points.Length == 4:
                points = Raster(Outlines.RectangleCorners(shape.Points, shape.Rotation));
                break;
            case ShapeKind.Polygon when shape.Points.Length >= 6:
                points = Raster(shape.Points);
                break;
            case ShapeKind.Ellipse when shape.Points.Length == 4:
                points = MaskRuns.FromCoco(EllipseRaster.Runs(shape.Points, shape.Rotation, width, height), width, height);
                break;
            default:
                points = null;
                break;
        }

        if (points is null)
        {
            report.Loss("shape-invalid", "Shapes with missing or impossible numbers were left out", item.Name);
            return null;
        }

        if (points.Length == 0)
        {
            report.Loss("mask-empty", "Objects that cover no pixel of the image were left out", item.Name);
            return null;
        }

        return points;

        double[]? Raster(double[] outline) =>
            PolygonRaster.Runs(outline, width, height) is { } runs ? MaskRuns.FromCoco(runs, width, height) : null;
    }

    private static LabelImage Paint(List<Layer> layers, DatasetItem item)
    {
        var image = new LabelImage(item.Width, item.Height);
        var row = new int[item.Width];
        for (var y = 0; y < item.Height; y++)
        {
            row.AsSpan().Clear();
            foreach (var layer in layers)
            {
                layer.PaintRow(y, row);
            }

            image.AddRow(row, item.Name);
        }

        return image;
    }

    private void ReportHidden(List<Layer> layers, LabelImage image, DatasetItem item)
    {
        var visible = image.Areas();
        foreach (var same in layers.GroupBy(layer => layer.Number))
        {
            var seen = visible.GetValueOrDefault(same.Key);
            if (seen == 0)
            {
                report.Loss("object-hidden", "Objects that others cover wholly were lost", item.Name);
            }
            else if (seen < same.Max(layer => layer.Area))
            {
                report.Repair("object-partly-hidden", "Of objects that others cover only what is to be seen was kept", item.Name);
            }
        }
    }

    /// <summary>One shape's pixels, painted row by row from the top.</summary>
    private sealed class Layer
    {
        private readonly double[] _points;
        private readonly PixelBox _box;
        private int _run;
        private int _rest;

        public Layer(double[] points, int number)
        {
            (_points, Number, _box, _rest) = (points, number, PixelBox.Of(points), (int)points[0]);
            for (var i = 1; i < points.Length - 4; i += 2)
            {
                Area += (long)points[i];
            }
        }

        public int Number { get; }
        public long Area { get; }

        public void PaintRow(int y, Span<int> row)
        {
            if (y < _box.Top || y > _box.Bottom)
            {
                return;
            }

            var x = _box.Left;
            while (x <= _box.Right)
            {
                while (_rest == 0)
                {
                    _rest = (int)_points[++_run];
                }

                var part = Math.Min(_rest, _box.Right + 1 - x);
                if (_run % 2 == 1)
                {
                    row.Slice(x, part).Fill(Number);
                }

                (x, _rest) = (x + part, _rest - part);
            }
        }
    }
}
