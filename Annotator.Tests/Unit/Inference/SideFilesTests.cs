using System.Text;
using Annotator.Inference;
using Annotator.Inference.Descriptions;

namespace Annotator.Tests.Unit.Inference;

public sealed class SideFilesTests
{
    private static readonly InferenceLimits _limits = new();

    [Fact]
    public void A_licence_and_a_readme_name_no_classes()
    {
        Assert.Null(Read(("LICENSE.txt", "MIT\n"), ("README.txt", "A model\n"), ("requirements.txt", "onnx\n")).Labels);
        Assert.Equal(["cat", "dog"], Read(("LICENSE.txt", "MIT\n"), ("animals.txt", "cat\ndog\n")).Labels);
        Assert.Equal("classes.txt", Read(("a.txt", "x\n"), ("classes.txt", "cat\n")).LabelsFile);
    }

    [Theory]
    [InlineData("coco.yaml", "nc: 2\nnames:\n- cat\n- dog\n")]
    [InlineData("infer_cfg.yml", "mode: paddle\nlabel_list:\n- cat\n- dog\n")]
    [InlineData("labels.json", """{"0": "cat", "1": "dog"}""")]
    [InlineData("obj.names", "cat\ndog")]
    [InlineData("config.json", "[]", false)]
    public void Lists_have_many_names(string file, string text, bool found = true) => Assert.Equal(found ? ["cat", "dog"] : null, Read((file, text)).Labels);

    [Fact]
    public void A_list_of_characters_keeps_its_space()
    {
        Assert.Equal(["a", "b", " "], LabelFiles.Read("en_dict.txt", "a\nb\n \n", _limits));
        Assert.Equal(["cat", "", "dog"], LabelFiles.Read("classes.txt", "cat\r\n\r\ndog\r\n\r\n", _limits));
    }

