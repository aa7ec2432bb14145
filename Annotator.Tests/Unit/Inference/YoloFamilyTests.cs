using Annotator.Formats.Geometry;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;

namespace Annotator.Tests.Unit.Inference;

public sealed class YoloFamilyTests
{
    private static readonly string[] _two = ["cat", "dog"];
    private static readonly string[] _one = ["cat"];

    [Fact]
    public void V8_and_later_give_columns_of_centre_size_and_scores()
    {
        // The second box covers the first; the third is of the other class; the fourth is no number; the fifth is empty.
        var output = Golden.Columns(
            Golden.Places,
            6,
            (3, [20, 30, 10, 8, 0.9f, 0.1f]),
            (4, [20.5f, 30, 10, 8, 0.8f, 0]),
            (5, [20, 30, 10, 8, 0.1f, 0.7f]),
            (6, [40, 30, 10, 8, float.NaN, 0.2f]),
            (7, [40, 30, 0, 8, 0.9f, 0]));
        var found = Golden.Run(Golden.Graph().Constant("output0", output, 1, 6, Golden.Places), _two, DecoderNames.YoloV8);

        Assert.Equal(2, found.Count);
        Golden.AssertBox(found[0], "cat", 0.9, 30, 20, 50, 36);
        Golden.AssertBox(found[1], "dog", 0.7, 30, 20, 50, 36);
    }

