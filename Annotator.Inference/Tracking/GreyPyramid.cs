namespace Annotator.Inference.Tracking;

/// <summary>A picture's brightness, and the same at half the size, again and again.</summary>
internal sealed class GreyPyramid
{
    private GreyPyramid(List<GreyImage> levels) => Levels = levels;

    /// <summary>The first is of full size.</summary>
    public IReadOnlyList<GreyImage> Levels { get; }

    /// <summary>Of a part of the picture that lies inside it; places count from the part's corner.</summary>
    public static GreyPyramid Of(PixelImage image, int left, int top, int width, int height, int levels)
    {
        var pixels = image.Pixels.Span;
        var grey = new float[width * height];
        for (var y = 0; y < height; y++)
        {
            var row = pixels.Slice((((top + y) * image.Width) + left) * 3, width * 3);
            for (var x = 0; x < width; x++)
            {
                grey[(y * width) + x] = (0.299f * row[x * 3]) + (0.587f * row[(x * 3) + 1]) + (0.114f * row[(x * 3) + 2]);
            }
        }

        var all = new List<GreyImage> { new(width, height, grey) };
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

    /// <summary>A square of brightness whose first value lies at a place between pixels' middles.</summary>
    public void Square(float x, float y, int side, Span<float> square)
    {
        var (left, top) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
        if (left < 0 || top < 0 || left + side >= Width || top + side >= Height)
        {
            for (var i = 0; i < side * side; i++)
            {
                square[i] = At(x + (i % side), y + (i / side));
            }

            return;
        }

        // All places of the square lie between their pixels alike: four weights do.
        var (across, down) = (x - left, y - top);
        var (w00, w01, w10, w11) = ((1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down);
        for (var row = 0; row < side; row++)
        {
            var above = Values.AsSpan(((top + row) * Width) + left, side + 1);
            var below = Values.AsSpan(((top + row + 1) * Width) + left, side + 1);
            var into = square.Slice(row * side, side);
            for (var i = 0; i < into.Length; i++)
            {
                into[i] = (w00 * above[i]) + (w01 * above[i + 1]) + (w10 * below[i]) + (w11 * below[i + 1]);
            }
        }
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
