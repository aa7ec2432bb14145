using Annotator.Inference;
using Annotator.Inference.Decoding;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Interactive;
using Annotator.Inference.Processes;
using Annotator.Inference.Tracking;
using Annotator.Media;

namespace Annotator.Worker.Models.Connectors;

/// <summary>A model elsewhere in the place of one that is loaded here: nothing stays of it when it is put away.</summary>
internal sealed class RemoteModel(IRemoteProtocol protocol, ModelDescription description, JpegMaker jpegs) : IRunningModel
{
    public async Task<IReadOnlyList<IReadOnlyList<Prediction>>> PredictAsync(IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel)
    {
        var found = await protocol.PredictAsync(description, images, options, cancel);
        return [.. found.Select((predictions, index) => Finish(predictions, images[index], options))];
    }

    public Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<PixelImage> images, CancellationToken cancel) =>
        throw new ModelException("model-other-kind", "A model behind a connector makes no vectors.");

    public async Task<ImageEmbedding> EncodeAsync(string key, PixelImage image, CancellationToken cancel) =>
        RemoteImage.Keep(key, image, await RemoteImage.JpegAsync(jpegs, image, cancel));

    public async Task<IReadOnlyList<MaskCandidate>> SegmentAsync(ImageEmbedding embedding, Prompt prompt, CancellationToken cancel)
    {
        var found = await protocol.SegmentAsync(description, RemoteImage.Of(embedding), embedding.ImageWidth, embedding.ImageHeight, prompt, cancel);
        return [.. found.Where(candidate => candidate.Mask.Length > 0).OrderByDescending(candidate => candidate.Score)];
    }

    public Task<TrackSight> TrackAsync(PixelImage template, PixelImage search, CancellationToken cancel) =>
        throw new ModelException("model-other-kind", "A model behind a connector does not follow objects.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>What strangers say is held to the same rules as what our decoders say: scores that count, shapes in the picture, polygons where they are asked for.</summary>
    private List<Prediction> Finish(IReadOnlyList<Prediction> predictions, PixelImage image, PredictionOptions options)
    {
        var least = options.Confidence ?? description.Nms.Conf;
        return
        [
            .. predictions.Where(prediction => prediction.Score >= least)
                .OrderByDescending(prediction => prediction.Score)
                .Take(options.MaxDetections ?? description.Nms.MaxDet)
                .SelectMany(prediction => prediction.Kind == PredictionKind.Mask && options.MasksAsPolygons ? AsPolygons(prediction, options) : [Inside(prediction, image)]),
        ];
    }

    private static IEnumerable<Prediction> AsPolygons(Prediction prediction, PredictionOptions options) =>
        MaskPolygons.Of(prediction.Points, options.PolygonTolerance) is { Count: > 0 } rings
            ? rings.Select(ring => prediction with { Kind = PredictionKind.Polygon, Points = ring })
            : [prediction];

    private static Prediction Inside(Prediction prediction, PixelImage image) => prediction.Kind is PredictionKind.Rectangle or PredictionKind.Polygon or PredictionKind.Points
        ? prediction with { Points = [.. prediction.Points.Select((value, index) => Math.Clamp(value, 0, index % 2 == 0 ? image.Width : image.Height))] }
        : prediction;
}
