namespace Annotator.Inference.Onnx;

/// <summary>One walk through a ModelProto. Field numbers are those of onnx.proto3.</summary>
internal sealed class OnnxParser(Stream content, InferenceLimits limits)
{
    /// <summary>Operators that ONNX Runtime brings along; everything else is code that we do not have, or do not want.</summary>
    private static readonly HashSet<string> _known = ["", "ai.onnx", "ai.onnx.ml", "com.microsoft"];

    private readonly WireReader _wire = new(content);
    private readonly OnnxGraphWalk _walk = new(limits);
    private readonly HashSet<(string Domain, string Name)> _functions = [];

    public OnnxFile Model()
    {
        var end = content.Length;
        var (ir, producer, version, graphAt) = (0, "", "", -1L);
        var opsets = new Dictionary<string, long>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var functionsAt = new List<long>();
        while (_wire.Next(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, 0):
                    ir = (int)Math.Min(_wire.Varint(), int.MaxValue);
                    break;
                case (2, 2):
                    producer = _wire.Text(end, limits.MaxTextBytes);
                    break;
                case (3, 2):
                    version = _wire.Text(end, limits.MaxTextBytes);
                    break;
                case (7, 2):
                    graphAt = _wire.Position;
                    _wire.Skip(wire, end);
                    break;
                case (8, 2):
                    Opset(_wire.Message(end), opsets);
                    break;
                case (14, 2):
                    Entry(_wire.Message(end), metadata);
                    break;
                case (20, 2):
                    throw new ModelException("model-training", "The model carries training steps; export it for inference.");
                case (25, 2):
                    functionsAt.Add(_wire.Position);
                    _wire.Skip(wire, end);
                    break;
                default:
                    _wire.Skip(wire, end);
                    break;
            }
        }

        if (graphAt < 0 || ir is < 1 or > 100 || opsets.Count == 0)
        {
            throw WireReader.Damaged();
        }

        // Functions first: their names are operators of the model's own, which its nodes may call.
        foreach (var at in functionsAt)
        {
            _wire.JumpTo(at, end);
            FunctionName(_wire.Message(end));
        }

        foreach (var at in functionsAt)
        {
            _wire.JumpTo(at, end);
            FunctionBody(_wire.Message(end));
        }

        _wire.JumpTo(graphAt, end);
        var graph = Graph(_wire.Message(end), 0);
        if (graph.Outputs.Count == 0)
        {
            throw new ModelException("model-no-outputs", "The model has no outputs.");
        }

        graph.Inputs.RemoveAll(input => graph.Initializers.Contains(input.Name));
        if (graph.Inputs.Count + graph.Outputs.Count > limits.MaxValues)
        {
            throw new ModelException("model-too-many-values", $"The model has more than {limits.MaxValues} inputs and outputs.");
        }

