using System.Text;

namespace Annotator.Inference.Onnx;

/// <summary>
/// Reads protobuf's wire format from a seekable stream, field by field, and steps over what nobody asks for: a model of
/// gigabytes is read through in kilobytes. Every length is held against what is left of its message.
/// </summary>
internal sealed class WireReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private long _bufferStart;
    private int _filled;
    private int _at;

    public long Position => _bufferStart + _at;

    /// <summary>The next field's number and wire type; false at the end of the message.</summary>
    public bool Next(long end, out int field, out int wire)
    {
        (field, wire) = (0, 0);
        if (Position >= end)
        {
            return Position == end ? false : throw Damaged();
        }

        var tag = Varint();
        (field, wire) = ((int)(tag >> 3), (int)(tag & 7));
        return field > 0 && tag >> 3 <= 0x1FFF_FFFF && wire is 0 or 1 or 2 or 5 ? true : throw Damaged();
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if ((part & 0x80) == 0)
            {
                return value;
            }
        }

        throw Damaged();
    }

    /// <summary>The end of the length-delimited field that starts here.</summary>
    public long Message(long end)
    {
        var length = Varint();
        return length <= (ulong)(end - Position) ? Position + (long)length : throw Damaged();
    }

    public string Text(long end, int limit)
    {
        var stop = Message(end);
        if (stop - Position > limit)
        {
            throw new ModelException("model-text-too-long", $"A name or an entry of the metadata has more than {limit:N0} bytes.");
        }

        return Encoding.UTF8.GetString(Bytes((int)(stop - Position)));
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count;)
        {
            if (_at == _filled)
            {
                Fill();
            }

            var part = Math.Min(count - i, _filled - _at);
            _buffer.AsSpan(_at, part).CopyTo(bytes.AsSpan(i));
            _at += part;
            i += part;
        }

        return bytes;
    }

    public void Skip(int wire, long end)
    {
        switch (wire)
        {
            case 0:
                Varint();
                break;
            case 1:
                JumpTo(Position + 8, end);
                break;
            case 2:
                JumpTo(Message(end), end);
                break;
            default:
                JumpTo(Position + 4, end);
                break;
        }
    }

    public void JumpTo(long position, long end)
    {
        if (position > end)
        {
            throw Damaged();
        }

        if (position >= _bufferStart && position <= _bufferStart + _filled)
        {
            _at = (int)(position - _bufferStart);
            return;
        }

        stream.Position = position;
        (_bufferStart, _filled, _at) = (position, 0, 0);
    }

    public static ModelException Damaged(Exception? inner = null) =>
        new("model-not-onnx", "The file is not an ONNX model, or it is damaged: its content does not follow the format.", inner);

    private byte Byte()
    {
        if (_at == _filled)
        {
            Fill();
        }

        return _buffer[_at++];
    }

    private void Fill()
    {
        _bufferStart += _filled;
        stream.Position = _bufferStart;
        (_filled, _at) = (stream.Read(_buffer), 0);
        if (_filled == 0)
        {
            throw Damaged();
        }
    }
}
