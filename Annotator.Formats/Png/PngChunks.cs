using System.Buffers.Binary;
using System.Text;

namespace Annotator.Formats.Png;

/// <summary>The chunks of a PNG file, one after another, each with its checksum checked.</summary>
internal sealed class PngChunks(Stream content, string path)
{
    /// <summary>Bytes of a chunk that is held whole; a palette has 768 at most.</summary>
    private const int MostHeld = 64 << 10;

    private readonly byte[] _buffer = new byte[8];
    private uint _crc;
    private long _left;

    /// <summary>Four letters.</summary>
    public string Type { get; private set; } = "";

    /// <exception cref="DatasetException">The file is no PNG.</exception>
    public void ReadSignature()
    {
        ReadOnlySpan<byte> signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
        var read = content.ReadAtLeast(_buffer, _buffer.Length, throwOnEndOfStream: false);
        if (read == _buffer.Length && signature.SequenceEqual(_buffer))
        {
            return;
        }

        throw _buffer.AsSpan(0, read).StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8])
            ? new DatasetException("label-image-jpeg", $"{path} is a JPEG image: compression has changed its colours, so that they no longer tell labels apart. A PNG image is needed.")
            : new DatasetException("png-damaged", $"{path} is no PNG image.");
    }

    /// <summary>Moves to the next chunk; what is left of the one before is passed over.</summary>
    public void Next()
    {
        if (Type.Length > 0)
        {
            Finish();
        }

        ReadExactly(_buffer);
        _left = BinaryPrimitives.ReadUInt32BigEndian(_buffer);
        if (_left > int.MaxValue)
        {
            throw Damaged("a part of it claims to be longer than a file can be");
        }

        Type = Encoding.Latin1.GetString(_buffer, 4, 4);
        _crc = PngCrc.Add(PngCrc.Start, _buffer.AsSpan(4, 4));
    }

    /// <summary>Reads some of the current chunk; 0 at its end.</summary>
    public int Read(Span<byte> buffer)
    {
        var read = content.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (read == 0 && _left > 0 && buffer.Length > 0)
        {
            throw Damaged("it is cut off");
        }

        _left -= read;
        _crc = PngCrc.Add(_crc, buffer[..read]);
        return read;
    }

    /// <summary>The current chunk, whole.</summary>
    public byte[] ReadAll()
    {
        if (_left > MostHeld)
        {
            throw Damaged($"its part {Type} has {_left} bytes; the limit is {MostHeld}");
        }

        var bytes = new byte[_left];
        for (var at = 0; at < bytes.Length;)
        {
            at += Read(bytes.AsSpan(at));
        }

        return bytes;
    }

    /// <summary>Passes over the rest of the current chunk and checks its sum.</summary>
    public void Finish()
    {
        Span<byte> passed = stackalloc byte[4096];
        while (_left > 0)
        {
            Read(passed);
        }

        ReadExactly(_buffer.AsSpan(0, 4));
        if (BinaryPrimitives.ReadUInt32BigEndian(_buffer) != ~_crc)
        {
            throw Damaged($"the checksum of its part {Type} is wrong");
        }

        Type = "";
    }

    public DatasetException Damaged(string why, Exception? error = null) => new("png-damaged", $"The PNG image {path} is damaged: {why}.", error);

    private void ReadExactly(Span<byte> buffer)
    {
        if (content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length)
        {
            throw Damaged("it is cut off");
        }
    }
}

/// <summary>The packed rows, which a file may cut into any number of chunks.</summary>
internal sealed class PngPackedRows(PngChunks chunks) : Stream
{
    public const string Chunk = "IDAT";

    private bool _ended;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>The file itself could not be read, whatever stands in it.</summary>
    public bool HasFailed { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            while (!_ended && buffer.Length > 0)
            {
                var read = chunks.Read(buffer);
                if (read > 0)
                {
                    return read;
                }

                chunks.Next();
                _ended = chunks.Type != Chunk;
            }

            return 0;
        }
        catch (IOException)
        {
            HasFailed = true;
            throw;
        }
    }

    /// <summary>Checks the chunk in which the last row ended.</summary>
    public void Finish()
    {
        if (!_ended)
        {
            chunks.Finish();
            _ended = true;
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
