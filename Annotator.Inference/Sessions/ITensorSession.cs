using Annotator.Inference.Onnx;

namespace Annotator.Inference.Sessions;

/// <summary>Numbers in, numbers out: a model that is loaded here, or one that answers elsewhere.</summary>
public interface ITensorSession : IDisposable
{
    /// <summary>Where it runs, and why there.</summary>
    string Provider { get; }
    string Reason { get; }
    IReadOnlyList<OnnxValue> Inputs { get; }
    IReadOnlyList<OnnxValue> Outputs { get; }

    /// <summary>Runs the model once.</summary>
    /// <returns>The outputs by name.</returns>
    /// <exception cref="ModelException">The model failed, or gave what cannot be taken.</exception>
    IReadOnlyDictionary<string, ModelTensor> Run(IReadOnlyList<ModelFeed> feeds, CancellationToken cancel);
}
