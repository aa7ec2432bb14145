namespace Annotator.Core.Media.Blobs;

/// <summary>Opens originals, those that share a blob with others included.</summary>
public static class BlobPartReading
{
    /// <summary>The original of a frame, seekable; of a video's frame the whole video. Null when its bytes are gone.</summary>
    public static Task<Stream?> OpenOriginalAsync(this IBlobStore blobs, Frame frame, CancellationToken cancel) =>
        blobs.OpenPartAsync(frame.BlobKey, frame.BlobOffset, frame.ByteLength, cancel);

    /// <summary><paramref name="length"/> bytes of a blob from <paramref name="offset"/> on; the whole blob without an offset.</summary>
    public static async Task<Stream?> OpenPartAsync(this IBlobStore blobs, string key, long? offset, long length, CancellationToken cancel) =>
        await blobs.OpenReadAsync(key, cancel) is not { } whole ? null : offset is { } start ? new BlobPartStream(whole, start, length) : whole;
}

/// <summary>A run of bytes inside a seekable stream, as a stream of its own that owns the other.</summary>
public sealed class BlobPartStream : Stream
{
    private readonly Stream _whole;
    private readonly long _start;
    private long _position;

    /// <param name="whole">Seekable; disposed with this one.</param>
    public BlobPartStream(Stream whole, long start, long length)
    {
        (_whole, _start, Length) = (whole, start, length);
        _whole.Position = start;
    }

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
            _whole.Position = _start + value;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = _whole.Read(buffer[..Most(buffer.Length)]);
        _position += read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _whole.ReadAsync(buffer[..Most(buffer.Length)], cancellationToken);
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        SeekOrigin.End => Length,
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, null),
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _whole.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _whole.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Most(int wanted) => (int)Math.Clamp(Length - _position, 0, wanted);
}
