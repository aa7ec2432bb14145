using System.Buffers.Binary;
using System.Text;

namespace Annotator.Core.Annotations;

/// <summary>Appends numbers and texts to a growing buffer.</summary>
internal sealed class ByteWriter(int capacity)
{
    private byte[] _bytes = new byte[Math.Max(capacity, 16)];
    private int _length;

    public byte[] ToArray() => _bytes[.._length];

    public void WriteByte(byte value)
    {
        Room(1)[0] = value;
        _length++;
    }

    /// <summary>Seven bits a byte, least significant first.</summary>
    public void WriteUnsigned(ulong value)
    {
        var room = Room(10);
        var used = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[used++] = (byte)(value | 0x80);
        }

        room[used++] = (byte)value;
        _length += used;
    }

    /// <summary>As <see cref="WriteUnsigned"/>, with the sign in the lowest bit, so that small negative numbers stay short.</summary>
    public void WriteSigned(long value) => WriteUnsigned((ulong)((value << 1) ^ (value >> 63)));

    public void WriteSingle(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(Room(sizeof(float)), value);
        _length += sizeof(float);
    }

    public void WriteText(string value)
    {
        WriteUnsigned((ulong)Encoding.UTF8.GetByteCount(value));
        _length += Encoding.UTF8.GetBytes(value, Room(Encoding.UTF8.GetByteCount(value)));
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        return _bytes.AsSpan(_length);
    }
}

/// <summary>Reads what a <see cref="ByteWriter"/> wrote.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte ReadByte() => Take(1)[0];

    public ulong ReadUnsigned()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = ReadByte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    public long ReadSigned()
    {
        var value = ReadUnsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public float ReadSingle() => BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));

    public string ReadText() => Encoding.UTF8.GetString(Take((int)ReadUnsigned()));

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
