using System.Numerics;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Preprocessing;

namespace Annotator.Inference.Duplicates;

/// <summary>
/// 64 bits that stay nearly the same when a picture is scaled, compressed or brightened. Pictures whose hashes differ in at
/// most <see cref="NearDuplicate"/> bits look the same.
/// </summary>
public static class PerceptualHash
{
    public const int NearDuplicate = 6;
    private const int Grid = 8;
    private const int Sampled = 32;

    private static readonly double[] _cosines = [.. Enumerable.Range(0, Grid * Sampled).Select(i => Math.Cos(Math.PI * (i / Sampled) * ((2 * (i % Sampled)) + 1) / (2.0 * Sampled)))];

    /// <summary>Bits that differ, 0 to 64.</summary>
    public static int Distance(ulong one, ulong other) => BitOperations.PopCount(one ^ other);

    /// <summary>Whether each of 8 × 8 cells is darker than the one to its right: fast, and blind to brightness.</summary>
    public static ulong Difference(PixelImage image)
    {
        var grey = Grey(image, Grid + 1, Grid);
        var hash = 0UL;
        for (var i = 0; i < Grid * Grid; i++)
        {
            var at = ((i / Grid) * (Grid + 1)) + (i % Grid);
            hash |= grey[at] < grey[at + 1] ? 1UL << i : 0;
        }

        return hash;
    }

    /// <summary>Whether each of the 8 × 8 lowest waves of the picture lies above their median: steadier against noise.</summary>
    public static ulong Waves(PixelImage image)
    {
        var grey = Grey(image, Sampled, Sampled);
        var rows = new double[Grid * Sampled];
        for (var u = 0; u < Grid; u++)
        {
            for (var y = 0; y < Sampled; y++)
            {
                var sum = 0.0;
                for (var x = 0; x < Sampled; x++)
                {
                    sum += grey[(y * Sampled) + x] * _cosines[(u * Sampled) + x];
                }

                rows[(u * Sampled) + y] = sum;
            }
        }

        var waves = new double[Grid * Grid];
        for (var i = 0; i < waves.Length; i++)
        {
            var (v, u) = (i / Grid, i % Grid);
            for (var y = 0; y < Sampled; y++)
            {
                waves[i] += rows[(u * Sampled) + y] * _cosines[(v * Sampled) + y];
            }
        }

        // The first is the brightness of the whole picture; it would pull the median nowhere useful.
        var median = waves.Skip(1).Order().ElementAt(((Grid * Grid) - 1) / 2);
        var hash = 0UL;
        for (var i = 1; i < waves.Length; i++)
        {
            hash |= waves[i] > median ? 1UL << i : 0;
        }

        return hash;
    }

    private static double[] Grey(PixelImage image, int width, int height)
    {
        var small = new byte[width * height * 3];
        Resizer.Resize(image.Pixels.Span, image.Width, image.Height, small, width, height, Resampling.BilinearAntialias);
        return [.. Enumerable.Range(0, width * height).Select(i => (0.299 * small[i * 3]) + (0.587 * small[(i * 3) + 1]) + (0.114 * small[(i * 3) + 2]))];
    }
}