        CheckDomains(opsets.Keys);
        return new OnnxFile
        {
            Bytes = end,
            IrVersion = ir,
            Producer = producer,
            ProducerVersion = version,
            Opsets = opsets,
            Inputs = graph.Inputs,
            Outputs = graph.Outputs,
            Metadata = metadata,
            Nodes = _walk.Nodes,
            GraphDepth = _walk.Depth,
            Parameters = _walk.Parameters,
            DataFiles = _walk.Files,
        };
    }

    private void CheckDomains(IEnumerable<string> domains)
    {
        foreach (var domain in domains.Where(domain => !_known.Contains(domain) && !_functions.Any(function => function.Domain == domain) && _walk.Uses(domain)))
        {
            throw Custom(domain, "");
        }
    }

    private static ModelException Custom(string domain, string name) => new(
        "model-custom-operator",
        $"The model needs {(name.Length == 0 ? "operators" : $"the operator {name}")} of {domain}, which the server does not have; export it with standard operators only.");

    private void Opset(long end, Dictionary<string, long> opsets)
    {
        var (domain, version) = ("", 0L);
        while (_wire.Next(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, 2):
                    domain = _wire.Text(end, limits.MaxTextBytes);
                    break;
                case (2, 0):
                    version = (long)_wire.Varint();
                    break;
                default:
                    _wire.Skip(wire, end);
                    break;
            }
        }

        opsets[domain] = version;
    }

    private void Entry(long end, Dictionary<string, string> metadata)
    {
        var (key, value) = ("", "");
        while (_wire.Next(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, 2):
                    key = _wire.Text(end, limits.MaxTextBytes);
                    break;
                case (2, 2):
                    value = _wire.Text(end, limits.MaxTextBytes);
                    break;
                default:
                    _wire.Skip(wire, end);
                    break;
            }
        }

        metadata[key] = value;
    }

    private void FunctionName(long end)
    {
        var (name, domain) = ("", "");
        while (_wire.Next(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, 2):
                    name = _wire.Text(end, limits.MaxTextBytes);
                    break;
                case (10, 2):
                    domain = _wire.Text(end, limits.MaxTextBytes);
                    break;
                default:
                    _wire.Skip(wire, end);
                    break;
            }
        }

        _functions.Add((domain, name));
    }

    private void FunctionBody(long end)
    {
        var shapes = new Dictionary<string, long>(StringComparer.Ordinal);
        while (_wire.Next(end, out var field, out var wire))
        {
            if ((field, wire) == (7, 2))
            {
                Node(_wire.Message(end), 0, shapes);
            }
            else
            {
                _wire.Skip(wire, end);
            }
        }
    }

    private sealed record GraphValues(List<OnnxValue> Inputs, List<OnnxValue> Outputs, HashSet<string> Initializers);

    private GraphValues Graph(long end, int depth)
    {
        _walk.Enter(depth);
        var graph = new GraphValues([], [], new HashSet<string>(StringComparer.Ordinal));
        var shapes = new Dictionary<string, long>(StringComparer.Ordinal);
        var start = _wire.Position;

        // Tensors may stand behind the nodes that use them: they are read first.
        while (_wire.Next(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (5, 2):
                    var tensor = new OnnxTensorHeader(_wire, limits).Read(_wire.Message(end), _walk);
                    graph.Initializers.Add(tensor.Name);
                    if (tensor.ShapeProduct is { } product)
                    {
                        shapes[tensor.Name] = product;
                    }

                    break;
                case (15, 2):
                    new OnnxTensorHeader(_wire, limits).ReadSparse(_wire.Message(end), _walk);
                    break;
                case (11, 2):
                    graph.Inputs.Add(new OnnxValueReader(_wire, limits).Read(_wire.Message(end)));
                    break;
                case (12, 2):
                    graph.Outputs.Add(new OnnxValueReader(_wire, limits).Read(_wire.Message(end)));
                    break;
                default:
                    _wire.Skip(wire, end);
                    break;
            }
        }

        _wire.JumpTo(start, end);
        while (_wire.Next(end, out var field, out var wire))
        {
            if ((field, wire) == (1, 2))
            {
                Node(_wire.Message(end), depth, shapes);
            }
            else
            {
                _wire.Skip(wire, end);
            }
        }

        return graph;
    }

    private void Node(long end, int depth, Dictionary<string, long> shapes)
    {
        var (inputs, outputs, type, domain) = (new List<string>(), new List<string>(), "", "");
        var start = _wire.Position;
        while (_wire.Next(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, 2):
                    inputs.Add(_wire.Text(end, limits.MaxTextBytes));
                    break;
                case (2, 2):
                    outputs.Add(_wire.Text(end, limits.MaxTextBytes));
                    break;
                case (4, 2):
                    type = _wire.Text(end, limits.MaxTextBytes);
                    break;
                case (7, 2):
                    domain = _wire.Text(end, limits.MaxTextBytes);
                    break;
                default:
                    _wire.Skip(wire, end);
                    break;
            }
        }

        _walk.Node(domain);
        if (!_known.Contains(domain) && !_functions.Contains((domain, type)))
        {
            throw Custom(domain, type);
        }

        // A shape of a few bytes can ask for more memory than there is.
        if (type is "ConstantOfShape" or "Expand" or "RandomNormal" or "RandomUniform" && inputs.Count > 0 && shapes.TryGetValue(inputs[^1], out var product))
        {
            _walk.CheckConstant(product, type);
        }

        _wire.JumpTo(start, end);
        while (_wire.Next(end, out var field, out var wire))
        {
            if ((field, wire) == (5, 2))
            {
                Attribute(_wire.Message(end), depth, type == "Constant" && outputs.Count == 1 ? (outputs[0], shapes) : null);
            }
            else
            {
                _wire.Skip(wire, end);
            }
        }
    }

    private void Attribute(long end, int depth, (string Output, Dictionary<string, long> Shapes)? constant)
    {
        while (_wire.Next(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (5, 2) or (10, 2):
                    var tensor = new OnnxTensorHeader(_wire, limits).Read(_wire.Message(end), _walk);
                    if (constant is { } made && tensor.ShapeProduct is { } product)
                    {
                        made.Shapes[made.Output] = product;
                    }

                    break;
                case (6, 2) or (11, 2):
                    Graph(_wire.Message(end), depth + 1);
                    break;
                case (22, 2) or (23, 2):
                    new OnnxTensorHeader(_wire, limits).ReadSparse(_wire.Message(end), _walk);
                    break;
                default:
                    _wire.Skip(wire, end);
                    break;
            }
        }
    }
}
