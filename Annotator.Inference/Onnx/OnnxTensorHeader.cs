using System.Buffers.Binary;
using System.Globalization;

namespace Annotator.Inference.Onnx;

/// <summary>Reads what a TensorProto is, not its numbers; only short lists of whole numbers, which may be shapes, are read.</summary>
internal sealed class OnnxTensorHeader(WireReader wire, InferenceLimits limits)
{
    private const int LongestShape = 16;

    /// <param name="ShapeProduct">The product of the tensor's own numbers, where it could be a shape; -1 when it is beyond counting.</param>
    public sealed record Header(string Name, long? ShapeProduct);

    public Header Read(long end, OnnxGraphWalk walk)
    {
        var (name, type, elements) = ("", ElementType.Unknown, 1L);
        var (elsewhere, external) = (false, new ExternalData());
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
                    (elsewhere, external) = (true, External(wire.Message(end), external));
                    break;
                case (14, 0):
                    elsewhere |= wire.Varint() == 1;
                    break;
                default:
                    wire.Skip(kind, end);
                    break;
            }
        }

        if (elsewhere)
        {
            walk.External(name, external);
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

    /// <summary>One entry of where the numbers lie: <c>location</c>, <c>offset</c> or <c>length</c>.</summary>
    private ExternalData External(long end, ExternalData before)
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

        return key switch
        {
            "location" => before with { Location = value.StartsWith("./", StringComparison.Ordinal) ? value[2..] : value },
            "offset" => before with { Offset = Number(value) },
            "length" => before with { Length = Number(value) },
            _ => before,
        };
    }

    /// <summary>-1 for what is no number.</summary>
    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}

/// <summary>Where a tensor keeps its numbers when they are not in the model's own file.</summary>
/// <param name="Length">0 where it is not said.</param>
internal sealed record ExternalData(string Location = "", long Offset = 0, long Length = 0);
