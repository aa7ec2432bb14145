namespace Annotator.Formats.Png;

/// <summary>
/// The order in which an interlaced image stores its pixels: seven small images, one after another, each with every so
/// many-th pixel. All of it must be read before the first row is known, so it is held, packed as in the file.
/// </summary>
internal sealed class PngPasses
{
    private static readonly (int Left, int Top, int StepX, int StepY)[] _passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly byte[]?[][] _rows = new byte[]?[_passes.Length][];
    private readonly PngForm _form;
    private readonly int _width;

    /// <param name="readRow">Gives the next stored row, of so many bytes, with the row above it in the same pass.</param>
    public PngPasses(PngForm form, int width, int height, Func<int, byte[]?, byte[]> readRow)
    {
        (_form, _width) = (form, width);
        for (var pass = 0; pass < _passes.Length; pass++)
        {
            var (left, top, stepX, stepY) = _passes[pass];
            var columns = (width - left + stepX - 1) / stepX;
            _rows[pass] = new byte[]?[columns > 0 ? Math.Max(0, (height - top + stepY - 1) / stepY) : 0];
            for (var row = 0; row < _rows[pass].Length; row++)
            {
                _rows[pass][row] = readRow((int)form.RowBytes(columns), row > 0 ? _rows[pass][row - 1] : null);
            }
        }
    }

    /// <summary>Puts a row of the image together. Rows are asked for in order: what later ones do not need is let go.</summary>
    public void Assemble(int y, Span<byte> target)
    {
        target.Clear();
        for (var pass = 0; pass < _passes.Length; pass++)
        {
            var (left, top, stepX, stepY) = _passes[pass];
            if (y < top || (y - top) % stepY != 0 || (y - top) / stepY >= _rows[pass].Length)
            {
                continue;
            }

            var source = _rows[pass][(y - top) / stepY]!;
            _rows[pass][(y - top) / stepY] = null;
            for (int x = left, column = 0; x < _width; x += stepX, column++)
            {
                Copy(source, column, target, x);
            }
        }
    }

    private void Copy(ReadOnlySpan<byte> source, int from, Span<byte> target, int to)
    {
        if (_form.Depth >= 8)
        {
            var bytes = _form.PixelBytes;
            source.Slice(from * bytes, bytes).CopyTo(target[(to * bytes)..]);
            return;
        }

        var pixels = 8 / _form.Depth;
        var value = (source[from / pixels] >> (8 - _form.Depth * (from % pixels + 1))) & ((1 << _form.Depth) - 1);
        target[to / pixels] |= (byte)(value << (8 - _form.Depth * (to % pixels + 1)));
    }
}
