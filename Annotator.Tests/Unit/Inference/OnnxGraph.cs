using System.Runtime.InteropServices;
using System.Text;
using Annotator.Inference.Onnx;

namespace Annotator.Tests.Unit.Inference;

/// <summary>Writes small ONNX models whose right answers are known by arithmetic.</summary>
internal sealed class OnnxGraph
{
    private readonly ProtoBytes _graph = new();
    private readonly ProtoBytes _metadata = new();
    private readonly List<(string Domain, long Version)> _opsets = [("", 17)];

    public OnnxGraph() => _graph.Text(2, "made by a test");

    public OnnxGraph Input(string name, ElementType type, params long[] dims) => Value(11, name, type, dims);

    public OnnxGraph Output(string name, ElementType type, params long[] dims) => Value(12, name, type, dims);

    public OnnxGraph Metadata(string key, string value)
    {
        _metadata.Message(14, new ProtoBytes().Text(1, key).Text(2, value));
        return this;
    }

    public OnnxGraph Opset(string domain, long version)
    {
        _opsets.Add((domain, version));
        return this;
    }

    public OnnxGraph Floats(string name, float[] data, params long[] dims) => Tensor(name, ElementType.Float32, MemoryMarshal.AsBytes(data.AsSpan()), dims);

    public OnnxGraph Longs(string name, long[] data, params long[] dims) => Tensor(name, ElementType.Int64, MemoryMarshal.AsBytes(data.AsSpan()), dims);

    public OnnxGraph Ints(string name, int[] data, params long[] dims) => Tensor(name, ElementType.Int32, MemoryMarshal.AsBytes(data.AsSpan()), dims);

    /// <summary>A tensor whose numbers lie in another file.</summary>
    public OnnxGraph External(string name, string location)
    {
        _graph.Message(5, new ProtoBytes().Number(1, 4).Number(2, 1).Text(8, name).Message(13, new ProtoBytes().Text(1, "location").Text(2, location)).Number(14, 1));
        return this;
    }

    /// <summary>The same with its place and shape.</summary>
    public OnnxGraph External(string name, string location, long offset, long length, params long[] dims)
    {
        var tensor = new ProtoBytes();
        Array.ForEach(dims, side => tensor.Number(1, side));
        tensor.Number(2, 1).Text(8, name);
        foreach (var (key, value) in new[] { ("location", location), ("offset", $"{offset}"), ("length", $"{length}") })
        {
            tensor.Message(13, new ProtoBytes().Text(1, key).Text(2, value));
        }

        _graph.Message(5, tensor.Number(14, 1));
        return this;
    }

    public OnnxGraph Node(string type, string[] inputs, string[] outputs, params ProtoBytes[] attributes) => Node(type, "", inputs, outputs, attributes);

    public OnnxGraph Node(string type, string domain, string[] inputs, string[] outputs, params ProtoBytes[] attributes)
    {
        var node = new ProtoBytes();
        Array.ForEach(inputs, input => node.Text(1, input));
        Array.ForEach(outputs, output => node.Text(2, output));
        node.Text(4, type);
        Array.ForEach(attributes, attribute => node.Message(5, attribute));
        if (domain.Length > 0)
        {
            node.Text(7, domain);
        }

        _graph.Message(1, node);
        return this;
    }

    /// <summary>An output that is always the same.</summary>
    public OnnxGraph Constant(string name, float[] data, params long[] dims) =>
        Floats($"{name}_value", data, dims).Node("Identity", [$"{name}_value"], [name]).Output(name, ElementType.Float32, dims);

    public OnnxGraph Constant(string name, long[] data, params long[] dims) =>
        Longs($"{name}_value", data, dims).Node("Identity", [$"{name}_value"], [name]).Output(name, ElementType.Int64, dims);

    public OnnxGraph Constant(string name, int[] data, params long[] dims) =>
        Ints($"{name}_value", data, dims).Node("Identity", [$"{name}_value"], [name]).Output(name, ElementType.Int32, dims);

    public static ProtoBytes Graph(string name, OnnxGraph graph) => new ProtoBytes().Text(1, name).Message(6, graph._graph).Number(20, 5);

    public static ProtoBytes Ints(string name, params long[] values)
    {
        var attribute = new ProtoBytes().Text(1, name);
        Array.ForEach(values, value => attribute.Number(8, value));
        return attribute.Number(20, 7);
    }

    public static ProtoBytes Int(string name, long value) => new ProtoBytes().Text(1, name).Number(3, value).Number(20, 2);

    public byte[] ToBytes()
    {
        var model = new ProtoBytes().Number(1, 8).Text(2, "tests").Message(7, _graph);
        _opsets.ForEach(opset => model.Message(8, new ProtoBytes().Text(1, opset.Domain).Number(2, opset.Version)));
        return [.. model.ToArray(), .. _metadata.ToArray()];
    }

    private OnnxGraph Tensor(string name, ElementType type, ReadOnlySpan<byte> data, long[] dims)
    {
        var tensor = new ProtoBytes();
        Array.ForEach(dims, length => tensor.Number(1, length));
        _graph.Message(5, tensor.Number(2, (int)type).Text(8, name).Bytes(9, data));
        return this;
    }

    private OnnxGraph Value(int field, string name, ElementType type, long[] dims)
    {
        var shape = new ProtoBytes();
        for (var axis = 0; axis < dims.Length; axis++)
        {
            shape.Message(1, dims[axis] < 0 ? new ProtoBytes().Text(2, $"{name}_{axis}") : new ProtoBytes().Number(1, dims[axis]));
        }

        _graph.Message(field, new ProtoBytes().Text(1, name).Message(2, new ProtoBytes().Message(1, new ProtoBytes().Number(1, (int)type).Message(2, shape))));
        return this;
    }
}

/// <summary>Protobuf's wire format, to write.</summary>
internal sealed class ProtoBytes
{
    private readonly MemoryStream _bytes = new();

    public ProtoBytes Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ProtoBytes Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoBytes Message(int field, ProtoBytes message) => Bytes(field, message.ToArray());

    public ProtoBytes Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.WriteByte((byte)(value | 0x80));
        }

        _bytes.WriteByte((byte)value);
    }
}
