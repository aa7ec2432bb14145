using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Decoding;

/// <summary>The decoder of each family.</summary>
internal static class Decoders
{
    private static readonly Dictionary<string, IPredictionDecoder> _byName = new()
    {
        [DecoderNames.YoloV8] = new YoloV8Decoder(),
        [DecoderNames.YoloV5] = new YoloV5Decoder(),
        [DecoderNames.Yolox] = new YoloV5Decoder(),
        [DecoderNames.YoloV5Heads] = new YoloHeadsDecoder(),
        [DecoderNames.YoloEndToEnd] = new YoloEndToEndDecoder(),
        [DecoderNames.YoloV7EndToEnd] = new RowDetectionDecoder(DetectionColumns.YoloV7),
        [DecoderNames.YoloNasFlat] = new RowDetectionDecoder(DetectionColumns.YoloNas),
        [DecoderNames.PaddleDetection] = new RowDetectionDecoder(DetectionColumns.Paddle),
        [DecoderNames.YoloNas] = new ScoreTableDecoder(),
        [DecoderNames.Detr] = new ScoreTableDecoder(),
        [DecoderNames.SsdTwoTensors] = new ScoreTableDecoder(),
        [DecoderNames.RtDetrUltralytics] = new CombinedTableDecoder(),
        [DecoderNames.RfDetr] = new RfDetrDecoder(),
        [DecoderNames.RtDetr] = new SeparateOutputsDecoder(),
        [DecoderNames.EfficientNms] = new SeparateOutputsDecoder(),
        [DecoderNames.TorchVision] = new SeparateOutputsDecoder(),
        [DecoderNames.MmDeploy] = new SeparateOutputsDecoder(),
        [DecoderNames.TfDetection] = new SeparateOutputsDecoder(),
        [DecoderNames.Rtmo] = new SeparateOutputsDecoder(),
        [DecoderNames.SimCc] = new CropPoseDecoder(maps: false),
        [DecoderNames.Heatmap] = new CropPoseDecoder(maps: true),
        [DecoderNames.Classification] = new ClassificationDecoder(),
        [DecoderNames.Semantic] = new SemanticDecoder(),
        [DecoderNames.ClassMap] = new ClassMapDecoder(),
        [DecoderNames.BinaryMask] = new BinaryMaskDecoder(),
        [DecoderNames.TextRegions] = new TextRegionDecoder(),
        [DecoderNames.TextLine] = new TextLineDecoder(),
    };

    /// <exception cref="ModelException"><c>decoder-unknown</c>: the model gives no predictions of that kind.</exception>
    public static IPredictionDecoder Of(string name) =>
        _byName.TryGetValue(name, out var decoder) ? decoder : throw new ModelException("decoder-unknown", $"A model with the decoder \"{name}\" gives no predictions of whole images.");
}
