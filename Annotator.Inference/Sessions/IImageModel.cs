namespace Annotator.Inference.Sessions;

/// <summary>A loaded model of any family that looks at whole images.</summary>
public interface IImageModel : IDisposable
{
    /// <summary>Where it runs, and why there.</summary>
    string Provider { get; }
    string Reason { get; }

    /// <summary>The predictions of each image, in the images' order, best first.</summary>
    /// <exception cref="ModelException">The model failed, or gave what its description does not say.</exception>
    IReadOnlyList<IReadOnlyList<Prediction>> Predict(IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel);
}
