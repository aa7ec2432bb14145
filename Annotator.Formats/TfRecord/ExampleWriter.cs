using System.Text;
using Google.Protobuf;

namespace Annotator.Formats.TfRecord;

/// <summary>Puts an Example together, feature by feature. What is not set is not written, empty lists are.</summary>
internal sealed class ExampleWriter : IDisposable
{
    private const uint EntryTag = (1 << 3) | 2;
    private const uint KeyTag = (1 << 3) | 2;
    private const uint ValueTag = (2 << 3) | 2;
    private const uint BytesTag = (1 << 3) | 2;
    private const uint FloatsTag = (2 << 3) | 2;
    private const uint NumbersTag = (3 << 3) | 2;
    private const uint ElementTag = (1 << 3) | 2;

    private readonly MemoryStream _features = new();
    private readonly CodedOutputStream _output;

    public ExampleWriter() => _output = new CodedOutputStream(_features, leaveOpen: true);

    /// <summary>Begins a new Example.</summary>
    public void Clear() => _features.SetLength(0);

    public void Dispose()
    {
        _output.Dispose();
        _features.Dispose();
    }

    public void Add(string key, IReadOnlyCollection<ByteString> values)
    {
        var length = 0;
        foreach (var value in values)
        {
            length += Sized(value.Length);
        }

        AddList(key, BytesTag, length, output =>
        {
            foreach (var value in values)
            {
                output.WriteTag(ElementTag);
                output.WriteBytes(value);
            }
        });
    }

    public void Add(string key, ByteString value) => Add(key, [value]);

    public void Add(string key, string value) => Add(key, ByteString.CopyFromUtf8(value));

    public void Add(string key, IReadOnlyCollection<float> values) => AddList(key, FloatsTag, Sized(values.Count * sizeof(float)), output =>
    {
        output.WriteTag(ElementTag);
        output.WriteLength(values.Count * sizeof(float));
        foreach (var value in values)
        {
            output.WriteFloat(value);
        }
    });

    public void Add(string key, IReadOnlyCollection<long> values)
    {
        var length = 0;
        foreach (var value in values)
        {
            length += CodedOutputStream.ComputeInt64Size(value);
        }

        AddList(key, NumbersTag, Sized(length), output =>
        {
            output.WriteTag(ElementTag);
            output.WriteLength(length);
            foreach (var value in values)
            {
                output.WriteInt64(value);
            }
        });
    }

    public void Add(string key, long value) => Add(key, [value]);

    /// <summary>Writes the Example as a record.</summary>
    public void WriteTo(Stream output)
    {
        var length = (int)_features.Length;
        var head = CodedOutputStream.ComputeTagSize(1) + CodedOutputStream.ComputeLengthSize(length);
        var data = new byte[head + length];
        using (var example = new CodedOutputStream(data))
        {
            example.WriteTag(EntryTag);
            example.WriteLength(length);
        }

        _features.GetBuffer().AsSpan(0, length).CopyTo(data.AsSpan(head));
        RecordFile.Write(output, data);
    }

    private void AddList(string key, uint list, int length, Action<CodedOutputStream> write)
    {
        _output.WriteTag(EntryTag);
        _output.WriteLength(Sized(Encoding.UTF8.GetByteCount(key)) + Sized(Sized(length)));
        _output.WriteTag(KeyTag);
        _output.WriteString(key);
        _output.WriteTag(ValueTag);
        _output.WriteLength(Sized(length));
        _output.WriteTag(list);
        _output.WriteLength(length);
        write(_output);
        _output.Flush();
    }

    /// <summary>Bytes of a field of that length with its tag and length.</summary>
    private static int Sized(int length) => CodedOutputStream.ComputeTagSize(1) + CodedOutputStream.ComputeLengthSize(length) + length;
}
