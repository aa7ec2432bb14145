using System.Buffers.Binary;
using System.IO.Compression;

namespace Annotator.Formats.Png;

/// <summary>
/// Reads a PNG image row by row, as label images need it: numbers as they are stored, without any correction of colours. Two
/// rows are held; an interlaced image is held whole, packed.
/// </summary>
public sealed class PngReader : IDisposable
{
    /// <summary>Bytes of an interlaced image, which cannot be read row by row.</summary>
    public const long MaxInterlacedBytes = 128 << 20;

    /// <summary>Pixels of a side; a strip a pixel wide would cost a billion rows before its pixels are too many.</summary>
    public const int MaxSide = 1 << 20;

    /// <summary>What a held row costs beside its bytes.</summary>
    private const int HeldRowBytes = 64;

    private readonly PngPackedRows _packed;
    private readonly ZLibStream _rows;
    private readonly PngChunks _chunks;
    private readonly PngPasses? _passes;
    private byte[] _row;
    private byte[] _above;
    private byte[] _palette = [];
    private byte[] _transparent = [];
    private int _next;

    /// <param name="content">Left open.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="DatasetException">No PNG, damaged, or over a limit. Reading rows may throw it, too.</exception>
    public PngReader(Stream content, string path, DatasetLimits limits)
    {
        _chunks = new PngChunks(content, path);
        _chunks.ReadSignature();
        _chunks.Next();
        var header = _chunks.Type == "IHDR" ? _chunks.ReadAll() : [];
        if (header.Length != 13 || PngForm.Of(header[9], header[8]) is not { } form || header[10] != 0 || header[11] != 0 || header[12] > 1)
        {
            throw _chunks.Damaged("its header is none that the format knows");
        }

        (Width, Height, Form) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)), form);
        if (Width <= 0 || Height <= 0)
        {
            throw _chunks.Damaged($"its size is {Width} x {Height}");
        }

        var rowBytes = form.RowBytes(Width);
        if (Math.Max(Width, Height) > MaxSide || (long)Width * Height > limits.MaxPixels || rowBytes > limits.MaxTokenBytes || (header[12] == 1 && (rowBytes + HeldRowBytes) * Height > MaxInterlacedBytes))
        {
            throw new DatasetException("image-too-large", $"The PNG image {path} has {Width} x {Height} pixels; the limit is {MaxSide} for a side, {limits.MaxPixels} pixels, {limits.MaxTokenBytes} bytes a row and {MaxInterlacedBytes} bytes when it is interlaced.");
        }

        ReadToRows();
        _packed = new PngPackedRows(_chunks);
        _rows = new ZLibStream(_packed, CompressionMode.Decompress, leaveOpen: true);
        _row = new byte[rowBytes];
        _above = new byte[rowBytes];
        if (header[12] == 1)
        {
            _passes = new PngPasses(form, Width, Height, (bytes, above) =>
            {
                var row = new byte[bytes];
                Unpack(row, above ?? new byte[bytes]);
                return row;
            });
        }
    }

    public int Width { get; }
    public int Height { get; }
    public PngForm Form { get; }

    /// <summary>Lines of the palette; 0 where there is none.</summary>
    public int PaletteLength => _palette.Length / 3;

    /// <summary>
    /// Reads the next row. A value is the palette's line, the brightness as it is stored (0 up to 2^depth - 1), or 0xRRGGBB,
    /// of which samples of 16 bits give their upper eight.
    /// </summary>
    /// <param name="values">As many as the image is wide.</param>
    /// <param name="opacity">As many again, or none if it does not matter; 255 is opaque.</param>
    /// <returns>False after the last row.</returns>
    public bool ReadRow(Span<int> values, Span<byte> opacity = default)
    {
        if (_next == Height)
        {
            return false;
        }

        if (_passes is null)
        {
            (_row, _above) = (_above, _row);
            Unpack(_row, _above);
        }
        else
        {
            _passes.Assemble(_next, _row);
        }

        if (++_next == Height)
        {
            Finish();
        }

        Split(values[..Width]);
        if (opacity.Length > 0)
        {
            Opacity(values[..Width], opacity[..Width]);
        }

        return true;
    }

    /// <summary>The colour of a value as 0xRRGGBB: brightness as grey, a palette's line as its colour, black where it has none.</summary>
    public int ColorOf(int value) => Form.Pixels switch
    {
        PngPixels.Palette => value < PaletteLength ? _palette[value * 3] << 16 | _palette[value * 3 + 1] << 8 | _palette[value * 3 + 2] : 0,
        PngPixels.Grey or PngPixels.GreyAlpha => (Form.Depth == 16 ? value >> 8 : value * 255 / ((1 << Form.Depth) - 1)) * 0x010101,
        _ => value,
    };

    public void Dispose() => _rows.Dispose();

    /// <summary>What stands between the header and the rows: the palette and what of it is transparent.</summary>
    private void ReadToRows()
    {
        _chunks.Next();
        while (_chunks.Type != PngPackedRows.Chunk)
        {
            switch (_chunks.Type)
            {
                case "PLTE":
                    _palette = _chunks.ReadAll();
                    if (_palette.Length % 3 != 0 || _palette.Length > 256 * 3)
                    {
                        throw _chunks.Damaged($"its palette has {_palette.Length} bytes");
                    }

                    break;
                case "tRNS":
                    _transparent = _chunks.ReadAll();
                    break;
                case "IEND":
                    throw _chunks.Damaged("it has no pixels");
                default:
                    break;
            }

            _chunks.Next();
        }

        if (Form.Pixels == PngPixels.Palette && _palette.Length == 0)
        {
            throw _chunks.Damaged("its palette is missing");
        }
    }

    private void Unpack(byte[] row, ReadOnlySpan<byte> above)
    {
        try
        {
            var filter = _rows.ReadByte();
            _rows.ReadExactly(row);
            if (!PngFilter.Undo((byte)filter, row, above, Form.PixelBytes))
            {
                throw _chunks.Damaged($"a row has the filter {filter}");
            }
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw _chunks.Damaged("its rows cannot be unpacked", error);
        }
    }

    /// <summary>What the unpacker raises for some flaws is an IOException; a failure to read the file itself is another matter.</summary>
    private bool IsDamage(Exception error) => error is InvalidDataException || (error is IOException && !_packed.HasFailed);

    /// <summary>One byte more makes the unpacker look at its own checksum.</summary>
    private void Finish()
    {
        try
        {
            _rows.ReadByte();
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw _chunks.Damaged("its rows cannot be unpacked", error);
        }

        _packed.Finish();
    }

    private void Split(Span<int> values)
    {
        var row = _row.AsSpan();
        switch (Form)
        {
            case { Pixels: PngPixels.Rgb or PngPixels.Rgba }:
                var (sample, pixel) = (Form.Depth / 8, Form.PixelBytes);
                for (var x = 0; x < values.Length; x++)
                {
                    values[x] = row[x * pixel] << 16 | row[x * pixel + sample] << 8 | row[x * pixel + 2 * sample];
                }

                break;
            case { Depth: 16 }:
                for (var x = 0; x < values.Length; x++)
                {
                    values[x] = BinaryPrimitives.ReadUInt16BigEndian(row[(x * Form.PixelBytes)..]);
                }

                break;
            case { Depth: 8 }:
                for (var x = 0; x < values.Length; x++)
                {
                    values[x] = row[x * Form.PixelBytes];
                }

                break;
            default:
                var pixels = 8 / Form.Depth;
                for (var x = 0; x < values.Length; x++)
                {
                    values[x] = (row[x / pixels] >> (8 - Form.Depth * (x % pixels + 1))) & ((1 << Form.Depth) - 1);
                }

                break;
        }
    }

    private void Opacity(ReadOnlySpan<int> values, Span<byte> opacity)
    {
        if (Form.Pixels is PngPixels.GreyAlpha or PngPixels.Rgba)
        {
            var (pixel, last) = (Form.PixelBytes, Form.PixelBytes - Form.Depth / 8);
            for (var x = 0; x < opacity.Length; x++)
            {
                opacity[x] = _row[x * pixel + last];
            }

            return;
        }

        opacity.Fill(byte.MaxValue);
        for (var x = 0; Form.Pixels == PngPixels.Palette && x < opacity.Length; x++)
        {
            opacity[x] = values[x] < _transparent.Length ? _transparent[values[x]] : byte.MaxValue;
        }
    }
}
