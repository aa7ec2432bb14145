namespace Annotator.Inference.Decoding;

/// <summary>Reads one family of outputs.</summary>
internal interface IPredictionDecoder
{
    /// <summary>The predictions of one image, best first.</summary>
    /// <exception cref="ModelException">An output is missing or has another shape than the family's.</exception>
    IEnumerable<Prediction> Decode(DecodeContext context);
}
