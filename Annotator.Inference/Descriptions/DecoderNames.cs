namespace Annotator.Inference.Descriptions;

/// <summary>The families of outputs that are read. The words stand in <c>model.json</c> and never change meaning.</summary>
public static class DecoderNames
{
    /// <summary>[B, 4 + classes (+ extras), places]: Ultralytics v8 and later; masks, skeletons and turned boxes by the task.</summary>
    public const string YoloV8 = "yolo-v8-raw";

    /// <summary>[B, places, 5 + classes (+ 32)]: v5, v6, v7.</summary>
    public const string YoloV5 = "yolo-v5-raw";

    /// <summary>Three outputs of rank five, before the grid is added.</summary>
    public const string YoloV5Heads = "yolo-v5-heads";

    /// <summary>[B, objects, 6 + extras]: Ultralytics nms=True, v10, v26.</summary>
    public const string YoloEndToEnd = "yolo-end2end";

    /// <summary>[N, 7] with the image's number first: v7.</summary>
    public const string YoloV7EndToEnd = "yolo-v7-end2end";
    public const string Yolox = "yolox";

    /// <summary>boxes [B, N, 4] and scores [B, N, classes] in pixels: YOLO-NAS and its like.</summary>
    public const string YoloNas = "yolo-nas";

    /// <summary>[N, 7] with the image's number first and the class last: YOLO-NAS with suppression inside.</summary>
    public const string YoloNasFlat = "yolo-nas-flat";

    /// <summary>num_dets, det_boxes, det_scores, det_classes.</summary>
    public const string EfficientNms = "efficient-nms";

    /// <summary>[B, 300, 4 + classes], centres as parts of the image: Ultralytics' RT-DETR.</summary>
    public const string RtDetrUltralytics = "rtdetr-ultralytics";

    /// <summary>labels, boxes, scores, and the picture's size as a second input: RT-DETR, D-FINE, DEIM.</summary>
    public const string RtDetr = "rtdetr";

    /// <summary>dets and labels (logits): RF-DETR.</summary>
    public const string RfDetr = "rfdetr";

    /// <summary>logits and pred_boxes: DETR, YOLOS, Deformable DETR of Hugging Face.</summary>
    public const string Detr = "detr";

    /// <summary>Boxes, labels, scores (masks, keypoints) of one image in its own pixels.</summary>
    public const string TorchVision = "torchvision";

    /// <summary>dets [B, N, 5], labels [B, N], masks.</summary>
    public const string MmDeploy = "mmdeploy";
    public const string TfDetection = "tf-detection";

    /// <summary>scores [B, P, classes] with a background, boxes [B, P, 4] as parts.</summary>
    public const string SsdTwoTensors = "ssd";
    public const string PaddleDetection = "paddle-detection";

    /// <summary>simcc_x and simcc_y of one person's crop.</summary>
    public const string SimCc = "simcc";

    /// <summary>[B, nodes, h, w] of one person's crop.</summary>
    public const string Heatmap = "heatmap";

    /// <summary>dets [B, N, 5] and keypoints [B, N, nodes, 3].</summary>
    public const string Rtmo = "rtmo";
    public const string Classification = "classification";

    /// <summary>Nothing is decoded here: the model is somebody else's server, which answers with shapes.</summary>
    public const string Remote = "remote";

    /// <summary>[B, classes, h, w].</summary>
    public const string Semantic = "semantic";

    /// <summary>[B, 1, h, w]: one kind of object against the rest.</summary>
    public const string BinaryMask = "binary-mask";

    /// <summary>[B, h, w] of class numbers.</summary>
    public const string ClassMap = "class-map";

    /// <summary>Text regions, with their text where a recogniser is beside.</summary>
    public const string TextRegions = "dbnet";

    /// <summary>Characters of one line: a text model by itself.</summary>
    public const string TextLine = "ctc";
    public const string Embedding = "embedding";
    public const string Sam = "sam";
    public const string EdgeSam = "edge-sam";
    public const string Sam2 = "sam2";
    public const string SamHuggingFace = "sam-hf";
    public const string VitTrack = "vittrack";

    public static IReadOnlyList<string> All { get; } =
    [
        YoloV8, YoloV5, YoloV5Heads, YoloEndToEnd, YoloV7EndToEnd, Yolox, YoloNas, YoloNasFlat, EfficientNms, RtDetrUltralytics, RtDetr, RfDetr, Detr, TorchVision,
        MmDeploy, TfDetection, SsdTwoTensors, PaddleDetection, SimCc, Heatmap, Rtmo, Classification, Semantic, BinaryMask, ClassMap, TextRegions, TextLine, Embedding,
        Sam, EdgeSam, Sam2, SamHuggingFace, VitTrack, Remote,
    ];
}
