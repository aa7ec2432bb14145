using System.Runtime.ExceptionServices;

namespace Annotator.Core.CloudStorages;

/// <summary>
/// An object of a bucket as a stream that can be read from anywhere: it asks for ranges, small ones first and larger ones while they
/// follow each other, and holds one of them.
/// </summary>
internal sealed class CloudObjectStream : Stream
{
    private const int FirstBytes = 128 << 10;
    private const int MostBytes = 4 << 20;
    private readonly ICloudBucket _bucket;
    private readonly string _key;
    private byte[] _block;
    private long _blockStart;
    private int _nextBytes = FirstBytes;
    private long _position;
    private ExceptionDispatchInfo? _failure;

    private CloudObjectStream(ICloudBucket bucket, string key, CloudRange first)
    {
        (_bucket, _key, _block, Length) = (bucket, key, first.Bytes, first.Length);
    }

    /// <summary>Null when there is no such object; the first bytes are here already otherwise.</summary>
    public static async Task<CloudObjectStream?> OpenAsync(ICloudBucket bucket, string key, CancellationToken cancel) =>
        await bucket.ReadAsync(key, 0, FirstBytes, cancel) is { } first ? new CloudObjectStream(bucket, key, first) : null;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A position is not negative.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= Length || buffer.Length == 0)
        {
            return 0;
        }

        if (_position < _blockStart || _position >= _blockStart + _block.Length)
        {
            var follows = _position == _blockStart + _block.Length;
            _nextBytes = follows ? Math.Min(_nextBytes * 4, MostBytes) : FirstBytes;
            var range = await _bucket.ReadAsync(_key, _position, (int)Math.Min(_nextBytes, Length - _position), cancellationToken);
            if (range is not { Bytes.Length: > 0 } || range.Length != Length)
            {
                throw new CloudStorageException(CloudFailure.Unreachable, $"{_key} was changed or removed in its cloud storage while it was read.");
            }

            (_block, _blockStart) = (range.Bytes, _position);
        }

        var at = (int)(_position - _blockStart);
        var count = Math.Min(buffer.Length, _block.Length - at);
        _block.AsSpan(at, count).CopyTo(buffer.Span);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>
    /// For decoders that know no other way; there is no synchronous way to a bucket. Those decoders are native and turn any failure
    /// into a damaged picture, so that the true one is kept for the end.
    /// </summary>
    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception error)
        {
            _failure ??= ExceptionDispatchInfo.Capture(error);
            throw;
        }
    }

    /// <summary>Raises what a synchronous read has failed with: a bucket that is silent for a moment must not pass for a damaged file.</summary>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Interlocked.Exchange(ref _failure, null)?.Throw();
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
