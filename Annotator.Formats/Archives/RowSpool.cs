using System.Buffers.Binary;
using System.Text;

namespace Annotator.Formats.Archives;

/// <summary>A line of a text file that waited in a <see cref="RowSpool"/>.</summary>
/// <param name="Text">The line, or the part of it that matters.</param>
/// <param name="Kind">What sort of line it is; the caller's own number.</param>
/// <param name="Number">Where it stood, from 1.</param>
internal readonly record struct SpooledRow(string Text, int Kind, int Number);

/// <summary>
/// Sorts the lines of annotation files by what they belong to: a frame, an image, a track. Lines wait in a temporary file, each
/// knowing where the one before it of the same key lies; eight bytes a key stay in memory.
/// </summary>
internal sealed class RowSpool : IDisposable
{
    private const int HeaderBytes = sizeof(long) + 3 * sizeof(int);
    private const int BufferBytes = 128 << 10;

    /// <summary>Lines mostly lie near those that were read before; then much is read at once.</summary>
    private const int NearBytes = 64 << 10;
    private const int FarBytes = 512;

    private readonly FileStream _file = Spool.Create();
    private readonly List<long> _last = [];
    private byte[] _written = new byte[BufferBytes];
    private byte[] _read = new byte[NearBytes];
    private long _flushed;
    private int _waiting;
    private long _readFrom;
    private int _readLength;

    /// <summary>One more than the highest key that has a line.</summary>
    public int Keys => _last.Count;

    /// <summary>Adds a line to those of a key; keys count from 0 without great gaps.</summary>
    public void Add(int key, int kind, int number, ReadOnlySpan<char> text)
    {
        while (_last.Count <= key)
        {
            _last.Add(-1);
        }

        var most = HeaderBytes + Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_waiting + most > _written.Length)
        {
            Flush();
            _written = most > _written.Length ? new byte[most] : _written;
        }

        var row = _written.AsSpan(_waiting);
        var length = Encoding.UTF8.GetBytes(text, row[HeaderBytes..]);
        BinaryPrimitives.WriteInt64LittleEndian(row, _last[key]);
        BinaryPrimitives.WriteInt32LittleEndian(row[8..], kind);
        BinaryPrimitives.WriteInt32LittleEndian(row[12..], number);
        BinaryPrimitives.WriteInt32LittleEndian(row[16..], length);
        _last[key] = _flushed + _waiting;
        _waiting += HeaderBytes + length;
    }

    /// <summary>The lines of a key in the order in which they were added; none for a key that has none.</summary>
    public List<SpooledRow> Read(int key)
    {
        var rows = new List<SpooledRow>();
        Flush();
        for (var offset = key < _last.Count ? _last[key] : -1; offset >= 0;)
        {
            var header = Bytes(offset, HeaderBytes);
            var before = BinaryPrimitives.ReadInt64LittleEndian(header);
            var (kind, number) = (BinaryPrimitives.ReadInt32LittleEndian(header[8..]), BinaryPrimitives.ReadInt32LittleEndian(header[12..]));
            var length = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
            rows.Add(new SpooledRow(Encoding.UTF8.GetString(Bytes(offset + HeaderBytes, length)), kind, number));
            offset = before;
        }

        rows.Reverse();
        return rows;
    }

    public void Dispose() => _file.Dispose();

    private ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        if (offset < _readFrom || offset + length > _readFrom + _readLength)
        {
            var near = Math.Abs(offset - _readFrom) <= 2 * NearBytes;
            var wanted = Math.Max(length, near ? NearBytes : FarBytes);
            _read = wanted > _read.Length ? new byte[wanted] : _read;
            _readFrom = near ? Math.Max(0, offset + length - wanted / 2) : offset;
            _readFrom = Math.Min(_readFrom, offset);
            _readLength = RandomAccess.Read(_file.SafeFileHandle, _read.AsSpan(0, (int)Math.Max(wanted, offset + length - _readFrom)), _readFrom);
        }

        return _read.AsSpan((int)(offset - _readFrom), length);
    }

    private void Flush()
    {
        RandomAccess.Write(_file.SafeFileHandle, _written.AsSpan(0, _waiting), _flushed);
        _flushed += _waiting;
        _readLength = _waiting > 0 ? 0 : _readLength;
        _waiting = 0;
    }
}
