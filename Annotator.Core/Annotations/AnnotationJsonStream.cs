using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Annotator.Core.Annotations;

/// <summary>
/// Walks through the fields of a JSON object as its bytes arrive and hands on each field's value, or, of a list, each item. A body
/// of hundreds of megabytes costs the memory of its largest item, beside what the caller keeps.
/// </summary>
/// <param name="found">Called with a field's name, the item's number (-1 for a value that is no list) and the value.</param>
internal sealed class AnnotationJsonStream(Action<string, int, JsonElement> found)
{
    private const int Block = 1 << 18;
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = AnnotationLimits.JsonDepth };

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private bool _isOpen;
    private string? _field;
    private int _item = -1;

    /// <summary>Whether the body is an object at all; false after a read that found something else.</summary>
    public bool IsObject { get; private set; } = true;

    /// <exception cref="JsonException">The body is not JSON, or a field is there twice.</exception>
    public async Task ReadAsync(Stream body, CancellationToken cancel)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: Block, leaveOpen: true));
        var state = new JsonReaderState(s_options);
        var wanted = 1L;
        try
        {
            var isCompleted = false;
            while (!isCompleted && IsObject)
            {
                // An item that is not there whole is looked at again only when there is twice as much of it.
                var read = await pipe.ReadAtLeastAsync((int)Math.Min(wanted, int.MaxValue), cancel);
                var consumed = Consume(read.Buffer, read.IsCompleted, ref state);
                wanted = Math.Max(1, 2 * (read.Buffer.Length - consumed));
                pipe.AdvanceTo(read.Buffer.GetPosition(consumed), read.Buffer.End);
                isCompleted = read.IsCompleted;
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    /// <summary>Takes every value that is whole, and returns the bytes that are done with.</summary>
    private long Consume(ReadOnlySequence<byte> buffer, bool isFinal, ref JsonReaderState state)
    {
        var reader = new Utf8JsonReader(buffer, isFinal, state);
        var done = reader;
        while (IsObject && Step(ref reader, buffer))
        {
            done = reader;
        }

        state = done.CurrentState;
        return done.BytesConsumed;
    }

    /// <summary>One token, or one whole value; false when it is not there whole.</summary>
    private bool Step(ref Utf8JsonReader reader, ReadOnlySequence<byte> buffer)
    {
        if (!reader.Read())
        {
            return false;
        }

        switch (reader.TokenType)
        {
            case var first when !_isOpen:
                IsObject = first == JsonTokenType.StartObject;
                _isOpen = true;
                return true;
            case JsonTokenType.PropertyName:
                _field = reader.GetString()!;
                return _names.Add(_field) ? true : throw new JsonException($"The field {_field} is there twice.");
            case JsonTokenType.EndObject when _field is null:
                return true;
            case JsonTokenType.EndArray when _item >= 0:
                (_field, _item) = (null, -1);
                return true;
            case JsonTokenType.StartArray when _item < 0:
                _item = 0;
                return true;
            default:
                return Take(ref reader, buffer);
        }
    }

    private bool Take(ref Utf8JsonReader reader, ReadOnlySequence<byte> buffer)
    {
        var start = reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            return false;
        }

        using var document = JsonDocument.Parse(buffer.Slice(start, reader.BytesConsumed - start), AnnotationJson.DocumentOptions);
        found(_field!, _item, document.RootElement);
        if (_item >= 0)
        {
            _item++;
        }
        else
        {
            _field = null;
        }

        return true;
    }
}
