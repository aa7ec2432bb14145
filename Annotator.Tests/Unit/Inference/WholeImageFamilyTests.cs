using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;
using Annotator.Inference.Sessions;

namespace Annotator.Tests.Unit.Inference;

public sealed class WholeImageFamilyTests
{
    private static readonly string[] _colours = ["red", "green", "blue"];

    [Fact]
    public void A_classifier_of_colours_sees_the_right_one_in_the_right_order()
    {
        // The mean of each channel, ten times over, before a softmax.
        var graph = Golden.Graph().Metadata("task", "classify").Metadata("names", "['red', 'green', 'blue']")
            .Node("ReduceMean", ["images"], ["means"], OnnxGraph.Ints("axes", 2, 3), OnnxGraph.Int("keepdims", 0))
            .Floats("ten", [10], 1).Node("Mul", ["means", "ten"], ["logits"]).Node("Softmax", ["logits"], ["output0"], OnnxGraph.Int("axis", 1))
            .Output("output0", ElementType.Float32, 1, 3);

        var found = Assert.Single(Golden.Run(graph, [], DecoderNames.Classification));

        var shares = new[] { 90, 120, 30 }.Select(value => Math.Exp(value / 25.5)).ToArray();
        Assert.Equal((PredictionKind.Tag, "green"), (found.Kind, found.Label));
        Assert.Equal(shares[1] / shares.Sum(), found.Score, 1e-5);

        var three = Golden.Run(graph, [], DecoderNames.Classification, description => description with { Output = description.Output with { Top = 3 } }, new PredictionOptions { Confidence = 0 });
        Assert.Equal(["green", "red", "blue"], three.Select(tag => tag.Label));
    }

    [Fact]
    public void Numbers_for_an_image_are_scores_or_a_vector_and_it_is_asked()
    {
        var graph = Golden.Graph().Constant("features", [3f, 4f, 0, 0], 1, 4);

        var question = Golden.Recognise(graph).Best!.Questions.Single(question => question.Code == "task");

        Assert.Equal([4, 0], question.Choices.Select(choice => choice.Description.Labels.Count));
        using var session = Golden.Open(graph);
        var model = new ModelSession(session, question.Choices[1].Description, Golden.Limits);
        Assert.Equal([0.6f, 0.8f, 0, 0], model.Embed([Golden.Image()], TestContext.Current.CancellationToken)[0]);
    }

    [Fact]
    public void The_first_step_of_a_transformer_stands_for_the_image()
    {
        var graph = new OnnxGraph().Input("pixel_values", ElementType.Float32, -1, 3, 14, 14).Constant("last_hidden_state", [0f, 2, 0, 9, 9, 9], 1, 2, 3);
        using var session = Golden.Open(graph);
        var description = Golden.Recognise(graph).Best!.Description;

        Assert.Equal(DecoderNames.Embedding, description.Decoder);
        Assert.Equal([0f, 1f, 0f], new ModelSession(session, description, Golden.Limits).Embed([Golden.Image()], TestContext.Current.CancellationToken)[0]);
    }

    [Fact]
    public void Semantic_segmentation_gives_a_mask_for_each_class_but_the_background()
    {
        // Class 1 leads in the left half of a quarter-sized map, class 0 in the right.
        var map = new float[3 * 16 * 16];
        for (var i = 0; i < 256; i++)
        {
            map[i] = i % 16 < 8 ? 0 : 5;
            map[256 + i] = i % 16 < 8 ? 5 : 0;
            map[512 + i] = -5;
        }

        var found = Assert.Single(Golden.Run(Golden.Graph().Constant("logits", map, 1, 3, 16, 16), ["background", "road", "sky"], DecoderNames.Semantic));

        Assert.Equal((PredictionKind.Mask, "road"), (found.Kind, found.Label));
        Golden.AssertNear([0, 128 * 64, 0, 0, 63, 63], [0, found.Points[..^4].Where((_, i) => i % 2 == 1).Sum() * 2, .. found.Points[^4..]]);
        Assert.InRange(found.Score, 0.9, 1);
    }

    [Fact]
    public void A_map_of_class_numbers_is_taken_pixel_by_pixel()
    {
        var map = new long[64 * 64];
        for (var y = 16; y < 32; y++)
        {
            Array.Fill(map, 1, (y * 64) + 32, 32);
        }

        var found = Assert.Single(Golden.Run(Golden.Graph().Constant("classes", map, 1, 64, 64), ["background", "road"], DecoderNames.ClassMap));

        Golden.AssertNear([64, 16, 127, 31], found.Points[^4..]);
    }

