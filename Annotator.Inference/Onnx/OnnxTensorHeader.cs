using System.Buffers.Binary;

namespace Annotator.Inference.Onnx;

/// <summary>Reads what a TensorProto is, not its numbers; only short lists of whole numbers, which may be shapes, are read.</summary>
internal sealed class OnnxTensorHeader(WireReader wire, InferenceLimits limits)
{
    private const int LongestShape = 16;

    /// <param name="ShapeProduct">The product of the tensor's own numbers, where it could be a shape; -1 when it is beyond counting.</param>
    public sealed record Header(string Name, long? ShapeProduct);

    public Header Read(long end, OnnxGraphWalk walk)
    {
        var (name, type, external, elements) = ("", ElementType.Unknown, "", 1L);
        var values = new List<long>();
        var dims = 0;
        while (wire.Next(end, out var field, out var kind))
        {
            switch (field, kind)
            {
                case (1, 0):
                    elements = Times(elements, (long)wire.Varint());
                    dims++;
                    break;
                case (1, 2):
                    for (var stop = wire.Message(end); wire.Position < stop; dims++)
                    {
                        elements = Times(elements, (long)wire.Varint());
                    }

                    break;
                case (2, 0):
                    type = (ElementType)wire.Varint();
                    break;
                case (7, 0):
                    values.Add((long)wire.Varint());
                    break;
                case (7, 2):
                    Packed(end, values);
                    break;
                case (8, 2):
                    name = wire.Text(end, limits.MaxTextBytes);
                    break;
                case (9, 2):
                    Raw(end, type, values);
                    break;
                case (13, 2):
                    external = Location(wire.Message(end), external);
                    break;
                case (14, 0):
                    external = wire.Varint() == 1 && external.Length == 0 ? "another file" : external;
                    break;
                default:
                    wire.Skip(kind, end);
                    break;
            }
        }

        if (external.Length > 0)
        {
            throw new ModelException("model-external-data", $"The tensor {name} keeps its numbers in {external}; only models in one file are taken. Save it again with its weights inside.");
        }

        walk.Tensor(elements, name);
        return new Header(name, type == ElementType.Int64 && dims <= 1 && values.Count is > 0 and <= LongestShape ? values.Aggregate(1L, Times) : null);
    }

    /// <summary>A sparse tensor: values (1), indices (2) and dims (3).</summary>
    public void ReadSparse(long end, OnnxGraphWalk walk)
    {
        var elements = 1L;
        while (wire.Next(end, out var field, out var kind))
        {
            switch (field, kind)
            {
                case (1, 2) or (2, 2):
                    Read(wire.Message(end), walk);
                    break;
                case (3, 0):
                    elements = Times(elements, (long)wire.Varint());
                    break;
                case (3, 2):
                    for (var stop = wire.Message(end); wire.Position < stop;)
                    {
                        elements = Times(elements, (long)wire.Varint());
                    }

                    break;
                default:
                    wire.Skip(kind, end);
                    break;
            }
        }

        walk.CheckConstant(elements, "of a sparse tensor");
    }

    /// <summary>-1 once the product is beyond counting.</summary>
    private static long Times(long one, long other) =>
        one < 0 || other < 0 || (other > 0 && one > long.MaxValue / other) ? -1 : one * other;

    private void Packed(long end, List<long> values)
    {
        var stop = wire.Message(end);
        while (wire.Position < stop && values.Count <= LongestShape)
        {
            values.Add((long)wire.Varint());
        }

        wire.JumpTo(stop, end);
    }

    private void Raw(long end, ElementType type, List<long> values)
    {
        var stop = wire.Message(end);
        var length = stop - wire.Position;
        if (type == ElementType.Int64 && length <= LongestShape * sizeof(long) && length % sizeof(long) == 0)
        {
            var bytes = wire.Bytes((int)length);
            for (var i = 0; i < bytes.Length; i += sizeof(long))
            {
                values.Add(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i)));
            }
        }

        wire.JumpTo(stop, end);
    }

    private string Location(long end, string before)
    {
        var (key, value) = ("", "");
        while (wire.Next(end, out var field, out var kind))
        {
            switch (field, kind)
            {
                case (1, 2):
                    key = wire.Text(end, limits.MaxTextBytes);
                    break;
                case (2, 2):
                    value = wire.Text(end, limits.MaxTextBytes);
                    break;
                default:
                    wire.Skip(kind, end);
                    break;
            }
        }

        return key == "location" ? $"the file \"{value}\"" : before.Length > 0 ? before : "another file";
    }
}
