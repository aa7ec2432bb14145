using Annotator.Inference;
using Annotator.Inference.Descriptions;

namespace Annotator.Tests.Unit.Inference;

public sealed class LabelNamesTests
{
    [Fact]
    public void Names_are_read_as_python_wrote_them()
    {
        const string Text = """{0: "it's", 1: 'a, b', 2: '"x"', 3: '日本', 4: '\\', 5: '😀', 6: 'end ', 7: '', 8: 'twin', 9: 'twin', 10: 'é\u0041\x42'}""";

        Assert.Equal(["it's", "a, b", "\"x\"", "日本", "\\", "😀", "end ", "", "twin", "twin", "éAB"], LabelFiles.OfPython(Text, 100));
    }

    [Theory]
    [InlineData("['a', \"b\"]", "a b")]
    [InlineData("('a', 'b',)", "a b")]
    [InlineData("{1: 'b', 0: 'a'}", "a b")]
    [InlineData("{'0': 'a', '2': 'c'}", "a class_1 c")]
    public void Lists_tuples_and_dictionaries_in_any_order_are_names(string text, string names) => Assert.Equal(names.Split(' '), LabelFiles.OfPython(text, 100));

    [Theory]
    [InlineData("")]
    [InlineData("{0: 'a'")]
    [InlineData("{0: 'a")]
    [InlineData("__import__('os')")]
    [InlineData("{99999999: 'far'}")]
    [InlineData("{-1: 'below'}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]")]
    public void What_is_no_literal_of_names_is_none(string text) => Assert.Null(LabelFiles.OfPython(text, 100));

    [Theory]
    [InlineData("classes.txt", "cat\r\ndog\r\n\r\n")]
    [InlineData("data.yaml", "nc: 2\nnames:\n  0: cat\n  1: dog\n")]
    [InlineData("infer_cfg.yml", "mode: paddle\nlabel_list:\n- cat\n- dog\n")]
    [InlineData("config.json", """{"id2label": {"0": "cat", "1": "dog"}}""")]
    [InlineData("labels.json", """["cat", "dog"]""")]
    public void Files_beside_a_model_name_its_classes(string file, string text) => Assert.Equal(["cat", "dog"], LabelFiles.Read(file, text, new InferenceLimits()));

    [Theory]
    [InlineData("classes.txt", "")]
    [InlineData("config.json", "{")]
    [InlineData("config.json", """{"id2label": {"2000000000": "far"}}""")]
    public void A_file_without_names_is_refused(string file, string text) =>
        Assert.Equal("labels-damaged", Assert.Throws<ModelException>(() => LabelFiles.Read(file, text, new InferenceLimits())).Code);

    [Fact]
    public void A_configuration_of_X_AnyLabeling_brings_names_and_thresholds()
    {
        const string Text = "type: yolov8\nname: n\ndisplay_name: My model\nmodel_path: https://example.com/m/best.onnx\nconf_threshold: 0.4\niou_threshold: 0.5\nagnostic: true\nclasses:\n  - cat\n  - dog # both\n";
        Assert.True(XAnyLabeling.Is(Text));

        var over = XAnyLabeling.Read(Text, new InferenceLimits()).Over(new ModelDescription { Task = ModelTask.Detect, Decoder = DecoderNames.YoloV8 });

        Assert.Equal("My model", over.Name);
        Assert.Equal(["cat", "dog"], over.Labels.Select(label => label.Name));
        Assert.Equal((0.4, 0.5, SuppressionMode.Agnostic), (over.Nms.Conf, over.Nms.Iou, over.Nms.Mode));
        Assert.Equal(["best.onnx"], XAnyLabeling.Read(Text, new InferenceLimits()).Files);
    }

    [Fact]
    public void The_preprocessor_of_Hugging_Face_becomes_an_input()
    {
        var config = HuggingFaceConfig.Read(
            """{"model_type": "vit", "id2label": {"0": "cat"}}""",
            """{"do_resize": true, "size": {"shortest_edge": 256}, "do_center_crop": true, "crop_size": {"height": 224, "width": 224}, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "rescale_factor": 0.00392156862745098, "resample": 3}""",
            new InferenceLimits());

        Assert.Equal(["cat"], config.Labels);
        Assert.Equal([224, 224], config.Input!.Size);
        Assert.Equal((256, ResizeRule.ShortCrop, Resampling.Bicubic), (config.Input.ShortSide, config.Input.Resize, config.Input.Interp));
        Assert.All(config.Input.Mean.Concat(config.Input.Std), value => Assert.Equal(127.5, value, 6));
    }

    [Fact]
    public void A_description_survives_its_file()
    {
        var description = new ModelDescription
        {
            Task = ModelTask.Pose,
            Decoder = DecoderNames.YoloV8,
            Name = "a \"name\"",
            Files = new ModelFiles { Model = "model.onnx" },
            Labels = [new ModelLabel(0, "person", "Person", 0.3)],
            Keypoints = new KeypointRules { Count = 2, Names = ["a", "b"], Edges = [[0, 1]] },
            Tiling = new TilingRules { Size = 640 },
        };
        var json = ModelJson.Write(description);

        Assert.Equal(json, ModelJson.Write(ModelJson.Read(json, new InferenceLimits())));
        Assert.Contains("\"max_det\": 300", json);
        Assert.Contains("\"letterbox-center\"", json);
    }

    [Theory]
    [InlineData("{", "description-damaged")]
    [InlineData("null", "description-damaged")]
    [InlineData("""{"decoder": "yolo-v8-raw"}""", "description-damaged")]
    [InlineData("""{"task": "detect", "decoder": "magic"}""", "description-invalid")]
    [InlineData("""{"task": "detect", "decoder": "yolox", "files": {"model": "../x.onnx"}}""", "description-invalid")]
    [InlineData("""{"task": "detect", "decoder": "yolox", "input": {"std": [0, 1, 1]}}""", "description-invalid")]
    [InlineData("""{"task": "pose", "decoder": "yolo-v8-raw"}""", "description-invalid")]
    public void A_wrong_description_is_refused_with_its_reason(string json, string code) =>
        Assert.Equal(code, Assert.Throws<ModelException>(() => ModelJson.Read(json, new InferenceLimits())).Code);
}
