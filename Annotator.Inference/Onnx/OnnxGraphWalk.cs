namespace Annotator.Inference.Onnx;

/// <summary>Counts what a model has while it is walked, and stops where a limit is passed.</summary>
internal sealed class OnnxGraphWalk(InferenceLimits limits)
{
    private readonly HashSet<string> _domains = new(StringComparer.Ordinal);

    public int Nodes { get; private set; }
    public int Depth { get; private set; }
    public long Parameters { get; private set; }

    public bool Uses(string domain) => _domains.Contains(domain);

    public void Enter(int depth)
    {
        Depth = Math.Max(Depth, depth);
        if (depth > limits.MaxGraphDepth)
        {
            throw new ModelException("model-too-deep", $"If, Loop and Scan are nested deeper than {limits.MaxGraphDepth}.");
        }
    }

    public void Node(string domain)
    {
        _domains.Add(domain);
        if (++Nodes > limits.MaxNodes)
        {
            throw new ModelException("model-too-many-nodes", $"The model has more than {limits.MaxNodes:N0} nodes.");
        }
    }

    public void Tensor(long elements, string name)
    {
        CheckConstant(elements, name);
        Parameters += elements;
    }

    public void CheckConstant(long elements, string what)
    {
        if (elements < 0 || elements > limits.MaxConstantElements)
        {
            throw new ModelException("model-huge-constant", $"The constant {what} has {(elements < 0 ? "too many" : elements.ToString("N0", System.Globalization.CultureInfo.InvariantCulture))} numbers; the limit is {limits.MaxConstantElements:N0}.");
        }
    }
}
