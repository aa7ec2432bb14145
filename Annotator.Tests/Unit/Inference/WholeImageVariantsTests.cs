using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;

namespace Annotator.Tests.Unit.Inference;

/// <summary>Classifiers, vectors, maps and readers of text as other exporters and converters write them.</summary>
public sealed class WholeImageVariantsTests
{
    private static readonly string[] _three = ["sky", "cat", "dog"];

    [Theory]
    [InlineData("scores", new long[] { 1, 3 })]
    [InlineData("image_embeds", new long[] { 1, 3 })]
    public void What_takes_any_size_is_run_at_the_size_that_such_models_are_trained_on(string output, long[] shape)
    {
        var graph = new OnnxGraph().Input("pixel_values", ElementType.Float32, -1, -1, -1, -1).Constant(output, [1f, 2, 3], shape);

        Assert.Equal([224, 224], Golden.Recognise(graph, _three).Best!.Description.Input.Size);
    }

    [Fact]
    public void Scores_with_axes_of_length_one_behind_are_a_row()
    {
        var graph = Golden.Graph().Constant("softmaxout_1", [0.1f, 0.7f, 0.2f], 1, 3, 1, 1);

        var tag = Assert.Single(Golden.Run(graph, _three, DecoderNames.Classification));

        Assert.Equal(("cat", 0.7), (tag.Label, Math.Round(tag.Score, 6)));
    }

    [Theory]
    [InlineData(0.7f, 1)]
    [InlineData(0.2f, 0)]
    public void One_number_says_whether_the_image_is_of_the_one_class(float share, int tags)
    {
        var graph = Golden.Graph().Constant("output", [share], 1, 1);

        Assert.Equal(tags, Golden.Run(graph, ["broken"], DecoderNames.Classification).Count);
    }

    [Fact]
    public void Heads_of_a_detector_with_a_row_for_each_place_are_no_classifier()
    {
        var graph = Golden.Graph().Constant("446", new float[128], 128, 1).Constant("449", new float[128 * 4], 128, 4).Constant("452", new float[128 * 10], 128, 10);

        Assert.Empty(Golden.Recognise(graph, "face").Guesses);
    }

    [Fact]
    public void TensorFlows_classifiers_ask_how_colours_go_in()
    {
        var graph = new OnnxGraph().Input("input_1", ElementType.Float32, -1, 64, 64, 3)
            .Node("ReduceMean", ["input_1"], ["dense"], OnnxGraph.Ints("axes", 1, 2), OnnxGraph.Int("keepdims", 0)).Output("dense", ElementType.Float32, -1, 3);

        var question = Assert.Single(Golden.Recognise(graph, _three).Best!.Questions);

        Assert.Equal("normaliser", question.Code);
        Assert.Equal([127.5, 1, 255, 58.395], question.Choices.Select(choice => choice.Description.Input.Std[0]));

        // The second of three bytes, 90, 120 and 30, is the largest.
        Assert.Equal("cat", Assert.Single(Golden.Run(graph, question.Choices[1].Description)).Label);
    }

    [Fact]
    public void One_kind_against_the_rest_asks_how_colours_go_in_unless_a_configuration_says_it()
    {
        // A background remover that was trained on −0.5 to 0.5 sees next to nothing when it is fed otherwise.
        var graph = Golden.Graph().Node("Slice", ["images", "from", "to", "axes"], ["red"]).Longs("from", [0], 1).Longs("to", [1], 1).Longs("axes", [1], 1).Output("red", ElementType.Float32, 1, 1, 64, 64);

        var question = Assert.Single(Golden.Recognise(graph, "person").Best!.Questions);

        Assert.Equal("normaliser", question.Code);
        Assert.Equal([58.395, 255, 127.5, 255], question.Choices.Select(choice => choice.Description.Input.Std[0]));
        var said = new HuggingFaceConfig { Input = new ImageInput { Mean = [1, 2, 3], Std = [4, 5, 6] } };
        var configured = Golden.RecogniseWith(graph, evidence => evidence with { Labels = ["person"], Config = said }).Best!;
        Assert.Empty(configured.Questions);
        Assert.Equal([4, 5, 6], configured.Description.Input.Std);
    }

    [Fact]
    public void A_classifier_that_takes_bytes_gets_them_and_asks_nothing()
    {
        var graph = new OnnxGraph().Input("input", ElementType.UInt8, 1, 64, 64, 3).Node("Cast", ["input"], ["numbers"], OnnxGraph.Int("to", 1))
            .Node("ReduceMean", ["numbers"], ["sums"], OnnxGraph.Ints("axes", 1, 2), OnnxGraph.Int("keepdims", 0)).Floats("scale", [255], 1).Node("Div", ["sums", "scale"], ["scores"])
            .Output("scores", ElementType.Float32, 1, 3);

        Assert.Empty(Golden.Recognise(graph, _three).Best!.Questions);
        var tags = Golden.Run(graph, _three, DecoderNames.Classification, description => description with { Output = description.Output with { Activation = Activation.None } });
        Assert.Equal(120 / 255.0, Assert.Single(tags).Score, 1e-5);
    }

