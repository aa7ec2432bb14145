using Annotator.Inference.Decoding;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Text;

/// <summary>Finds regions of text and reads them: polygons with an attribute <c>text</c>.</summary>
/// <param name="orientation">Turns lines that stand on their head; null for none.</param>
public sealed class TextPipeline(ModelSession regions, ModelSession lines, ModelSession? orientation) : IImageModel
{
    private const double SureTurned = 0.9;

    public string Provider => regions.Provider;
    public string Reason => regions.Reason;

    public IReadOnlyList<IReadOnlyList<Prediction>> Predict(IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel)
    {
        var found = regions.Predict(images, options, cancel);
        return [.. found.Select((predictions, i) => Read(images[i], predictions, cancel))];
    }

    public void Dispose()
    {
        regions.Dispose();
        lines.Dispose();
        orientation?.Dispose();
    }

    /// <summary>Regions whose text is not read with any certainty keep their place and get none.</summary>
    private Prediction[] Read(PixelImage image, IReadOnlyList<Prediction> predictions, CancellationToken cancel)
    {
        // Lines of like width go through the model together.
        var order = Enumerable.Range(0, predictions.Count).ToList();
        var crops = predictions.Select(prediction => LineCrop.Cut(image, prediction.Points)).ToList();
        order.Sort((one, other) => ((double)crops[one].Width / crops[one].Height).CompareTo((double)crops[other].Width / crops[other].Height));
        if (orientation is not null)
        {
            var turned = orientation.Predict(crops, new PredictionOptions { Confidence = 0 }, cancel);
            for (var i = 0; i < crops.Count; i++)
            {
                crops[i] = turned[i] is [{ LabelIndex: 1, Score: > SureTurned }, ..] ? LineCrop.HalfTurned(crops[i]) : crops[i];
            }
        }

        var texts = lines.Predict([.. order.Select(i => crops[i])], new PredictionOptions(), cancel);
        var result = predictions.ToArray();
        for (var k = 0; k < order.Count; k++)
        {
            if (texts[k] is [var line, ..])
            {
                result[order[k]] = result[order[k]] with { Attributes = new Dictionary<string, string> { [TextLineDecoder.TextAttribute] = line.Attributes[TextLineDecoder.TextAttribute] } };
            }
        }

        return result;
    }
}
