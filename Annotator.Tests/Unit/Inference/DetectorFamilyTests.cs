using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;

namespace Annotator.Tests.Unit.Inference;

public sealed class DetectorFamilyTests
{
    private static readonly string[] _two = ["cat", "dog"];

    [Fact]
    public void RT_DETR_and_D_FINE_are_told_the_pictures_size_and_answer_in_its_pixels()
    {
        // The boxes are the picture's size itself, as it was given: 0, 0, width, height.
        var graph = Golden.Graph().Input("orig_target_sizes", ElementType.Int64, 1, 2)
            .Node("Cast", ["orig_target_sizes"], ["size"], OnnxGraph.Int("to", 1))
            .Floats("zero", [0, 0], 1, 2)
            .Node("Concat", ["zero", "size"], ["flat"], OnnxGraph.Int("axis", 1))
            .Longs("shape", [1, 1, 4], 3)
            .Node("Reshape", ["flat", "shape"], ["boxes"])
            .Output("boxes", ElementType.Float32, 1, 1, 4)
            .Constant("labels", new[] { 1L }, 1, 1)
            .Constant("scores", [0.8f], 1, 1);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.RtDetr)), "dog", 0.8, 0, 0, 128, 64);
    }

    [Fact]
    public void Ultralytics_RT_DETR_gives_parts_of_a_stretched_picture()
    {
        var three = Golden.Graph().Metadata("task", "detect").Metadata("names", "{0: 'cat', 1: 'dog', 2: 'cow'}")
            .Constant("output0", Golden.Rows(300, 7, (5, [0.5f, 0.5f, 0.25f, 0.5f, 0.1f, 0.7f, 0])), 1, 300, 7);
        Golden.AssertBox(Assert.Single(Golden.Run(three, [], DecoderNames.RtDetrUltralytics)), "dog", 0.7, 48, 16, 80, 48);
    }

    [Fact]
    public void RF_DETR_counts_pairs_of_place_and_class_and_its_masks_are_before_the_sigmoid()
    {
        var masks = new float[2 * 8 * 8];
        Array.Fill(masks, -5);
        for (var i = 0; i < 64; i++)
        {
            masks[i] = i % 8 < 4 ? 5 : -5;
        }

        var graph = Golden.Graph()
            .Constant("dets", [0.5f, 0.5f, 0.5f, 0.5f, 0, 0, 0, 0], 1, 2, 4)
            .Constant("labels", [-9, 0, 2, -9, -9, -9], 1, 2, 3)
            .Constant("masks", masks, 1, 2, 8, 8);

        // Three scores for two names: counted from 1. Box 32..96 × 16..48; the mask's edge lies between columns 3 and 4 of 8, at 64.
        var found = Golden.Run(graph, _two, DecoderNames.RfDetr);
        Assert.Equal(["dog", "cat"], found.Select(prediction => prediction.Label));
        Golden.AssertBox(found[0], "dog", 1 / (1 + Math.Exp(-2)), 32, 16, 96, 48);
        Golden.AssertNear([32, 16, 63, 47], found[0].Points[^4..]);
    }

    [Fact]
    public void DETR_drops_the_class_of_no_object()
    {
        var graph = Golden.Graph()
            .Constant("logits", [0, 0, 9, 0, 3, 0], 1, 2, 3)
            .Constant("pred_boxes", [0.5f, 0.5f, 0.5f, 0.5f, 0.25f, 0.5f, 0.5f, 1], 1, 2, 4);

        var found = Assert.Single(Golden.Run(graph, _two, DecoderNames.Detr));
        Golden.AssertBox(found, "dog", Math.Exp(3) / (Math.Exp(3) + 2), 0, 0, 64, 64);

        // Without names it is asked whether there is such a class.
        Assert.Contains(Golden.Recognise(graph).Best!.Questions, question => question.Code == "activation");
    }

    [Fact]
    public void Torchvision_gives_pixels_of_the_picture_and_counts_from_one()
    {
        var masks = new float[128 * 64];
        for (var i = 0; i < masks.Length; i++)
        {
            masks[i] = i % 128 < 20 ? 0.9f : 0.1f;
        }

        var graph = new OnnxGraph().Input("image", ElementType.Float32, 3, -1, -1)
            .Constant("6568", [10f, 10, 30, 40, 0, 0, 5, 5], 2, 4)
            .Constant("6570", new[] { 2L, 1L }, 2)
            .Constant("6572", [0.9f, 0.1f], 2)
            .Constant("6887", [.. masks, .. new float[128 * 64]], 2, 1, 64, 128);

        var found = Assert.Single(Golden.Run(graph, _two, DecoderNames.TorchVision));

        Golden.AssertBox(found, "dog", 0.9, 10, 10, 30, 40);
        Golden.AssertNear([10, 10, 19, 39], found.Points[^4..]);
        Assert.Contains(Golden.Recognise(graph, _two).Best!.Questions, question => question.Code == "label-offset");
    }

    [Fact]
    public void Torchvision_keypoints_have_scores_before_the_sigmoid()
    {
        var nodes = new float[17 * 3];
        (nodes[0], nodes[1], nodes[2]) = (12, 14, 1);
        var graph = new OnnxGraph().Input("image", ElementType.Float32, 3, -1, -1)
            .Constant("boxes", [10f, 10, 30, 40], 1, 4).Constant("labels", new[] { 1L }, 1).Constant("scores", [0.9f], 1)
            .Constant("keypoints", nodes, 1, 17, 3).Constant("keypoints_scores", [2, .. Enumerable.Repeat(-2f, 16)], 1, 17);

        var found = Assert.Single(Golden.Run(graph, ["person"], DecoderNames.TorchVision));

        Assert.Equal(PredictionKind.Skeleton, found.Kind);
        Assert.Equal(("nose", 12.0, 14.0, true), (found.Nodes[0].Name, found.Nodes[0].X, found.Nodes[0].Y, found.Nodes[0].Visible));
        Assert.All(found.Nodes.Skip(1), node => Assert.False(node.Visible));
    }

    [Fact]
    public void MMDeploy_carries_the_score_beside_the_box_and_lies_at_the_top()
    {
        var graph = Golden.Graph().Constant("dets", [10, 10, 20, 20, 0.9f, 0, 0, 0, 0, 0], 1, 2, 5).Constant("labels", new[] { 1L, -1L }, 1, 2);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.MmDeploy)), "dog", 0.9, 20, 20, 40, 40);
        Assert.Contains(Golden.Recognise(graph, _two).Best!.Questions, question => question.Code == "color");
    }

    [Fact]
    public void TensorFlow_takes_bytes_and_gives_parts_with_the_top_first()
    {
        var graph = new OnnxGraph().Input("input_tensor", ElementType.UInt8, 1, -1, -1, 3)
            .Constant("detection_boxes", [0.25f, 0.5f, 0.75f, 1, 0, 0, 1, 1], 1, 2, 4)
            .Constant("detection_scores", [0.9f, 0.8f], 1, 2)
            .Constant("detection_classes", [2f, 1f], 1, 2)
            .Constant("num_detections", [1f], 1);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.TfDetection)), "dog", 0.9, 64, 16, 128, 48);
    }

    [Fact]
    public void SSD_has_a_background_in_front()
    {
        var graph = Golden.Graph().Constant("scores", [0.9f, 0.1f, 0, 0.1f, 0.2f, 0.7f], 1, 2, 3).Constant("boxes", [0, 0, 1, 1, 0.25f, 0.25f, 0.5f, 0.75f], 1, 2, 4);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.SsdTwoTensors)), "dog", 0.7, 32, 16, 64, 48);
    }

    [Fact]
    public void PaddleDetection_gives_class_score_and_pixels_of_the_picture()
    {
        var graph = new OnnxGraph().Input("image", ElementType.Float32, -1, 3, Golden.Side, Golden.Side).Input("scale_factor", ElementType.Float32, -1, 2)
            .Constant("rows", [1, 0.9f, 10, 10, 20, 20, -1, 0, 0, 0, 0, 0], 2, 6).Constant("count", new[] { 2 }, 1);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.PaddleDetection)), "dog", 0.9, 10, 10, 20, 20);
    }

    [Fact]
    public void RTMO_gives_people_with_nodes()
    {
        var nodes = new float[17 * 3];
        (nodes[0], nodes[1], nodes[2]) = (5, 6, 0.8f);
        var graph = Golden.Graph().Constant("dets", [4, 4, 30, 30, 0.9f], 1, 1, 5).Constant("keypoints", nodes, 1, 1, 17, 3);

        var found = Assert.Single(Golden.Run(graph, ["person"], DecoderNames.Rtmo));

        Golden.AssertBox(found, "person", 0.9, 8, 8, 60, 60);
        Assert.Equal((10.0, 12.0, true), (found.Nodes[0].X, found.Nodes[0].Y, found.Nodes[0].Visible));
    }
}
