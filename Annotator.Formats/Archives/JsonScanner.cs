using System.Text.Json;

namespace Annotator.Formats.Archives;

/// <summary>
/// Walks a JSON file of any size with a buffer that grows only to the largest single value that is asked for whole.
/// </summary>
internal sealed class JsonScanner : IDisposable
{
    /// <summary>Small files need less.</summary>
    private const int FirstBuffer = 256 << 10;

    private const int LeastBuffer = 4 << 10;

    private readonly Stream _content;
    private readonly string _path;
    private readonly int _maxValue;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private long _offset;
    private bool _final;
    private JsonReaderState _state;

    /// <param name="content">Owned by the scanner from now on; must stand on the first byte of the file.</param>
    public JsonScanner(Stream content, string path, DatasetLimits limits)
    {
        _content = content;
        _buffer = new byte[(int)Math.Clamp(content.Length + 1, LeastBuffer, FirstBuffer)];
        _path = path;
        _maxValue = limits.MaxTokenBytes;
        _state = new JsonReaderState(Options(limits));
        Fill();
        if (_buffer.AsSpan(_start, _end - _start).StartsWith("\uFEFF"u8))
        {
            _start += 3;
        }
    }

    public static JsonReaderOptions Options(DatasetLimits limits) =>
        new() { MaxDepth = limits.MaxDepth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The text of the last token when it was a property's name.</summary>
    public string PropertyName { get; private set; } = "";

    /// <summary>Reads one token; <see cref="JsonTokenType.None"/> at the end of the file.</summary>
    public JsonTokenType ReadToken()
    {
        try
        {
            while (true)
            {
                var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _final, _state);
                if (reader.Read())
                {
                    PropertyName = reader.TokenType == JsonTokenType.PropertyName ? reader.GetString()! : "";
                    Advance(reader.BytesConsumed, reader.CurrentState);
                    return reader.TokenType;
                }

                if (_final)
                {
                    return JsonTokenType.None;
                }

                Fill();
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Damaged(error);
        }
    }

    /// <summary>
    /// Reads one whole value; false when the array that holds it ends instead. The bytes are good until the next call;
    /// <paramref name="offset"/> is where they begin in the file.
    /// </summary>
    public bool ReadValue(out ReadOnlySpan<byte> value, out long offset)
    {
        try
        {
            while (true)
            {
                var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _final, _state);
                if (reader.Read())
                {
                    var begin = (int)reader.TokenStartIndex;
                    if (reader.TokenType == JsonTokenType.EndArray)
                    {
                        Advance(reader.BytesConsumed, reader.CurrentState);
                        value = default;
                        offset = 0;
                        return false;
                    }

                    if (reader.TrySkip())
                    {
                        value = _buffer.AsSpan(_start + begin, (int)reader.BytesConsumed - begin);
                        offset = _offset + _start + begin;
                        Advance(reader.BytesConsumed, reader.CurrentState);
                        return true;
                    }
                }

                if (_final)
                {
                    throw new JsonException("the file ends within a value");
                }

                Fill();
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Damaged(error);
        }
    }

    /// <summary>Passes over the value that comes next, whatever its size.</summary>
    public void SkipValue()
    {
        var depth = 0;
        do
        {
            switch (ReadToken())
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    depth++;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    depth--;
                    break;
                case JsonTokenType.None:
                    throw Damaged(new JsonException("the file ends within a value"));
                default:
                    break;
            }
        }
        while (depth > 0);
    }

    public void Dispose() => _content.Dispose();

    private void Advance(long consumed, JsonReaderState state)
    {
        _start += (int)consumed;
        _state = state;
    }

    private void Fill()
    {
        var kept = _end - _start;
        if (kept > _maxValue)
        {
            throw new DatasetException("json-value-too-long", $"{_path} holds a value of more than {_maxValue} bytes.");
        }

        if (kept > _buffer.Length / 2)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        _offset += _start;
        (_start, _end) = (0, kept);
        var read = _content.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _final = read == 0;
    }

    private DatasetException Damaged(Exception error) =>
        new("json-damaged", $"{_path} cannot be read as JSON near byte {_offset + _start}: {error.Message}", error);
}
