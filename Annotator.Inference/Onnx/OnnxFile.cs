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

    /// <summary>Files beside the model that hold its weights, each with the bytes that it must have at least; mostly none.</summary>
    public IReadOnlyDictionary<string, long> DataFiles { get; init; } = new Dictionary<string, long>();

    /// <summary>Reads and checks a model that is one file.</summary>
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
            throw TooLarge(content.Length, limits);
        }

        content.Position = 0;
        var file = new OnnxParser(content, limits).Model();
        return file.DataFiles.Count == 0 ? file
            : throw new ModelException("model-external-data", $"The model keeps its weights in {string.Join(", ", file.DataFiles.Keys)}, and only its own bytes are here.");
    }

    /// <summary>As <see cref="Read(Stream, InferenceLimits)"/>, of a file, which may have its weights in plain files of the same folder.</summary>
    public static OnnxFile Read(string path, InferenceLimits limits)
    {
        using var content = File.OpenRead(path);
        if (content.Length > limits.MaxModelBytes)
        {
            throw TooLarge(content.Length, limits);
        }

        var file = new OnnxParser(content, limits).Model();
        var all = content.Length;
        foreach (var (name, needed) in file.DataFiles)
        {
            var data = new FileInfo(Path.Join(Path.GetDirectoryName(path), name));
            if (!data.Exists || data.LinkTarget is not null)
            {
                throw new ModelException("model-external-data", $"The model keeps its weights in {name}; add that file with it, under that name.");
            }

            if (data.Length < needed)
            {
                throw new ModelException("model-external-data", $"The model keeps its weights in {name}, which has {data.Length:N0} bytes and must have {needed:N0}. Add the whole file.");
            }

            all += data.Length;
        }

        return all <= limits.MaxModelBytes ? file : throw TooLarge(all, limits);
    }

    private static ModelException TooLarge(long bytes, InferenceLimits limits) => new("model-too-large", $"The model has {bytes:N0} bytes; the limit is {limits.MaxModelBytes:N0}.");
}
