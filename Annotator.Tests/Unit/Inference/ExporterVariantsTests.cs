using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;
using Annotator.Inference.Recognition;

namespace Annotator.Tests.Unit.Inference;

/// <summary>The same families as exporters really write them: other names, other axes, other types, outputs that are there besides.</summary>
public sealed class ExporterVariantsTests
{
    private static readonly string[] _two = ["cat", "dog"];

    [Fact]
    public void A_dynamic_export_is_run_at_the_size_that_its_metadata_name()
    {
        var graph = new OnnxGraph().Input("images", ElementType.Float32, -1, 3, -1, -1).Metadata("task", "detect").Metadata("names", "{0: 'cat', 1: 'dog'}").Metadata("imgsz", "[384, 1280]")
            .Constant("output0", new float[6 * 10080], 1, 6, 10080);

        var input = Golden.Recognise(graph).Best!.Description.Input;

        Assert.Equal([384, 1280], input.Size);
        Assert.True(input.Dynamic);
    }

    [Theory]
    [InlineData(16 * 16)]
    [InlineData(0)]
    public void Grids_of_other_strides_are_known_without_metadata(int finer)
    {
        var places = finer > 0 ? Golden.Places + finer : 16 + 4;
        var graph = Golden.Graph().Constant("output0", Golden.Columns(places, 6, (3, [20, 30, 10, 8, 0.1f, 0.9f])), 1, 6, places);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloV8)), "dog", 0.9, 30, 20, 50, 36);
    }

    [Fact]
    public void V8_with_its_axes_swapped_is_told_by_the_number_of_names()
    {
        var graph = Golden.Graph().Constant("output0", Golden.Rows(Golden.Places, 6, (3, [20, 30, 10, 8, 0.1f, 0.9f]), (4, [20, 30, 10, 8, 0.1f, 0.8f])), 1, Golden.Places, 6);

        Assert.Empty(Golden.Recognise(graph, _two).Best!.Questions);
        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.RtDetrUltralytics)), "dog", 0.9, 30, 20, 50, 36);
    }

    [Fact]
    public void An_angle_leaves_the_range_of_scores_and_tells_turned_boxes_without_metadata()
    {
        var graph = Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 7, (0, [20, 30, 10, 8, 0.1f, 0.9f, MathF.PI / 6]), (1, [20, 30, 10, 8, 0, 0, -0.5f])), 1, 7, Golden.Places);

        Assert.Empty(Golden.Recognise(graph, _two).Best!.Questions);
        Assert.Equal(30, Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloV8)).Rotation, 1e-3);
        Assert.Equal("labels", Assert.Single(Golden.Recognise(graph).Best!.Questions).Code);
    }

    [Fact]
    public void One_name_too_few_is_asked_about_and_not_taken_for_an_angle()
    {
        var graph = Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 7, (0, [20, 30, 10, 8, 0.1f, 0.9f, 0.2f])), 1, 7, Golden.Places);

        var question = Golden.Recognise(graph, _two).Best!.Questions.Single(question => question.Code == "task");

        Assert.Equal([ModelTask.OrientedBoxes, ModelTask.Detect], question.Choices.Select(choice => choice.Description.Task));
        Assert.Equal([2, 3], question.Choices.Select(choice => choice.Description.Labels.Count));
    }

    [Fact]
    public void Nodes_are_pixels_and_tell_a_skeleton_without_metadata()
    {
        var graph = Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 11, (0, [20, 30, 10, 8, 0.9f, 20, 30, 0.8f, 25, 34, 0.7f])), 1, 11, Golden.Places);

        var found = Assert.Single(Golden.Run(graph, ["hand"], DecoderNames.YoloV8));

        Assert.Empty(Golden.Recognise(graph, "hand").Best!.Questions);
        Assert.Equal((40.0, 28.0), (found.Nodes[0].X, found.Nodes[0].Y));
    }

    [Fact]
    public void V6_is_sure_of_every_place_and_needs_no_question()
    {
        var output = Golden.Rows(Golden.Places, 7, [.. Enumerable.Range(0, Golden.Places).Select(i => (i, i == 3 ? new float[] { 20, 30, 10, 8, 1, 0.1f, 0.9f } : [5, 5, 4, 4, 1, 0, 0]))]);
        var graph = Golden.Graph().Constant("outputs", output, 1, Golden.Places, 7);

        var best = Golden.Recognise(graph, _two).Best!;

        Assert.Empty(best.Questions);
        Assert.Equal((ChannelOrder.Rgb, 255.0), (best.Description.Input.Color, best.Description.Input.Std[0]));
        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.Yolox)), "dog", 0.9, 30, 20, 50, 36);
    }

    [Fact]
    public void V5_may_give_its_heads_beside_the_finished_table()
    {
        var graph = Golden.Graph().Constant("output", Golden.Rows(3 * Golden.Places, 7, (10, [20, 30, 10, 8, 0.9f, 0.1f, 1])), 1, 3 * Golden.Places, 7)
            .Constant("345", new float[3 * 64 * 7], 1, 3, 8, 8, 7).Constant("346", new float[3 * 16 * 7], 1, 3, 4, 4, 7).Constant("347", new float[3 * 4 * 7], 1, 3, 2, 2, 7);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloV5)), "dog", 0.9, 30, 20, 50, 36);
    }

    [Fact]
    public void Skeletons_take_the_names_of_their_nodes_from_the_metadata()
    {
        var graph = Golden.Graph().Metadata("task", "pose").Metadata("names", "{0: 'hand'}").Metadata("kpt_shape", "(2, 3)").Metadata("kpt_names", "{0: ['wrist', 'thumb']}")
            .Constant("output0", Golden.Columns(Golden.Places, 11, (3, [20, 30, 10, 8, 0.9f, 20, 30, 0.8f, 25, 34, 0.7f])), 1, 11, Golden.Places);

        Assert.Equal(["wrist", "thumb"], Assert.Single(Golden.Run(graph, [], DecoderNames.YoloV8)).Nodes.Select(node => node.Name));
    }

    [Fact]
    public void The_flat_export_of_YOLO_NAS_has_the_score_before_the_class_and_takes_bytes()
    {
        var graph = Golden.Graph(ElementType.UInt8).Constant("graph2_flat_predictions", [0, 15, 26, 25, 34, 0.9f, 1], 1, 7);

        var best = Golden.Recognise(graph, _two).Best!;

        Assert.Empty(best.Questions);
        Assert.Equal(1, best.Description.Input.Std[0]);
        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloNasFlat)), "dog", 0.9, 30, 20, 50, 36);
    }

    [Theory]
    [InlineData("flat_predictions", DecoderNames.YoloNasFlat, 0)]
    [InlineData("output", DecoderNames.YoloV7EndToEnd, 0)]
    [InlineData("rows", DecoderNames.YoloV7EndToEnd, 1)]
    public void Rows_of_seven_that_stay_empty_are_told_by_their_name_or_asked(string output, string decoder, int questions)
    {
        var best = Golden.Recognise(Golden.Graph().Constant(output, Array.Empty<float>(), 0, 7), _two).Best!;

        Assert.Equal(decoder, best.Description.Decoder);
        Assert.Equal(questions, best.Questions.Count(question => question.Code == "task"));
    }

    [Theory]
    [InlineData("graph2_num_predictions", "graph2_pred_boxes", "graph2_pred_scores", "graph2_pred_classes")]
    [InlineData("num_dets", "boxes", "scores", "labels")]
    public void Lists_of_objects_with_their_count_go_by_several_names(string count, string boxes, string scores, string classes)
    {
        var graph = Golden.Graph().Constant(count, new[] { 1L }, 1, 1).Constant(boxes, [15f, 26, 25, 34, 1, 1, 9, 9], 1, 2, 4).Constant(scores, [0.9f, 0.8f], 1, 2).Constant(classes, new[] { 1L, 0 }, 1, 2);

        Assert.Empty(Golden.Recognise(graph, _two).Best!.Questions);
        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.EfficientNms)), "dog", 0.9, 30, 20, 50, 36);
    }

    [Fact]
    public void A_class_for_each_place_of_the_grids_still_has_overlaps()
    {
        var boxes = Golden.Rows(Golden.Places, 4, (0, [15, 26, 25, 34]), (1, [15, 26, 25, 33]));
        var scores = new float[Golden.Places];
        (scores[0], scores[1]) = (0.9f, 0.8f);
        var graph = Golden.Graph().Constant("boxes", boxes, 1, Golden.Places, 4).Constant("scores", scores, 1, Golden.Places).Constant("class_idx", Enumerable.Repeat(1L, Golden.Places).ToArray(), 1, Golden.Places);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.EfficientNms)), "dog", 0.9, 30, 20, 50, 36);
    }

    [Fact]
    public void A_list_of_objects_in_parts_asks_once_for_what_it_does_not_tell()
    {
        var graph = Golden.Graph().Constant("bboxes", [0.25f, 0.25f, 0.5f, 0.75f], 1, 1, 4).Constant("labels", new[] { 2L }, 1, 1).Constant("scores", [0.9f], 1, 1);

        var question = Assert.Single(Golden.Recognise(graph, _two).Best!.Questions);

        Assert.Equal(("resize", 4), (question.Code, question.Choices.Count));
        Golden.AssertBox(Assert.Single(Golden.Run(graph, question.Choices[1].Description)), "dog", 0.9, 32, 16, 64, 48);
    }

    [Theory]
    [InlineData("detection_boxes:0", "detection_classes:0", "detection_scores:0", "num_detections:0")]
    [InlineData("Identity:0", "Identity_1:0", "Identity_2:0", "Identity_3:0")]
    public void TensorFlows_converter_numbers_its_names(string boxes, string classes, string scores, string count)
    {
        var graph = new OnnxGraph().Input("image_tensor:0", ElementType.UInt8, -1, -1, -1, 3)
            .Constant(boxes, [0.25f, 0.5f, 0.75f, 1, 0, 0, 1, 1], 1, 2, 4).Constant(classes, [2f, 1f], 1, 2).Constant(scores, [0.9f, 0.1f], 1, 2).Constant(count, [2f], 1);

        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.TfDetection)), "dog", 0.9, 64, 16, 128, 48);
    }

    [Fact]
    public void Names_that_begin_with_the_background_tell_from_where_classes_are_counted()
    {
        var graph = new OnnxGraph().Input("image", ElementType.Float32, 3, -1, -1).Constant("boxes", [10f, 10, 30, 40], 1, 4).Constant("labels", new[] { 2L }, 1).Constant("scores", [0.9f], 1);
        string[] names = ["__background__", "cat", "dog"];

        Assert.Empty(Golden.Recognise(graph, names).Best!.Questions);
        Golden.AssertBox(Assert.Single(Golden.Run(graph, names, DecoderNames.TorchVision)), "dog", 0.9, 10, 10, 30, 40);
    }

    [Theory]
    [InlineData("yolos", Activation.Softmax, 2, 123.675)]
    [InlineData("conditional_detr", Activation.Sigmoid, 3, 123.675)]
    [InlineData("rt_detr", Activation.Sigmoid, 3, 0)]
    public void The_kind_in_Hugging_Faces_configuration_decides_how_scores_are_meant(string kind, Activation activation, int classes, double mean)
    {
        var graph = Golden.Graph().Constant("logits", [0, 0, 9, 0, 3, 0], 1, 2, 3).Constant("pred_boxes", new float[8], 1, 2, 4);

        var best = Golden.RecogniseWith(graph, evidence => evidence with { Config = new HuggingFaceConfig { ModelType = kind } }).Best!;

        Assert.Equal("labels", Assert.Single(best.Questions).Code);
        Assert.Equal((activation, classes, mean), (best.Description.Output.Activation, best.Description.Labels.Count, best.Description.Input.Mean[0]));
    }

    [Fact]
    public void One_score_more_than_names_may_be_the_first_or_the_last_and_is_asked()
    {
        var graph = Golden.Graph().Constant("dets", [0.5f, 0.5f, 0.5f, 0.5f], 1, 1, 4).Constant("labels", [-9, 2, -9], 1, 1, 3);

        var question = Assert.Single(Golden.Recognise(graph, _two).Best!.Questions);

        Assert.Equal("label-offset", question.Code);
        Assert.Equal(["cat", "dog"], question.Choices.Select(choice => Assert.Single(Golden.Run(graph, choice.Description)).Label));
    }

    [Fact]
    public void A_model_that_is_given_a_text_is_refused_by_the_name_of_its_input()
    {
        var graph = Golden.Graph().Input("input_ids", ElementType.Int64, 1, 16).Constant("logits", new float[8], 1, 2, 4).Constant("pred_boxes", new float[8], 1, 2, 4);
        var evidence = new ModelEvidence { FileName = "model.onnx", File = OnnxFile.Read(new MemoryStream(graph.ToBytes()), Golden.Limits) };

        Assert.Empty(Golden.Recognise(graph, _two).Guesses);
        Assert.Contains("input_ids", ModelRecogniser.Explain([evidence]));
    }

    [Fact]
    public void A_model_that_takes_grey_pictures_is_refused_with_that_reason()
    {
        var graph = new OnnxGraph().Input("Input3", ElementType.Float32, 1, 1, 28, 28).Constant("scores", new float[10], 1, 10);
        var evidence = new ModelEvidence { FileName = "model.onnx", File = OnnxFile.Read(new MemoryStream(graph.ToBytes()), Golden.Limits) };

        Assert.Contains("no picture of three colours", ModelRecogniser.Explain([evidence]));
    }
}
