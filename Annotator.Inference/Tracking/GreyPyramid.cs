namespace Annotator.Inference.Tracking;

/// <summary>A picture's brightness, and the same at half the size, again and again.</summary>
internal sealed class GreyPyramid
{
    private GreyPyramid(List<GreyImage> levels) => Levels = levels;

    /// <summary>The first is of full size.</summary>
    public IReadOnlyList<GreyImage> Levels { get; }

    public static GreyPyramid Of(PixelImage image, int levels)
    {
        var pixels = image.Pixels.Span;
        var grey = new float[image.Width * image.Height];
        for (var i = 0; i < grey.Length; i++)
        {
            grey[i] = (0.299f * pixels[i * 3]) + (0.587f * pixels[(i * 3) + 1]) + (0.114f * pixels[(i * 3) + 2]);
        }

        var all = new List<GreyImage> { new(image.Width, image.Height, grey) };
        while (all.Count < levels && all[^1] is { Width: >= 32, Height: >= 32 })
        {
            all.Add(all[^1].Half());
        }

        return new GreyPyramid(all);
    }
}

/// <summary>Brightness, row by row.</summary>
internal sealed record GreyImage(int Width, int Height, float[] Values)
{
    /// <summary>Between pixels' middles; places outside take the edge.</summary>
    public float At(float x, float y)
    {
        (x, y) = (Math.Clamp(x, 0, Width - 1.001f), Math.Clamp(y, 0, Height - 1.001f));
        var (left, top) = ((int)x, (int)y);
        var (across, down) = (x - left, y - top);
        var at = (top * Width) + left;
        var above = Values[at] + ((Values[at + 1] - Values[at]) * across);
        var below = Values[at + Width] + ((Values[at + Width + 1] - Values[at + Width]) * across);
        return above + ((below - above) * down);
    }

    public GreyImage Half()
    {
        var (width, height) = (Width / 2, Height / 2);
        var half = new float[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = (2 * y * Width) + (2 * x);
                half[(y * width) + x] = (Values[at] + Values[at + 1] + Values[at + Width] + Values[at + Width + 1]) / 4;
            }
        }

        return new GreyImage(width, height, half);
    }
}
