using System.Globalization;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Shapes;

/// <summary>A new size for images, and how it is told from the old one.</summary>
/// <param name="Width">Pixels; null where it follows from the rest.</param>
/// <param name="Height">Pixels; null where it follows from the rest.</param>
/// <param name="Factor">Of both sides; null where pixels are given.</param>
/// <param name="Longest">Pixels that the longer side shall have at most: smaller images stay; null where it is not asked for.</param>
public sealed record ImageResize(int? Width, int? Height, double? Factor, int? Longest)
{
    private const int MostPixels = 1 << 16;

    /// <summary>Reads <c>640x480</c>, <c>50%</c>, or <c>max1024</c>.</summary>
    /// <exception cref="DatasetException"><c>resize-invalid</c></exception>
    public static ImageResize Parse(string text)
    {
        var cross = text.IndexOf('x', StringComparison.OrdinalIgnoreCase);
        if (text.EndsWith('%') && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 10_000)
        {
            return new ImageResize(null, null, percent / 100, null);
        }

        if (text.StartsWith("max", StringComparison.OrdinalIgnoreCase) && Side(text.AsSpan(3)) is { } longest)
        {
            return new ImageResize(null, null, null, longest);
        }

        if (cross > 0 && Side(text.AsSpan(0, cross)) is { } width && Side(text.AsSpan(cross + 1)) is { } height)
        {
            return new ImageResize(width, height, null, null);
        }

        throw new DatasetException("resize-invalid", $"Size: \"{text}\" is none of 640x480, 50% and max1024; a side has 1 to {MostPixels} pixels.");
    }

    /// <summary>The new size of an image of the given one; at least one pixel a side.</summary>
    public (int Width, int Height) Of(int width, int height)
    {
        if (Width is { } newWidth && Height is { } newHeight)
        {
            return (newWidth, newHeight);
        }

        var factor = Factor ?? Math.Min(1, (double)Longest!.Value / Math.Max(width, height));
        return (Math.Clamp((int)Math.Round(width * factor), 1, MostPixels), Math.Clamp((int)Math.Round(height * factor), 1, MostPixels));
    }

    private static int? Side(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side is > 0 and <= MostPixels ? side : null;
}

/// <summary>A dataset whose images have another size, and whose annotations go with them.</summary>
public static class ResizedSource
{
    /// <param name="source">Owned by the result from now on.</param>
    /// <param name="resizeImage">
    /// Makes the image's bytes anew at a width and height in pixels; null where nothing can: images are then left out, since
    /// annotations would no longer lie on them.
    /// </param>
    /// <param name="sizeOf">
    /// Width and height in pixels of a task's frame before the change, 0 where unknown; null where sizes are known only as the
    /// images pass by. Keyframes are told by frame and not by image: without it tracks are told by the shapes on the frames.
    /// </param>
    public static IDatasetSource Of(
        IDatasetSource source,
        ImageResize size,
        Func<Stream, int, int, CancellationToken, Task<Stream>>? resizeImage,
        DatasetReport report,
        Func<int?, int, (int Width, int Height)>? sizeOf = null)
    {
        return new MappedSource(source, source.Info, item =>
        {
            if (item.Width <= 0 || item.Height <= 0)
            {
                report.Loss("size-unknown", "Images whose size is not known stay as they are", item.Name);
                return item;
            }

            var (width, height) = size.Of(item.Width, item.Height);
            if ((width, height) == (item.Width, item.Height))
            {
                return item;
            }

            if (resizeImage is null && item.OpenImage is not null)
            {
                report.Loss("image-not-resized", "Images cannot be resized here and were left out", item.Name);
            }

            var (x, y) = ((double)width / item.Width, (double)height / item.Height);
            return item with
            {
                Width = width,
                Height = height,
                Shapes = [.. item.Shapes.Select(shape => Scaled(shape, x, y, item.Name, report)).OfType<DatasetShape>()],
                OpenImage = item.OpenImage is { } open && resizeImage is not null ? cancel => ResizedAsync(open, width, height, item.Name, resizeImage, report, cancel) : null,
            };
        }, sizeOf is null ? null : track => Scaled(track, track.TaskId, size, sizeOf, report));
    }

