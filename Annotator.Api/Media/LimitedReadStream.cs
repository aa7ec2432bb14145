namespace Annotator.Api.Media;

/// <summary>The next <paramref name="limit"/> bytes of another stream, which it neither owns nor disposes, and their count.</summary>
/// <param name="refusesMore">Whether more bytes in the other stream are a <see cref="BadHttpRequestException"/> (413), and not left alone.</param>
internal sealed class LimitedReadStream(Stream inner, long limit, bool refusesMore = false) : Stream
{
    /// <summary>Bytes read so far.</summary>
    public long Count { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => Count; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, limit - Count);
        if (wanted == 0)
        {
            return refusesMore && buffer.Length > 0 && await inner.ReadAsync(buffer[..1], cancellationToken) > 0
                ? throw new BadHttpRequestException("The request body is too large.", StatusCodes.Status413PayloadTooLarge)
                : 0;
        }

        var read = await inner.ReadAsync(buffer[..wanted], cancellationToken);
        Count += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Request bodies are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
