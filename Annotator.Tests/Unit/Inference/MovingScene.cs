using Annotator.Inference;

namespace Annotator.Tests.Unit.Inference;

/// <summary>A clip whose truth is known: a patch with a texture of its own moves, grows and turns over a resting ground.</summary>
internal sealed class MovingScene(int width, int height)
{
    public const int Frames = 60;

    /// <summary>Centre, size and turn (radians) on a frame.</summary>
    public static (double X, double Y, double Size, double Turn) Truth(int frame, bool turning) =>
        (80 + (2.5 * frame), 90 + (20 * Math.Sin(frame / 12.0)), 60 * (1 + (0.006 * frame)), turning ? 0.01 * frame : 0);

    /// <summary>Left, top, right, bottom of the upright patch.</summary>
    public static double[] Box(int frame)
    {
        var (x, y, size, _) = Truth(frame, turning: false);
        return [x - (size / 2), y - (size / 2), x + (size / 2), y + (size / 2)];
    }

    /// <summary>The corners of the turning patch, clockwise from the top left.</summary>
    public static double[] Corners(int frame)
    {
        var (x, y, size, turn) = Truth(frame, turning: true);
        var (sin, cos) = Math.SinCos(turn);
        return [.. new[] { (-1, -1), (1, -1), (1, 1), (-1, 1) }.SelectMany(sign =>
        {
            var (dx, dy) = (sign.Item1 * size / 2, sign.Item2 * size / 2);
            return new[] { x + (dx * cos) - (dy * sin), y + (dx * sin) + (dy * cos) };
        })];
    }

    /// <param name="gone">The patch is not there.</param>
    public PixelImage Frame(int frame, bool turning, bool gone = false)
    {
        var (x, y, size, turn) = Truth(frame, turning);
        var (sin, cos) = Math.SinCos(turn);
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            double px = (i % width) + 0.5 - x, py = (i / width) + 0.5 - y;
            var (u, v) = (((px * cos) + (py * sin)) / size, ((py * cos) - (px * sin)) / size);
            var value = !gone && Math.Abs(u) <= 0.5 && Math.Abs(v) <= 0.5
                ? 130 + (60 * Math.Sin(u * 19)) + (55 * Math.Cos(v * 23)) + (20 * Math.Sin((u + v) * 41))
                : 100 + (25 * Math.Sin(i % width / 9.0)) + (25 * Math.Cos(i / width / 7.0));
            pixels.AsSpan(i * 3, 3).Fill((byte)value);
        }

        return new PixelImage(width, height, pixels);
    }
}
