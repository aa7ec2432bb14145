namespace Annotator.Inference.Text;

/// <summary>Cuts a turned line of text out of a picture, so that it lies level.</summary>
internal static class LineCrop
{
    private const int LongestSide = 4096;

    /// <summary>Narrow tall regions are lines that run down; they are laid on their side.</summary>
    private const double DownFrom = 1.5;

    /// <param name="corners">Four x, y pairs, clockwise from the top left.</param>
    public static PixelImage Cut(PixelImage image, ReadOnlySpan<double> corners)
    {
        var (acrossX, acrossY) = (corners[2] - corners[0], corners[3] - corners[1]);
        var (downX, downY) = (corners[6] - corners[0], corners[7] - corners[1]);
        var (width, height) = (Side(double.Hypot(acrossX, acrossY)), Side(double.Hypot(downX, downY)));
        var line = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (across, down) = ((x + 0.5) / width, (y + 0.5) / height);
                Read(
                    image,
                    corners[0] + (across * acrossX) + (down * downX) - 0.5,
                    corners[1] + (across * acrossY) + (down * downY) - 0.5,
                    line.AsSpan(((y * width) + x) * 3, 3));
            }
        }

        var cut = new PixelImage(width, height, line);
        return height >= width * DownFrom ? QuarterTurned(cut) : cut;
    }

    /// <summary>The picture on its head.</summary>
    public static PixelImage HalfTurned(PixelImage image)
    {
        var pixels = image.Pixels.ToArray();
        var turned = new byte[pixels.Length];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            pixels.AsSpan(i, 3).CopyTo(turned.AsSpan(pixels.Length - 3 - i));
        }

        return new PixelImage(image.Width, image.Height, turned);
    }

    private static PixelImage QuarterTurned(PixelImage image)
    {
        var pixels = image.Pixels.Span;
        var turned = new byte[pixels.Length];
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                pixels.Slice(((y * image.Width) + x) * 3, 3).CopyTo(turned.AsSpan((((image.Width - 1 - x) * image.Height) + y) * 3));
            }
        }

        return new PixelImage(image.Height, image.Width, turned);
    }

    private static int Side(double length) => (int)Math.Clamp(Math.Round(length), 1, LongestSide);

    private static void Read(PixelImage image, double x, double y, Span<byte> target)
    {
        (x, y) = (Math.Clamp(x, 0, image.Width - 1), Math.Clamp(y, 0, image.Height - 1));
        var (left, top) = ((int)x, (int)y);
        var (right, bottom) = (Math.Min(left + 1, image.Width - 1), Math.Min(top + 1, image.Height - 1));
        var (across, down) = (x - left, y - top);
        var pixels = image.Pixels.Span;
        for (var channel = 0; channel < 3; channel++)
        {
            var above = Mix(pixels[(((top * image.Width) + left) * 3) + channel], pixels[(((top * image.Width) + right) * 3) + channel], across);
            var below = Mix(pixels[(((bottom * image.Width) + left) * 3) + channel], pixels[(((bottom * image.Width) + right) * 3) + channel], across);
            target[channel] = (byte)(Mix(above, below, down) + 0.5);
        }
    }

    private static double Mix(double one, double other, double part) => one + ((other - one) * part);
}
