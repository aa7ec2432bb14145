using System.Numerics;

namespace Annotator.Inference.Tracking;

/// <summary>Fourier's transform of a square whose side is a power of two.</summary>
internal static class SpectrumSquare
{
    /// <summary>In place; the inverse divides by the number of values.</summary>
    public static void Transform(Complex[] square, int side, bool inverse)
    {
        var line = new Complex[side];
        for (var row = 0; row < side; row++)
        {
            Line(square.AsSpan(row * side, side), inverse);
        }

        for (var column = 0; column < side; column++)
        {
            for (var row = 0; row < side; row++)
            {
                line[row] = square[(row * side) + column];
            }

            Line(line, inverse);
            for (var row = 0; row < side; row++)
            {
                square[(row * side) + column] = line[row];
            }
        }
    }

    private static void Line(Span<Complex> values, bool inverse)
    {
        for (int i = 1, j = 0; i < values.Length; i++)
        {
            var bit = values.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j ^= bit;
            if (i < j)
            {
                (values[i], values[j]) = (values[j], values[i]);
            }
        }

        for (var length = 2; length <= values.Length; length <<= 1)
        {
            var turn = Complex.FromPolarCoordinates(1, (inverse ? 2 : -2) * Math.PI / length);
            for (var start = 0; start < values.Length; start += length)
            {
                var factor = Complex.One;
                for (var k = 0; k < length / 2; k++)
                {
                    var (even, odd) = (values[start + k], values[start + k + (length / 2)] * factor);
                    (values[start + k], values[start + k + (length / 2)]) = (even + odd, even - odd);
                    factor *= turn;
                }
            }
        }

        if (inverse)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] /= values.Length;
            }
        }
    }
}
