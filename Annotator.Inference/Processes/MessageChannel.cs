using System.Buffers.Binary;
using System.Text.Json;

namespace Annotator.Inference.Processes;

/// <summary>
/// Messages over a pair of pipes: length of a JSON head (4 bytes), length of the bytes behind it (8 bytes), head, bytes. All
/// numbers are little-endian.
/// </summary>
internal sealed class MessageChannel(Stream input, Stream output)
{
    private const int PrefixBytes = 12;
    private const int MostHeadBytes = 256 << 20;
    private const long MostBodyBytes = 2000L << 20;

    public async Task WriteAsync<T>(T head, IReadOnlyList<ReadOnlyMemory<byte>> body, CancellationToken cancel)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(head, MessageJson.Options);
        var prefix = new byte[PrefixBytes];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, json.Length);
        BinaryPrimitives.WriteInt64LittleEndian(prefix.AsSpan(sizeof(int)), body.Sum(part => (long)part.Length));
        await output.WriteAsync(prefix, cancel);
        await output.WriteAsync(json, cancel);
        foreach (var part in body)
        {
            await output.WriteAsync(part, cancel);
        }

        await output.FlushAsync(cancel);
    }

    /// <exception cref="EndOfStreamException">The other side is gone.</exception>
    /// <exception cref="InvalidDataException">The other side does not keep to the form.</exception>
    public async Task<(T Head, byte[] Body)> ReadAsync<T>(CancellationToken cancel)
    {
        var prefix = new byte[PrefixBytes];
        await input.ReadExactlyAsync(prefix, cancel);
        var (headLength, bodyLength) = (BinaryPrimitives.ReadInt32LittleEndian(prefix), BinaryPrimitives.ReadInt64LittleEndian(prefix.AsSpan(sizeof(int))));
        if (headLength is < 2 or > MostHeadBytes || bodyLength is < 0 or > MostBodyBytes)
        {
            throw new InvalidDataException("A message between the server and the process of a model is damaged.");
        }

        var json = new byte[headLength];
        await input.ReadExactlyAsync(json, cancel);
        var body = new byte[bodyLength];
        await input.ReadExactlyAsync(body, cancel);
        try
        {
            return (JsonSerializer.Deserialize<T>(json, MessageJson.Options) ?? throw new InvalidDataException("A message is empty."), body);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("A message between the server and the process of a model is damaged.", error);
        }
    }
}
