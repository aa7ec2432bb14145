using Annotator.Inference.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Annotator.Inference.Sessions;

/// <summary>Numbers for one input; they become what the model takes: halves, bytes, whole numbers.</summary>
public sealed record ModelFeed(string Name, long[] Shape, float[] Data);

/// <summary>A loaded model: numbers in, numbers out. Safe for several threads.</summary>
public sealed class OnnxSession : ITensorSession
{
    private readonly InferenceSession _session;
    private readonly InferenceLimits _limits;

    private OnnxSession(InferenceSession session, string provider, string reason, InferenceLimits limits)
    {
        (_session, Provider, Reason, _limits) = (session, provider, reason, limits);
        Inputs = [.. session.InputMetadata.Select(input => OrtValues.Describe(input.Key, input.Value))];
        Outputs = [.. session.OutputMetadata.Select(output => OrtValues.Describe(output.Key, output.Value))];
    }

    /// <summary>TensorRT, CUDA or CPU.</summary>
    public string Provider { get; }

    /// <summary>Why this provider: what became of those before it.</summary>
    public string Reason { get; }
    public IReadOnlyList<OnnxValue> Inputs { get; }
    public IReadOnlyList<OnnxValue> Outputs { get; }

    /// <summary>Loads a model from its bytes, so that nothing in it can reach for other files. Check it with <see cref="OnnxFile"/> before.</summary>
    /// <exception cref="ModelException"><c>model-not-loadable</c>.</exception>
    public static OnnxSession Open(byte[] model, SessionSettings settings, InferenceLimits limits, bool dynamicShapes = true)
    {
        var (session, provider, reason) = ExecutionProviders.Open(options => new InferenceSession(model, options), settings, dynamicShapes);
        return new OnnxSession(session, provider, reason, limits);
    }

    /// <summary>Checks a file and loads it; by its path only where its weights lie in files beside it, which were checked with it.</summary>
    /// <exception cref="ModelException">As <see cref="OnnxFile.Read(string, InferenceLimits)"/>, or <c>model-not-loadable</c>.</exception>
    public static OnnxSession Open(string path, SessionSettings settings, InferenceLimits limits, bool dynamicShapes = true)
    {
        if (OnnxFile.Read(path, limits).DataFiles.Count == 0)
        {
            return Open(File.ReadAllBytes(path), settings, limits, dynamicShapes);
        }

        var (session, provider, reason) = ExecutionProviders.Open(options => new InferenceSession(path, options), settings, dynamicShapes);
        return new OnnxSession(session, provider, reason, limits);
    }

    /// <summary>Runs the model once.</summary>
    /// <exception cref="ModelException"><c>model-failed</c>, with ONNX Runtime's words, or <c>output-too-large</c>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the run ends at its next operator.</exception>
    public IReadOnlyDictionary<string, ModelTensor> Run(IReadOnlyList<ModelFeed> feeds, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var options = new RunOptions();
        using var stop = cancel.Register(() => options.Terminate = true);
        var inputs = new List<OrtValue>(feeds.Count);
        try
        {
            foreach (var feed in feeds)
            {
                inputs.Add(OrtValues.Make(feed, TypeOf(feed.Name)));
            }

            using var outputs = _session.Run(options, [.. feeds.Select(feed => feed.Name)], inputs, _session.OutputNames);
            var result = new Dictionary<string, ModelTensor>(StringComparer.Ordinal);
            for (var i = 0; i < outputs.Count; i++)
            {
                if (OrtValues.Read(_session.OutputNames[i], outputs[i], _limits) is { } tensor)
                {
                    result[tensor.Name] = tensor;
                }
            }

            return result;
        }
        catch (OnnxRuntimeException error)
        {
            cancel.ThrowIfCancellationRequested();
            throw new ModelException("model-failed", $"The model failed while it ran: {error.Message.Split('\n')[0]}", error);
        }
        finally
        {
            inputs.ForEach(input => input.Dispose());
        }
    }

    public void Dispose() => _session.Dispose();

    private ElementType TypeOf(string name) =>
        Inputs.FirstOrDefault(input => input.Name == name)?.Type
        ?? throw new ModelException("input-missing", $"The model has no input \"{name}\"; it has {string.Join(", ", Inputs.Select(input => input.Name))}.");
}
