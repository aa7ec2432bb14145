namespace Annotator.Formats.Png;

/// <summary>What the numbers of a PNG image's pixels are.</summary>
public enum PngPixels
{
    /// <summary>One brightness.</summary>
    Grey,

    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>A line of the palette.</summary>
    Palette,

    /// <summary>A brightness and an opacity.</summary>
    GreyAlpha,

    /// <summary>Red, green, blue, opacity.</summary>
    Rgba,
}

/// <summary>How a PNG image stores a pixel.</summary>
/// <param name="Depth">Bits of one sample: 1, 2, 4, 8 or 16.</param>
public readonly record struct PngForm(PngPixels Pixels, int Depth)
{
    public static PngForm Palette8 { get; } = new(PngPixels.Palette, 8);
    public static PngForm Grey8 { get; } = new(PngPixels.Grey, 8);
    public static PngForm Grey16 { get; } = new(PngPixels.Grey, 16);
    public static PngForm Rgb8 { get; } = new(PngPixels.Rgb, 8);

    public int Samples => Pixels switch
    {
        PngPixels.Grey or PngPixels.Palette => 1,
        PngPixels.GreyAlpha => 2,
        PngPixels.Rgb => 3,
        PngPixels.Rgba => 4,
        _ => throw new InvalidOperationException($"{Pixels} is no kind of pixel."),
    };

    /// <summary>Bytes that filters look back by: those of a pixel, at least 1.</summary>
    internal int PixelBytes => Math.Max(1, Samples * Depth / 8);

    /// <summary>The number in the file's header.</summary>
    internal byte ColorType => Pixels switch
    {
        PngPixels.Grey => 0,
        PngPixels.Rgb => 2,
        PngPixels.Palette => 3,
        PngPixels.GreyAlpha => 4,
        PngPixels.Rgba => 6,
        _ => throw new InvalidOperationException($"{Pixels} is no kind of pixel."),
    };

    /// <summary>Null where the two numbers do not go together.</summary>
    internal static PngForm? Of(byte colorType, byte depth) => (colorType, depth) switch
    {
        (0, 1 or 2 or 4 or 8 or 16) => new PngForm(PngPixels.Grey, depth),
        (2, 8 or 16) => new PngForm(PngPixels.Rgb, depth),
        (3, 1 or 2 or 4 or 8) => new PngForm(PngPixels.Palette, depth),
        (4, 8 or 16) => new PngForm(PngPixels.GreyAlpha, depth),
        (6, 8 or 16) => new PngForm(PngPixels.Rgba, depth),
        _ => null,
    };

    internal long RowBytes(int width) => ((long)width * Samples * Depth + 7) / 8;
}
