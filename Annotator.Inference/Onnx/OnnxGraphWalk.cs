using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Onnx;

/// <summary>Counts what a model has while it is walked, and stops where a limit is passed.</summary>
internal sealed class OnnxGraphWalk(InferenceLimits limits)
{
    private const int MostFiles = 16;
    private readonly HashSet<string> _domains = new(StringComparer.Ordinal);

    public int Nodes { get; private set; }
    public int Depth { get; private set; }
    public long Parameters { get; private set; }

    /// <summary>Files beside the model that tensors lie in, each with the bytes that it must have at least.</summary>
    public Dictionary<string, long> Files { get; } = new(StringComparer.Ordinal);

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

    /// <summary>Notes a tensor that lies in another file, which may only be one beside the model.</summary>
    public void External(string tensor, ExternalData data)
    {
        var end = data.Offset < 0 || data.Length < 0 || data.Offset > long.MaxValue - data.Length ? -1 : data.Offset + data.Length;
        if (!DescriptionRules.IsPlainName(data.Location) || end < 0)
        {
            throw new ModelException(
                "model-external-data", $"The tensor {tensor} keeps its numbers in \"{data.Location}\", which is no place in a file beside the model. Save the model again with its weights inside.");
        }

        Files[data.Location] = Math.Max(end, Files.GetValueOrDefault(data.Location));
        if (Files.Count > MostFiles)
        {
            throw new ModelException("model-external-data", $"The model keeps its numbers in more than {MostFiles} other files. Save it again with its weights inside, or in one file.");
        }
    }

    public void CheckConstant(long elements, string what)
    {
        if (elements < 0 || elements > limits.MaxConstantElements)
        {
            throw new ModelException("model-huge-constant", $"The constant {what} has {(elements < 0 ? "too many" : elements.ToString("N0", System.Globalization.CultureInfo.InvariantCulture))} numbers; the limit is {limits.MaxConstantElements:N0}.");
        }
    }
}
