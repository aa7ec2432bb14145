using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Interactive;
using Annotator.Inference.Recognition;

namespace Annotator.Worker.Models.Connectors;

/// <summary>One way of asking a model that runs elsewhere.</summary>
internal interface IRemoteProtocol
{
    /// <summary>What the model is, as far as it tells; what it does not tell is asked.</summary>
    /// <exception cref="ModelException">It cannot be reached, or is none that can be used.</exception>
    Task<RecognisedModel> DescribeAsync(CancellationToken cancel);

    /// <summary>The predictions of each picture.</summary>
    /// <exception cref="ModelException">It failed, or answered what cannot be read.</exception>
    Task<IReadOnlyList<IReadOnlyList<Prediction>>> PredictAsync(ModelDescription description, IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel);

    /// <summary>The masks that a prompt may mean.</summary>
    /// <exception cref="ModelException">As <see cref="PredictAsync"/>; or the model takes no clicks.</exception>
    Task<IReadOnlyList<MaskCandidate>> SegmentAsync(ModelDescription description, byte[] jpeg, int width, int height, Prompt prompt, CancellationToken cancel);
}
