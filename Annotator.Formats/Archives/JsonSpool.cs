using System.Buffers;

namespace Annotator.Formats.Archives;

/// <summary>
/// Copies a JSON file to a temporary one that can be read in any order. On the way the words NaN and Infinity, which are
/// no JSON but which Python writes, become empty strings of the same length, so that the value is refused, not the file.
/// </summary>
internal sealed class JsonSpool
{
    private const int BufferBytes = 128 << 10;
    private static readonly SearchValues<byte> _outsideStrings = SearchValues.Create("\"NI-"u8);
    private static readonly SearchValues<byte> _insideStrings = SearchValues.Create("\"\\"u8);

    private bool _inString;

    /// <summary>The copy, standing at its start.</summary>
    /// <exception cref="DatasetException">The file is longer than <paramref name="maxBytes"/>.</exception>
    public static async Task<FileStream> CopyAsync(Stream content, string path, long maxBytes, CancellationToken cancel)
    {
        var spool = Spool.Create();
        try
        {
            var filter = new JsonSpool();
            var buffer = new byte[BufferBytes];
            var kept = 0;
            long total = 0;
            while (true)
            {
                var read = await content.ReadAsync(buffer.AsMemory(kept), cancel);
                total += read;
                if (total > maxBytes)
                {
                    throw new DatasetException("document-too-large", $"{path} is longer than {maxBytes} bytes.");
                }

                var filled = kept + read;
                var done = filter.Repair(buffer.AsSpan(0, filled), last: read == 0);
                await spool.WriteAsync(buffer.AsMemory(0, done), cancel);
                kept = filled - done;
                buffer.AsSpan(done, kept).CopyTo(buffer);
                if (read == 0)
                {
                    break;
                }
            }

            spool.Position = 0;
            return spool;
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    /// <summary>Repairs in place and returns how many bytes are final; the rest wait for what follows them.</summary>
    private int Repair(Span<byte> bytes, bool last)
    {
        const int LongestWord = 9;
        var at = 0;
        while (at < bytes.Length)
        {
            var found = bytes[at..].IndexOfAny(_inString ? _insideStrings : _outsideStrings);
            if (found < 0)
            {
                return bytes.Length;
            }

            at += found;
            if (_inString)
            {
                if (bytes[at] == '\\')
                {
                    if (at + 1 == bytes.Length && !last)
                    {
                        return at;
                    }

                    at = Math.Min(at + 2, bytes.Length);
                    continue;
                }

                _inString = false;
                at++;
                continue;
            }

            if (bytes[at] == '"')
            {
                _inString = true;
                at++;
                continue;
            }

            if (bytes.Length - at < LongestWord && !last)
            {
                return at;
            }

            var length = WordLength(bytes[at..]);
            if (length > 0)
            {
                bytes.Slice(at, length).Fill((byte)' ');
                bytes[at] = bytes[at + 1] = (byte)'"';
            }

            at += Math.Max(1, length);
        }

        return bytes.Length;
    }

    private static int WordLength(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("NaN"u8) ? 3
        : bytes.StartsWith("Infinity"u8) ? 8
        : bytes.StartsWith("-Infinity"u8) ? 9
        : bytes.StartsWith("-NaN"u8) ? 4
        : 0;
}
