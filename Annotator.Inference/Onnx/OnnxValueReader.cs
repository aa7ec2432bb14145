namespace Annotator.Inference.Onnx;

/// <summary>Reads a ValueInfoProto: name, type of numbers, shape.</summary>
internal sealed class OnnxValueReader(WireReader wire, InferenceLimits limits)
{
    public OnnxValue Read(long end)
    {
        var (name, type, dims) = ("", ElementType.Unknown, (List<long>?)null);
        while (wire.Next(end, out var field, out var kind))
        {
            switch (field, kind)
            {
                case (1, 2):
                    name = wire.Text(end, limits.MaxTextBytes);
                    break;
                case (2, 2):
                    (type, dims) = Type(wire.Message(end));
                    break;
                default:
                    wire.Skip(kind, end);
                    break;
            }
        }

        return new OnnxValue(name, type, dims);
    }

    private (ElementType Type, List<long>? Dims) Type(long end)
    {
        var result = (ElementType.Unknown, (List<long>?)null);
        while (wire.Next(end, out var field, out var kind))
        {
            if ((field, kind) == (1, 2))
            {
                result = Tensor(wire.Message(end));
            }
            else
            {
                wire.Skip(kind, end);
            }
        }

        return result;
    }

    private (ElementType Type, List<long>? Dims) Tensor(long end)
    {
        var (type, dims) = (ElementType.Unknown, (List<long>?)null);
        while (wire.Next(end, out var field, out var kind))
        {
            switch (field, kind)
            {
                case (1, 0):
                    type = (ElementType)wire.Varint();
                    break;
                case (2, 2):
                    dims = Shape(wire.Message(end));
                    break;
                default:
                    wire.Skip(kind, end);
                    break;
            }
        }

        return (type, dims);
    }

    private List<long> Shape(long end)
    {
        var dims = new List<long>();
        while (wire.Next(end, out var field, out var kind))
        {
            if ((field, kind) == (1, 2))
            {
                dims.Add(Dimension(wire.Message(end)));
            }
            else
            {
                wire.Skip(kind, end);
            }
        }

        return dims;
    }

    /// <summary>A length, or -1 for a named or unnamed free one. Some exporters write 0 or -1 for free.</summary>
    private long Dimension(long end)
    {
        var length = -1L;
        while (wire.Next(end, out var field, out var kind))
        {
            if ((field, kind) == (1, 0))
            {
                length = (long)wire.Varint();
            }
            else
            {
                wire.Skip(kind, end);
            }
        }

        return length > 0 ? length : -1;
    }
}