    /// <summary>Null when nothing is left of the track.</summary>
    private static DatasetTrack? Scaled(DatasetTrack track, int? taskId, ImageResize size, Func<int?, int, (int Width, int Height)> sizeOf, DatasetReport report)
    {
        var scaled = track with
        {
            Keyframes = [.. track.Keyframes.Select(keyframe => Scaled(keyframe, track.Label, sizeOf(taskId, keyframe.Frame), size, report)).OfType<DatasetKeyframe>()],
            Elements = [.. track.Elements.Select(element => Scaled(element, taskId, size, sizeOf, report)).OfType<DatasetTrack>()],
        };
        return scaled.Keyframes.Count + scaled.Elements.Count > 0 ? scaled : null;
    }

    private static DatasetKeyframe? Scaled(DatasetKeyframe keyframe, string label, (int Width, int Height) old, ImageResize size, DatasetReport report)
    {
        if (old.Width <= 0 || old.Height <= 0)
        {
            return keyframe;
        }

        var (width, height) = size.Of(old.Width, old.Height);
        var shape = new DatasetShape { Kind = keyframe.Kind, Label = label, Points = keyframe.Points, Rotation = keyframe.Rotation };
        return Scaled(shape, (double)width / old.Width, (double)height / old.Height, $"frame {keyframe.Frame}", report) is { } scaled
            ? keyframe with { Points = scaled.Points, Rotation = scaled.Rotation }
            : null;
    }

    /// <summary>What cannot be decoded is of no use at any size: its bytes stay as they are.</summary>
    private static async Task<Stream> ResizedAsync(
        Func<CancellationToken, Task<Stream>> open,
        int width,
        int height,
        string name,
        Func<Stream, int, int, CancellationToken, Task<Stream>> resize,
        DatasetReport report,
        CancellationToken cancel)
    {
        try
        {
            await using var original = await open(cancel);
            return await resize(original, width, height, cancel);
        }
        catch (Exception error) when (error is not (OperationCanceledException or DatasetException))
        {
            report.Loss("image-unreadable", "Images that cannot be decoded kept their bytes and not their size", $"{name} {error.Message}");
            return await open(cancel);
        }
    }

    /// <summary>Null when nothing is left of the shape.</summary>
    private static DatasetShape? Scaled(DatasetShape shape, double x, double y, string name, DatasetReport report)
    {
        if (shape.Kind == ShapeKind.Mask)
        {
            var mask = MaskScale.Of(shape.Points, x, y);
            if (mask.Length == 0)
            {
                report.Loss("mask-vanished", "Masks too small for the new size vanished", $"{name}: {shape.Label}");
                return null;
            }

            return shape with { Points = mask };
        }

        if (shape is { Kind: ShapeKind.Rectangle or ShapeKind.Ellipse, Rotation: not 0 } && Math.Abs(x - y) > 1e-3 * Math.Max(x, y))
        {
            return Turned(shape, x, y, name, report);
        }

        return shape with
        {
            Points = [.. shape.Points.Select((number, i) => number * (i % 2 == 0 ? x : y))],
            Elements = [.. shape.Elements.Select(element => Scaled(element, x, y, name, report)).OfType<DatasetShape>()],
        };
    }

    /// <summary>A turned box stretched along one side is a parallelogram; the smallest box around it along one of its sides stands for it.</summary>
    private static DatasetShape Turned(DatasetShape shape, double x, double y, string name, DatasetReport report)
    {
        var ellipse = shape.Kind == ShapeKind.Ellipse;
        var p = shape.Points;
        double[] box = ellipse ? [2 * p[0] - p[2], p[3], p[2], 2 * p[1] - p[3]] : p;
        var corners = Outlines.RectangleCorners(box, shape.Rotation);
        for (var i = 0; i < corners.Length; i++)
        {
            corners[i] *= i % 2 == 0 ? x : y;
        }

        var (points, rotation) = TurnedBox.Around(corners);
        report.Repair("turned-box-stretched", "Turned shapes of images that were stretched became the smallest such shape around", $"{name}: {shape.Label}");
        return shape with
        {
            Points = ellipse ? [(points[0] + points[2]) / 2, (points[1] + points[3]) / 2, points[2], points[1]] : points,
            Rotation = rotation,
        };
    }
}