    [Fact]
    public void Text_in_another_encoding_is_refused_by_name()
    {
        Assert.Equal("cat", LabelFiles.Decode("classes.txt", [0xEF, 0xBB, 0xBF, .. "cat"u8]));
        Assert.Equal("cat", LabelFiles.Decode("classes.txt", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("cat")]));
        Assert.Contains("classes.txt", Assert.Throws<ModelException>(() => LabelFiles.Decode("classes.txt", [0x63, 0xE4, 0x74])).Message);
        Assert.Contains("classes.txt", Assert.Throws<ModelException>(() => LabelFiles.Decode("classes.txt", [0x63, 0, 0x74])).Message);
    }

    [Fact]
    public void A_list_of_another_length_than_the_models_own_is_asked_about_and_hides_nothing()
    {
        var graph = Golden.Graph().Metadata("task", "detect").Metadata("names", "{0: 'cat', 1: 'dog'}").Constant("output0", new float[6 * Golden.Places], 1, 6, Golden.Places);

        var best = Golden.Recognise(graph, "only").Best!;

        Assert.Equal(DecoderNames.YoloV8, best.Description.Decoder);
        Assert.Equal("labels", Assert.Single(best.Questions).Code);
        Assert.Equal(["cat", "dog"], best.Description.Labels.Select(label => label.Name));
    }

    [Theory]
    [InlineData("detect", "{0: 'a', 1: 'b', 2: 'c', 3: 'd'}", ModelTask.Detect, 2)]
    [InlineData("detect", "what is this", ModelTask.Detect, 2)]
    [InlineData("obb", "{}", ModelTask.OrientedBoxes, 1)]
    public void Metadata_whose_names_do_not_fit_still_tell_the_task(string task, string names, ModelTask expected, int classes)
    {
        var graph = Golden.Graph().Metadata("task", task).Metadata("names", names).Constant("output0", new float[6 * Golden.Places], 1, 6, Golden.Places);

        var best = Golden.Recognise(graph).Best!;

        Assert.Equal((DecoderNames.YoloV8, expected, classes), (best.Description.Decoder, best.Description.Task, best.Description.Labels.Count));
        Assert.Equal("labels", Assert.Single(best.Questions).Code);
    }

    [Fact]
    public void Empty_lines_between_names_do_not_count()
    {
        var graph = Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 6, (0, [20, 30, 10, 8, 0.1f, 0.9f])), 1, 6, Golden.Places);

        Assert.Equal("dog", Assert.Single(Golden.Run(graph, ["cat", "", "dog"], DecoderNames.YoloV8)).Label);
    }

    [Fact]
    public void X_AnyLabeling_lists_the_nodes_of_a_skeleton_below_its_class()
    {
        var side = Read(("pose.yaml", "type: yolov8_pose\nname: p\nprovider: Ultralytics\ndisplay_name: Poses\nmodel_path: m.onnx\nkpt_threshold: 0.25\nclasses:\n  person:\n    - nose\n    - tail\nhas_visible: true\n"));

        Assert.Equal(["person"], side.Labels);
        Assert.Equal(["nose", "tail"], side.XAnyLabeling!.Nodes);

        var graph = Golden.Graph().Constant("output0", new float[11 * Golden.Places], 1, 11, Golden.Places);
        var found = Golden.RecogniseWith(graph, evidence => evidence with { Labels = side.Labels, Kind = side.XAnyLabeling.Type }).With(side.XAnyLabeling.Over).Best!;
        Assert.Empty(found.Questions);
        Assert.Equal((ModelTask.Pose, 2), (found.Description.Task, found.Description.Keypoints!.Count));
        Assert.Equal(["nose", "tail"], found.Description.Keypoints.Names);
    }

    [Theory]
    [InlineData("yolox", ChannelOrder.Bgr)]
    [InlineData("yolov6", ChannelOrder.Rgb)]
    public void X_AnyLabelings_kind_answers_what_the_shapes_leave_open(string kind, ChannelOrder color)
    {
        var graph = Golden.Graph().Constant("output", Golden.Rows(Golden.Places, 6, (0, [200, 30, 10, 8, 0.9f, 1])), 1, Golden.Places, 6);

        var best = Golden.RecogniseWith(graph, evidence => evidence with { Labels = ["cat"], Kind = kind }).Best!;

        Assert.Empty(best.Questions);
        Assert.Equal(color, best.Description.Input.Color);
    }

    [Fact]
    public void A_shortest_edge_with_a_part_to_keep_is_cut_from_the_middle()
    {
        var input = HuggingFaceConfig.Read(null, """{"do_normalize": true, "image_mean": 0.5, "image_std": 0.5, "size": {"shortest_edge": 224}, "crop_pct": 0.875}""", _limits).Input!;

        Assert.Equal((ResizeRule.ShortCrop, 256), (input.Resize, input.ShortSide));
        Assert.Equal([224, 224], input.Size);
        Assert.Equal(127.5, input.Mean[2], 6);
    }

    [Theory]
    [InlineData("""{"image_mean": [0.5], "image_std": [0.5]}""")]
    [InlineData("""{"size": "big"}""")]
    [InlineData("[")]
    public void A_preprocessor_of_another_kind_is_refused_in_plain_words(string text)
    {
        var error = Assert.Throws<ModelException>(() => HuggingFaceConfig.Read(null, text, _limits));

        Assert.Equal("config-damaged", error.Code);
        Assert.Contains("preprocessor_config.json", error.Message);
    }

    [Theory]
    [InlineData("""{"task": "detect", "decoder": "yolox", "labels": null}""", "$.labels")]
    [InlineData("""{"task": "detect", "decoder": "yolox", "labels": [null]}""", "$.labels")]
    [InlineData("""{"task": "detect", "decoder": "yolox", "input": null}""", "$.input")]
    [InlineData("""{"task": "detect", "decoder": "yolox", "files": null}""", "$.files")]
    [InlineData("""{"task": "detect", "decoder": "yolox", "input": {"size": 640}}""", "$.input.size")]
    [InlineData("""{"task": "detection", "decoder": "yolox"}""", "detect, segment, pose, obb")]
    [InlineData("""{"task": 1, "decoder": "yolox"}""", "$.task")]
    [InlineData("""{"task": "detect"}""", "task and decoder")]
    [InlineData("""{"task": "detect", "decoder": "yolox", "output": {"anchors": [null]}}""", "output.anchors")]
    [InlineData("""{"task": "pose", "decoder": "yolo-v8-raw", "keypoints": {"count": 1, "edges": [[0]]}}""", "keypoints.edges")]
    [InlineData("[1]", "JSON object")]
    [InlineData("", "no JSON")]
    public void A_damaged_description_names_the_place_and_no_class_of_ours(string json, string word)
    {
        var error = Assert.Throws<ModelException>(() => ModelJson.Read(json, _limits));

        Assert.Contains(word, error.Message);
        Assert.DoesNotContain("Annotator.", error.Message);
    }

    [Theory]
    [InlineData("""["cat", "dog"]""", "cat dog")]
    [InlineData("""[{"id": 1, "name": "dog"}, {"id": 0, "name": "cat"}]""", "cat dog")]
    [InlineData("""[{"id": 1, "name": "cat"}, {"id": 3, "name": "dog"}]""", "class_0 cat class_2 dog")]
    [InlineData("""[{"name": "cat"}, {"name": "dog"}]""", "cat dog")]
    public void Labels_are_plain_names_or_stand_in_the_order_of_their_numbers(string labels, string names) =>
        Assert.Equal(names.Split(' '), ModelJson.Read($$"""{"task": "detect", "decoder": "yolox", "labels": {{labels}}}""", _limits).Labels.Select(label => label.Name));

    private static SideFiles Read(params (string Name, string Text)[] files) =>
        SideFiles.Read([.. files.Select(file => file.Name)], name => files.First(file => file.Name == name).Text, _limits);
}
