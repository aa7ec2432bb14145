using Annotator.Inference.Interactive;
using Annotator.Inference.Tracking;

namespace Annotator.Inference.Processes;

/// <summary>A loaded model, wherever it runs: in a process of this machine, or behind an address.</summary>
public interface IRunningModel : IAsyncDisposable
{
    /// <summary>The predictions of each picture, in the pictures' order.</summary>
    /// <exception cref="ModelException">The model failed, or what it runs in did.</exception>
    Task<IReadOnlyList<IReadOnlyList<Prediction>>> PredictAsync(IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel);

    /// <summary>One vector of length 1 for each picture.</summary>
    /// <exception cref="ModelException">As <see cref="PredictAsync"/>; or the model makes no vectors.</exception>
    Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<PixelImage> images, CancellationToken cancel);

    /// <summary>Looks at a picture, so that clicks on it are cheap.</summary>
    /// <param name="key">Names picture and model.</param>
    /// <exception cref="ModelException">As <see cref="PredictAsync"/>; or the model takes no clicks.</exception>
    Task<ImageEmbedding> EncodeAsync(string key, PixelImage image, CancellationToken cancel);

    /// <summary>The masks that a prompt may mean, best first.</summary>
    /// <exception cref="ModelException">As <see cref="EncodeAsync"/>.</exception>
    Task<IReadOnlyList<MaskCandidate>> SegmentAsync(ImageEmbedding embedding, Prompt prompt, CancellationToken cancel);

    /// <summary>Where an object is in a picture: see <see cref="VitNetwork.Look"/>.</summary>
    /// <param name="template">A square about the object, as it looked first.</param>
    /// <param name="search">A square in which it may be.</param>
    /// <exception cref="ModelException">As <see cref="PredictAsync"/>; or the model is no tracker.</exception>
    Task<TrackSight> TrackAsync(PixelImage template, PixelImage search, CancellationToken cancel);
}
