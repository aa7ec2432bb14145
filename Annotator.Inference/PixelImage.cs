namespace Annotator.Inference;

/// <summary>A decoded, upright picture: 8-bit red, green and blue, row by row, without gaps.</summary>
public sealed class PixelImage
{
    private const int Channels = 3;

    /// <param name="pixels">Width × height × 3 bytes, kept and not copied.</param>
    /// <exception cref="ArgumentException">The bytes do not fill the picture.</exception>
    public PixelImage(int width, int height, ReadOnlyMemory<byte> pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != (long)width * height * Channels)
        {
            throw new ArgumentException($"A picture of {width} × {height} pixels needs {(long)width * height * Channels} bytes; there are {pixels.Length}.", nameof(pixels));
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    public int Width { get; }
    public int Height { get; }
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>A part of the picture as a picture of its own; what lies outside is cut off.</summary>
    public PixelImage Crop(int left, int top, int width, int height)
    {
        var (right, bottom) = (Math.Min(Width, left + width), Math.Min(Height, top + height));
        (left, top) = (Math.Clamp(left, 0, Width - 1), Math.Clamp(top, 0, Height - 1));
        (width, height) = (Math.Max(1, right - left), Math.Max(1, bottom - top));
        var part = new byte[width * height * Channels];
        for (var row = 0; row < height; row++)
        {
            Pixels.Span.Slice((((top + row) * Width) + left) * Channels, width * Channels).CopyTo(part.AsSpan(row * width * Channels));
        }

        return new PixelImage(width, height, part);
    }

    /// <summary>A part of the picture that may reach over its edges; there it is black.</summary>
    public PixelImage Window(int left, int top, int width, int height)
    {
        var part = new byte[width * height * Channels];
        var (from, to) = (Math.Max(0, left), Math.Min(Width, left + width));
        for (var row = Math.Max(0, top); from < to && row < Math.Min(Height, top + height); row++)
        {
            Pixels.Span.Slice(((row * Width) + from) * Channels, (to - from) * Channels).CopyTo(part.AsSpan((((row - top) * width) + from - left) * Channels));
        }

        return new PixelImage(width, height, part);
    }
}
