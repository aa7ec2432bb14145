using System.Buffers.Binary;
using System.IO.Compression;

namespace Annotator.Formats.Png;

/// <summary>
/// Writes a PNG image row by row. A row is stored as its difference to the one above, which label images make almost
/// nothing of. The file is whole once all rows are written and the writer is disposed.
/// </summary>
public sealed class PngWriter : IDisposable
{
    private readonly ChunkStream _chunks;
    private readonly ZLibStream _rows;
    private readonly PngForm _form;
    private readonly int _width;
    private readonly int _height;
    private readonly int[] _values;
    private readonly byte[] _packed;
    private byte[] _row;
    private byte[] _above;
    private int _written;

    /// <param name="output">Need not be seekable; left open.</param>
    /// <param name="form">Palette or grey of 8 bits, grey of 16, or red, green and blue of 8.</param>
    /// <param name="palette">1 to 256 colours as 0xRRGGBB for a palette's form, else none.</param>
    public PngWriter(Stream output, int width, int height, PngForm form, ReadOnlySpan<int> palette = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (form != PngForm.Palette8 && form != PngForm.Grey8 && form != PngForm.Grey16 && form != PngForm.Rgb8)
        {
            throw new ArgumentException($"{form} cannot be written.", nameof(form));
        }

        if (palette.Length > 256 || (palette.Length > 0) != (form == PngForm.Palette8))
        {
            throw new ArgumentException("A palette of 1 to 256 colours goes with its own form only.", nameof(palette));
        }

        (_form, _width, _height) = (form, width, height);
        _values = new int[width];
        _row = new byte[form.RowBytes(width)];
        _above = new byte[_row.Length];
        _packed = new byte[_row.Length + 1];
        _chunks = new ChunkStream(output);
        _chunks.WriteHeader(width, height, form, palette);
        _rows = new ZLibStream(_chunks, CompressionLevel.Optimal, leaveOpen: true);
    }

    /// <summary>Writes the next row.</summary>
    /// <param name="values">
    /// As many as the image is wide: the palette's line, a brightness, or 0xRRGGBB; higher bits are not looked at.
    /// </param>
    public void WriteRow(ReadOnlySpan<int> values)
    {
        if (_written == _height || values.Length != _width)
        {
            throw new ArgumentException($"Row {_written} of {values.Length} values does not fit in an image of {_width} x {_height}.", nameof(values));
        }

        if (_written > 0 && values.SequenceEqual(_values))
        {
            _packed.AsSpan(1).Clear();
        }
        else
        {
            (_row, _above) = (_above, _row);
            Join(values);
            PngFilter.Subtract(_row, _above, _packed.AsSpan(1));
            values.CopyTo(_values);
        }

        // Filter 2: the difference to the row above.
        _packed[0] = 2;
        _rows.Write(_packed);
        _written++;
    }

    /// <summary>Writes what is left of the file; a file with rows missing stays without its end.</summary>
    public void Dispose()
    {
        _rows.Dispose();
        if (_written == _height)
        {
            _chunks.WriteEnd();
        }
    }

    private void Join(ReadOnlySpan<int> values)
    {
        if (_form == PngForm.Rgb8)
        {
            for (var x = 0; x < values.Length; x++)
            {
                var value = values[x];
                _row[x * 3] = unchecked((byte)(value >> 16));
                _row[x * 3 + 1] = unchecked((byte)(value >> 8));
                _row[x * 3 + 2] = unchecked((byte)value);
            }
        }
        else if (_form == PngForm.Grey16)
        {
            for (var x = 0; x < values.Length; x++)
            {
                BinaryPrimitives.WriteUInt16BigEndian(_row.AsSpan(x * 2), unchecked((ushort)values[x]));
            }
        }
        else
        {
            for (var x = 0; x < values.Length; x++)
            {
                _row[x] = unchecked((byte)values[x]);
            }
        }
    }

    /// <summary>Cuts packed bytes into chunks, each with its length before it and its checksum behind it.</summary>
    private sealed class ChunkStream(Stream output) : Stream
    {
        private readonly byte[] _buffer = new byte[64 << 10];
        private int _filled;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void WriteHeader(int width, int height, PngForm form, ReadOnlySpan<int> palette)
        {
            output.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
            var header = new byte[13];
            BinaryPrimitives.WriteInt32BigEndian(header, width);
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
            (header[8], header[9]) = ((byte)form.Depth, form.ColorType);
            WriteChunk("IHDR"u8, header);
            if (palette.Length > 0)
            {
                var colors = new byte[palette.Length * 3];
                for (var i = 0; i < palette.Length; i++)
                {
                    colors[i * 3] = unchecked((byte)(palette[i] >> 16));
                    colors[i * 3 + 1] = unchecked((byte)(palette[i] >> 8));
                    colors[i * 3 + 2] = unchecked((byte)palette[i]);
                }

                WriteChunk("PLTE"u8, colors);
            }
        }

        public void WriteEnd()
        {
            WriteRows();
            WriteChunk("IEND"u8, []);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                var taken = Math.Min(buffer.Length, _buffer.Length - _filled);
                buffer[..taken].CopyTo(_buffer.AsSpan(_filled));
                _filled += taken;
                buffer = buffer[taken..];
                if (_filled == _buffer.Length)
                {
                    WriteRows();
                }
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private void WriteRows()
        {
            if (_filled > 0)
            {
                WriteChunk("IDAT"u8, _buffer.AsSpan(0, _filled));
                _filled = 0;
            }
        }

        private void WriteChunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
        {
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
            output.Write(number);
            output.Write(type);
            output.Write(content);
            BinaryPrimitives.WriteUInt32BigEndian(number, ~PngCrc.Add(PngCrc.Add(PngCrc.Start, type), content));
            output.Write(number);
        }
    }
}