    [Fact]
    public void Scores_and_overlaps_can_be_turned_for_one_run()
    {
        var output = Golden.Columns(Golden.Places, 6, (3, [20, 30, 10, 8, 0.9f, 0]), (4, [22, 30, 10, 8, 0.8f, 0]), (9, [50, 30, 4, 4, 0, 0.3f]));
        var graph = Golden.Graph().Constant("output0", output, 1, 6, Golden.Places);

        Assert.Equal(2, Golden.Run(graph, _two, DecoderNames.YoloV8).Count);
        Assert.Equal(3, Golden.Run(graph, _two, DecoderNames.YoloV8, options: new PredictionOptions { Iou = 0.9 }).Count);
        Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloV8, options: new PredictionOptions { Confidence = 0.5 }));
        Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloV8, options: new PredictionOptions { ConfidenceByLabel = new Dictionary<int, double> { [0] = 0.95 } }));
        Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloV8, options: new PredictionOptions { MaxDetections = 1 }));
    }

    [Fact]
    public void An_output_of_nothing_is_no_prediction() =>
        Assert.Empty(Golden.Run(Golden.Graph().Constant("output0", new float[6 * Golden.Places], 1, 6, Golden.Places), _two, DecoderNames.YoloV8));

    [Fact]
    public void Metadata_outweighs_shapes_and_names_the_classes()
    {
        var output = Golden.Columns(Golden.Places, 4 + 1 + 6, (0, [20, 30, 10, 8, 0.9f, 15, 26, 0.9f, 25, 34, 0.2f]));
        var graph = Golden.Graph().Metadata("task", "pose").Metadata("names", "{0: 'gate'}").Metadata("kpt_shape", "[2, 3]").Metadata("license", "AGPL-3.0")
            .Constant("output0", output, 1, 11, Golden.Places);

        var recognised = Golden.Recognise(graph);
        Assert.True(recognised.IsCertain);
        Assert.Equal("AGPL-3.0", recognised.Best!.Description.License);
        var found = Assert.Single(Golden.Run(graph, [], DecoderNames.YoloV8));
        Assert.Equal(PredictionKind.Skeleton, found.Kind);
        Golden.AssertBox(found, "gate", 0.9, 30, 20, 50, 36);
        Assert.Equal([new PredictedNode("0", 30, 20, 0.9f, true), new PredictedNode("1", 50, 36, 0.2f, false)], found.Nodes);
    }

    [Fact]
    public void Turned_boxes_keep_their_angle_and_grow_with_the_picture()
    {
        var output = Golden.Columns(Golden.Places, 6, (0, [20, 30, 10, 8, 0.9f, MathF.PI / 6]), (1, [20, 30, 10, 8, 0.8f, MathF.PI / 6]));
        var graph = Golden.Graph().Metadata("task", "obb").Metadata("names", "{0: 'ship'}").Constant("output0", output, 1, 6, Golden.Places);

        var found = Assert.Single(Golden.Run(graph, [], DecoderNames.YoloV8));

        Assert.Equal(PredictionKind.RotatedRectangle, found.Kind);
        Golden.AssertBox(found, "ship", 0.9, 30, 20, 50, 36);
        Assert.Equal(30, found.Rotation, 1e-3);
    }

    [Fact]
    public void Masks_are_mixed_from_prototypes_inside_their_box_only()
    {
        // One prototype is set in the left half of the input, the other everywhere; the object takes the first.
        var prototypes = new float[32 * 16 * 16];
        for (var i = 0; i < 256; i++)
        {
            prototypes[i] = i % 16 < 8 ? 4 : -4;
            prototypes[256 + i] = 4;
        }

        var numbers = new float[4 + 2 + 32];
        (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[6]) = (32, 32, 16, 8, 0.9f, 1);
        var graph = Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 38, (0, numbers)), 1, 38, Golden.Places).Constant("output1", prototypes, 1, 32, 16, 16);

        var found = Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloV8));

        // The box is 48..80 × 24..40 of the picture; the prototype's edge lies between columns 7 and 8 of 16: at 64.
        Assert.Equal(PredictionKind.Mask, found.Kind);
        Golden.AssertBox(found, "cat", 0.9, 48, 24, 80, 40);
        Golden.AssertNear([48, 24, 63, 39], found.Points[^4..]);
        Assert.Equal(16 * 16, found.Points[..^4].Where((_, i) => i % 2 == 1).Sum());

        var polygon = Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloV8, options: new PredictionOptions { MasksAsPolygons = true }));
        Assert.Equal(PredictionKind.Polygon, polygon.Kind);
        Assert.Equal(256, Outlines.PolygonArea(polygon.Points), 1e-6);
        Assert.Equal(8, polygon.Points.Length);
    }

    [Fact]
    public void V5_multiplies_the_score_of_an_object_with_that_of_its_class()
    {
        var output = Golden.Rows(3 * Golden.Places, 7, (10, [20, 30, 10, 8, 0.5f, 0.2f, 0.8f]), (11, [20, 30, 10, 8, 0.2f, 1, 1]), (12, [1, 1, 1, 1, float.NaN, 1, 1]));
        var graph = Golden.Graph().Metadata("stride", "32").Metadata("names", "['cat', 'dog']").Constant("output", output, 1, 3 * Golden.Places, 7);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, [], DecoderNames.YoloV5)), "dog", 0.4, 30, 20, 50, 36);
    }

    [Fact]
    public void V5_without_its_last_layer_gets_its_grid_and_anchors()
    {
        // Sigmoid of 0 is a half: the centre lies at half a cell, the size is the anchor's own.
        var (fine, middle, coarse) = (Head(8, (2, 3, 1)), Head(4), Head(2));
        var graph = Golden.Graph().Constant("a", fine, 1, 3, 8, 8, 7).Constant("b", middle, 1, 3, 4, 4, 7).Constant("c", coarse, 1, 3, 2, 2, 7);

        var found = Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloV5Heads));

        // Cell 2, 3 of stride 8, second anchor 16 × 30: centre 20, 28 of the input; 12..28 × 13..43; in the picture 24..56 × -6..54.
        Golden.AssertBox(found, "dog", Sigmoid(5) * Sigmoid(3), 24, 0, 56, 54);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void Rows_of_finished_objects_are_taken_as_they_are_and_zeros_fill_up(int width)
    {
        float[] row = width == 6 ? [15, 26, 25, 34, 0.9f, 1] : [20, 30, 10, 8, 0.9f, 1, MathF.PI / 2];
        var graph = Golden.Graph().Metadata("task", width == 6 ? "detect" : "obb").Metadata("names", "{0: 'cat', 1: 'dog'}")
            .Constant("output0", Golden.Rows(300, width, (0, row)), 1, 300, width);

        var found = Assert.Single(Golden.Run(graph, [], DecoderNames.YoloEndToEnd));

        Golden.AssertBox(found, "dog", 0.9, 30, 20, 50, 36);
        Assert.Equal(width == 6 ? 0 : 90, found.Rotation, 1e-3);
    }

    [Fact]
    public void V7_with_suppression_inside_numbers_its_images()
    {
        var graph = Golden.Graph().Constant("output", [0, 15, 26, 25, 34, 1, 0.9f, 1, 15, 26, 25, 34, 0, 0.9f], 2, 7);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloV7EndToEnd)), "dog", 0.9, 30, 20, 50, 36);
    }

    [Fact]
    public void YOLOX_leaves_its_grid_to_the_reader_and_lies_at_the_top()
    {
        // Place 64 + 5 is cell 1, 1 of stride 16: centre (1.25 + 1, 0.5 + 1) × 16; size e^0 × 16.
        var output = Golden.Rows(Golden.Places, 6, (69, [0.25f, -0.5f, 0, MathF.Log(0.5f), 0.9f, 1]));
        var graph = Golden.Graph().Constant("output", output, 1, Golden.Places, 6);

        var question = Golden.Recognise(graph, _one).Best!.Questions.Single(question => question.Code == "color");
        Assert.Equal([ChannelOrder.Bgr, ChannelOrder.Rgb], question.Choices.Select(choice => choice.Description.Input.Color));

        // Centre 20, 8; 16 × 8: 12..28 × 4..12 of the input, twice that in the picture.
        Golden.AssertBox(Assert.Single(Golden.Run(graph, _one, DecoderNames.Yolox)), "cat", 0.9, 24, 8, 56, 24);
    }

    [Fact]
    public void YOLO_NAS_gives_boxes_beside_scores()
    {
        var graph = Golden.Graph()
            .Constant("boxes", Golden.Rows(Golden.Places, 4, (7, [15, 26, 25, 34])), 1, Golden.Places, 4)
            .Constant("scores", Golden.Rows(Golden.Places, 2, (7, [0.2f, 0.6f])), 1, Golden.Places, 2);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloNas)), "dog", 0.6, 30, 20, 50, 36);
    }

    [Fact]
    public void EfficientNMS_counts_its_rows()
    {
        var graph = Golden.Graph()
            .Constant("num_dets", new[] { 1 }, 1, 1)
            .Constant("det_boxes", [15, 26, 25, 34, 0, 0, 9, 9], 1, 2, 4)
            .Constant("det_scores", [0.9f, 0.8f], 1, 2)
            .Constant("det_classes", new[] { 1, 0 }, 1, 2);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.EfficientNms)), "dog", 0.9, 30, 20, 50, 36);
    }

    [Fact]
    public void What_cannot_be_known_is_asked_and_not_guessed()
    {
        var graph = Golden.Graph().Constant("output0", new float[(4 + 52) * Golden.Places], 1, 56, Golden.Places);

        var best = Golden.Recognise(graph).Best!;

        Assert.Contains(best.Questions, question => question.Code == "labels");
        var task = Assert.Single(best.Questions, question => question.Code == "task");
        Assert.Equal([ModelTask.Detect, ModelTask.Pose, ModelTask.OrientedBoxes], task.Choices.Select(choice => choice.Description.Task));
        Assert.Equal(51, task.Choices[2].Description.Labels.Count);
        Assert.All(task.Choices, choice => Assert.Equal("model.onnx", choice.Description.Files.Model));
    }

    [Fact]
    public void A_model_of_no_known_family_is_explained()
    {
        var graph = new OnnxGraph().Input("words", ElementType.Int64, 1, 77).Constant("vector", [1f], 1, 1, 1, 1, 1);
        var file = OnnxFile.Read(new MemoryStream(graph.ToBytes()), Golden.Limits);

        Assert.Empty(Golden.Recognise(graph).Guesses);
        Assert.Contains("words Int64 [1, 77]", Annotator.Inference.Recognition.ModelRecogniser.Explain([new() { FileName = "m.onnx", File = file }]));
    }

    private static float[] Head(int side, (int X, int Y, int Anchor)? at = null)
    {
        var data = new float[3 * side * side * 7];
        for (var i = 4; i < data.Length; i += 7)
        {
            data[i] = -20;
        }

        if (at is var (x, y, anchor))
        {
            var start = ((((anchor * side) + y) * side) + x) * 7;
            (data[start + 4], data[start + 5], data[start + 6]) = (5, -3, 3);
        }

        return data;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