    [Fact]
    public void A_transformers_steps_are_a_vector_and_no_table_of_boxes()
    {
        var graph = new OnnxGraph().Input("pixel_values", ElementType.Float32, -1, 3, -1, -1).Constant("last_hidden_state", Enumerable.Repeat(0.5f, 300 * 16).ToArray(), 1, 300, 16);

        Assert.Equal(DecoderNames.Embedding, Golden.Recognise(graph).Best!.Description.Decoder);
    }

    [Theory]
    [InlineData(new[] { "background", "cat", "dog" }, 0, 1)]
    [InlineData(new[] { "sky", "cat", "dog" }, 0, 2)]
    [InlineData(new string[0], 2, 1)]
    public void The_first_name_tells_whether_the_first_class_is_the_background(string[] names, int questions, int masks)
    {
        // The first class leads in the right half, the second in the left.
        var map = new float[3 * 256];
        for (var i = 0; i < 256; i++)
        {
            map[i] = i % 16 < 8 ? 0 : 5;
            map[256 + i] = i % 16 < 8 ? 5 : 0;
        }

        var graph = Golden.Graph().Constant("logits", map, 1, 3, 16, 16);

        Assert.Equal(questions, Golden.Recognise(graph, names).Best!.Questions.Count);
        Assert.Equal(masks, Golden.Run(graph, names, DecoderNames.Semantic).Count);
    }

    [Fact]
    public void Maps_with_their_classes_on_the_last_axis_are_read_as_TensorFlow_lays_them()
    {
        // Shares: the second class has the left half with 0.8, the third the rest with 0.6.
        var shares = new float[32 * 32 * 3];
        for (var i = 0; i < 32 * 32; i++)
        {
            float[] pixel = i % 32 < 16 ? [0.1f, 0.8f, 0.1f] : [0.3f, 0.1f, 0.6f];
            pixel.CopyTo(shares, i * 3);
        }

        var graph = new OnnxGraph().Input("input_1", ElementType.Float32, -1, 64, 64, 3).Constant("softmax", shares, 1, 32, 32, 3);
        var found = Golden.Run(graph, ["background", "cat", "dog"], DecoderNames.Semantic);

        Assert.Equal(["cat", "dog"], found.Select(mask => mask.Label));
        Golden.AssertNear([0, 0, 63, 63], found[0].Points[^4..]);
        Golden.AssertNear([64, 0, 127, 63], found[1].Points[^4..]);
        Assert.InRange(found[0].Score, 0.78, 0.8);
    }

    [Fact]
    public void One_kind_on_the_last_axis_is_read_too()
    {
        var map = new float[64 * 64];
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = i % 64 < 32 ? 0.9f : 0;
        }

        var found = Assert.Single(Golden.Run(new OnnxGraph().Input("input_1", ElementType.Float32, -1, 64, 64, 3).Constant("sigmoid", map, 1, 64, 64, 1), ["crack"], DecoderNames.BinaryMask));

        Golden.AssertNear([0, 0, 63, 63], found.Points[^4..]);
    }

    [Fact]
    public void A_map_of_an_input_that_is_called_x_may_be_text_or_one_kind_and_is_asked()
    {
        var graph = new OnnxGraph().Input("x", ElementType.Float32, -1, 3, 64, 64).Constant("sigmoid", Enumerable.Repeat(0.9f, 64 * 64).ToArray(), 1, 1, 64, 64);

        var question = Golden.Recognise(graph, "crack").Best!.Questions.Single(question => question.Code == "task");

        Assert.Equal([DecoderNames.TextRegions, DecoderNames.BinaryMask, DecoderNames.BinaryMask], question.Choices.Select(choice => choice.Description.Decoder));
        Golden.AssertNear([0, 0, 127, 63], Assert.Single(Golden.Run(graph, question.Choices[1].Description)).Points[^4..]);
    }

    [Fact]
    public void A_reader_of_text_with_few_steps_is_no_table_of_boxes()
    {
        // Ten steps of six shares that sum to 1, as softmax gives them.
        var table = new float[10 * 6];
        for (var step = 0; step < 10; step++)
        {
            for (var k = 0; k < 6; k++)
            {
                table[(step * 6) + k] = k == (step is 2 or 3 ? 1 : step == 5 ? 4 : 0) ? 0.9f : 0.02f;
            }
        }

        foreach (var (input, height) in new[] { ("x", 48), ("input", 32) })
        {
            var graph = new OnnxGraph().Input(input, ElementType.Float32, -1, 3, height, -1).Constant("softmax_0", table, 1, 10, 6);
            Assert.Equal("ad", Assert.Single(Golden.Run(graph, ["a", "b", "c", "d", "e"], DecoderNames.TextLine)).Attributes["text"]);
            Assert.Equal(input == "x" ? 0 : 1, Golden.Recognise(graph, "a", "b", "c", "d", "e").Best!.Questions.Count);
        }
    }
}