    [Fact]
    public void One_kind_against_the_rest_falls_into_objects_that_hang_together()
    {
        var map = new float[64 * 64];
        Array.Fill(map, -6);
        foreach (var (left, top) in new[] { (4, 4), (40, 40) })
        {
            for (var y = 0; y < 10; y++)
            {
                Array.Fill(map, 6, ((top + y) * 64) + left, 10);
            }
        }

        var found = Golden.Run(Golden.Graph().Constant("output", map, 1, 1, 64, 64), ["crack"], DecoderNames.BinaryMask);

        Assert.Equal(2, found.Count);
        Assert.Equal([(8.0, 4.0, 27.0, 13.0), (80.0, 40.0, 99.0, 49.0)], found.Select(mask => (mask.Points[^4], mask.Points[^3], mask.Points[^2], mask.Points[^1])).Order());
    }

    [Fact]
    public void A_pose_from_a_crop_comes_back_to_the_whole_picture()
    {
        // An input of 48 × 64; strips twice as long. The first node at 24, 32 of the crop: its middle.
        var (across, down) = (new float[17 * 96], new float[17 * 128]);
        across[48] = 0.9f;
        down[64] = 0.8f;
        var graph = new OnnxGraph().Input("input", ElementType.Float32, -1, 3, 64, 48).Constant("simcc_x", across, 1, 17, 96).Constant("simcc_y", down, 1, 17, 128);

        var found = Assert.Single(Golden.Run(graph, [], DecoderNames.SimCc, options: new PredictionOptions { Confidence = 0.01, Regions = [[40, 8, 76, 56]] }));

        // With a quarter of room around it the crop begins at 35.5, which is pixel 36, and is 45 wide: its middle is 58.5.
        Assert.Equal((58.5, 32.0), (Math.Round(found.Nodes[0].X, 3), Math.Round(found.Nodes[0].Y, 3)));
        Assert.Equal(0.8, found.Nodes[0].Score, 1e-6);
        Assert.Equal([40, 8, 76, 56], found.Box);
    }

    [Fact]
    public void Regions_of_text_grow_by_what_the_training_shrank_them()
    {
        var map = new float[64 * 128];
        for (var y = 20; y < 30; y++)
        {
            Array.Fill(map, 0.9f, (y * 128) + 30, 40);
        }

        // Noise that is too thin, and too weak.
        Array.Fill(map, 0.9f, 50 * 128, 40);
        Array.Fill(map, 0.35f, (55 * 128) + 80, 20);
        var graph = new OnnxGraph().Input("x", ElementType.Float32, -1, 3, -1, -1).Constant("sigmoid_0", map, 1, 1, 64, 128);

        var found = Assert.Single(Golden.Run(graph, [], DecoderNames.TextRegions));

        // 40 × 10 grows by 400 × 1.5 / 100 = 6 on each side.
        Golden.AssertNear([24, 14, 76, 14, 76, 36, 24, 36], found.Points);
        Assert.Equal(0.9, found.Score, 1e-5);
    }

    [Fact]
    public void A_line_of_text_is_read_step_by_step()
    {
        // Blank, a, a, blank, a, b, space: repeats fall together unless a blank parts them.
        int[] steps = [0, 1, 1, 0, 1, 2, 3];
        var table = new float[7 * 4];
        for (var i = 0; i < steps.Length; i++)
        {
            table[(i * 4) + steps[i]] = 0.8f;
        }

        var graph = new OnnxGraph().Input("x", ElementType.Float32, -1, 3, 48, -1).Constant("softmax_0", table, 1, 7, 4);

        var found = Assert.Single(Golden.Run(graph, ["a", "b"], DecoderNames.TextLine));

        Assert.Equal("aab ", found.Attributes["text"]);
        Assert.Equal(0.8, found.Score, 1e-6);
    }

    [Fact]
    public void The_names_of_colours_are_asked_for_when_their_number_does_not_fit()
    {
        var graph = Golden.Graph().Constant("scores", [0.1f, 0.2f, 0.3f, 0.4f], 1, 4);

        Assert.Contains("4 classes, and 3 names", Golden.Recognise(graph, _colours).Best!.Questions.Single(question => question.Code == "labels").Text);
    }
}
