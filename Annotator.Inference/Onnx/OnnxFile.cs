namespace Annotator.Inference.Onnx;

/// <summary>
/// What an ONNX file says about itself, read without loading it: no operator runs, no memory is given to its tensors. What
/// is dangerous or not ours to run is refused by name before any native code sees it.
/// </summary>
public sealed record OnnxFile
{
    public required long Bytes { get; init; }
    public required int IrVersion { get; init; }
    public string Producer { get; init; } = "";
    public string ProducerVersion { get; init; } = "";

    /// <summary>Version of each set of operators by its domain; the standard one is the empty word.</summary>
    public required IReadOnlyDictionary<string, long> Opsets { get; init; }

    /// <summary>Inputs that a caller has to give; those with a value of their own in the file are left out.</summary>
    public required IReadOnlyList<OnnxValue> Inputs { get; init; }
    public required IReadOnlyList<OnnxValue> Outputs { get; init; }
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Nodes of all graphs.</summary>
    public required int Nodes { get; init; }

    /// <summary>0 when the model has no inner graphs.</summary>
    public required int GraphDepth { get; init; }

    /// <summary>Numbers in the file's own tensors.</summary>
    public required long Parameters { get; init; }

    /// <summary>Reads and checks a model.</summary>
    /// <param name="content">Seekable, at its start; it stays open.</param>
    /// <exception cref="ModelException">
    /// <c>model-not-onnx</c>, <c>model-too-large</c>, <c>model-external-data</c>, <c>model-custom-operator</c>,
    /// <c>model-too-deep</c>, <c>model-too-many-nodes</c>, <c>model-huge-constant</c>, <c>model-too-many-values</c>,
    /// <c>model-text-too-long</c> or <c>model-training</c>.
    /// </exception>
    public static OnnxFile Read(Stream content, InferenceLimits limits)
    {
        if (content.Length > limits.MaxModelBytes)
        {
            throw new ModelException("model-too-large", $"The model has {content.Length:N0} bytes; the limit is {limits.MaxModelBytes:N0}.");
        }

        content.Position = 0;
        return new OnnxParser(content, limits).Model();
    }

    /// <summary>As <see cref="Read(Stream, InferenceLimits)"/>, of a file.</summary>
    public static OnnxFile Read(string path, InferenceLimits limits)
    {
        using var content = File.OpenRead(path);
        return Read(content, limits);
    }
}
