using System.Buffers;

namespace Annotator.Core.Media.Blobs;

internal static class AppendReader
{
    /// <summary>One append: large enough to be worth a round trip, and what the service takes in one block.</summary>
    public const int BlockSize = 4 * 1024 * 1024;

    /// <summary>
    /// Hands the content on in blocks after skipping what is stored already. When reading breaks off, what was read is
    /// handed on before the error is.
    /// </summary>
    public static async Task CopyAsync(
        Stream content, long toSkip, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var filled = 0;
            while (true)
            {
                int read;
                try
                {
                    read = await content.ReadAsync(buffer.AsMemory(filled, BlockSize - filled), cancel);
                }
                catch when (filled > 0)
                {
                    // Not the caller's token: it fires just because the sender is gone.
                    await write(buffer.AsMemory(0, filled), CancellationToken.None);
                    throw;
                }

                var skipped = (int)Math.Min(toSkip, read);
                toSkip -= skipped;
                if (skipped > 0)
                {
                    buffer.AsSpan(filled + skipped, read - skipped).CopyTo(buffer.AsSpan(filled));
                }

                filled += read - skipped;
                if (filled == BlockSize || (read == 0 && filled > 0))
                {
                    await write(buffer.AsMemory(0, filled), cancel);
                    filled = 0;
                }

                if (read == 0)
                {
                    return;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
