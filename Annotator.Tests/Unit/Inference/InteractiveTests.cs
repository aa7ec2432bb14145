using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Interactive;
using Annotator.Inference.Onnx;
using Annotator.Inference.Recognition;

namespace Annotator.Tests.Unit.Inference;

/// <summary>Made-up encoders and decoders with the inputs and outputs of the real ones: a mask is what lies left of the first click.</summary>
public sealed class InteractiveTests
{
    private const int Low = 256;

    [Fact]
    public void SAM_masks_come_in_the_pictures_own_pixels_and_go_back_when_refined()
    {
        // The picture is 128 × 64, so a click at x counts as 8 x. The mask is made of the picture's size, as the real decoder makes it.
        var decoder = Decoder("image_embeddings").Input("orig_im_size", ElementType.Float32, 2);
        LeftOfClick(decoder, "masks", 64, 128, 8).Constant("iou_predictions", [0.9f], 1, 1).Constant("low_res_masks", Filled(Low * Low, 3), 1, 1, Low, Low);
        using var model = Model(Encoder("input_image", "image_embeddings", -1, -1, 3), decoder, DecoderNames.Sam);
        var embedding = model.Encode("key", Golden.Image(), TestContext.Current.CancellationToken);

        var mask = Assert.Single(Click(model, embedding, 40.5, 10));

        Golden.AssertNear([0, 0, 39, 63], mask.Mask[^4..]);
        Assert.Equal(0.9, mask.Score, 1e-6);
        Assert.Equal(Low * Low, mask.LowResolution.Length);
        var refined = model.Segment(embedding, new Prompt { Points = [new(40.5, 10, true)], Previous = mask.LowResolution }, TestContext.Current.CancellationToken);
        Assert.Single(refined);
    }

    [Fact]
    public void SAM_2_stretches_the_picture_and_gives_three_candidates()
    {
        var encoder = Encoder("image", "image_embed", 1, 3, 1024, 1024).Constant("high_res_feats_0", new float[4], 1, 1, 2, 2).Constant("high_res_feats_1", new float[4], 1, 1, 2, 2);
        var decoder = Decoder("image_embed").Input("high_res_feats_0", ElementType.Float32, 1, 1, 2, 2).Input("high_res_feats_1", ElementType.Float32, 1, 1, 2, 2);

        // 256 columns over 1024: a click at x of 128 counts as 8 x, and that is 2 x of the mask's columns.
        LeftOfClick(decoder, "one", Low, Low, 4, declared: false).Node("Concat", ["one", "one", "one"], ["masks"], OnnxGraph.Int("axis", 1)).Output("masks", ElementType.Float32, 1, 3, Low, Low)
            .Constant("iou_predictions", [0.2f, 0.9f, 0.5f], 1, 3);
        using var model = Model(encoder, decoder, DecoderNames.Sam2);
        var embedding = model.Encode("key", Golden.Image(), TestContext.Current.CancellationToken);
        Assert.Equal(3, embedding.Tensors.Count);

        var masks = Click(model, embedding, 40.5, 10);

        Assert.Equal([0.9, 0.5, 0.2], masks.Select(mask => Math.Round(mask.Score, 6)));
        Golden.AssertNear([0, 0], masks[0].Mask[^4..^2]);

        // The columns' middles lie at odd quarters of a pixel: the edge comes within one pixel.
        Assert.InRange(masks[0].Mask[^2], 39, 40);
        Assert.Equal(63, masks[0].Mask[^1]);
    }

    [Fact]
    public void EdgeSAM_is_judged_by_how_steady_its_masks_are()
    {
        var decoder = new OnnxGraph().Input("image_embeddings", ElementType.Float32, 1, 1, 2, 2).Input("point_coords", ElementType.Float32, 1, -1, 2).Input("point_labels", ElementType.Float32, 1, -1);

        // The first is sure of nothing, the second of half of the square: the upper 512 rows of 1024, where the picture lies.
        var masks = new float[2 * Low * Low];
        for (var i = 0; i < Low * Low; i++)
        {
            masks[i] = 0.5f;
            masks[(Low * Low) + i] = i / Low < 64 ? 9 : -9;
        }

        decoder.Constant("scores", [0.9f, 0.1f], 1, 2).Constant("masks", masks, 1, 2, Low, Low);
        using var model = Model(Encoder("image", "image_embeddings", 1, 3, -1, -1), decoder, DecoderNames.EdgeSam);

        var found = Click(model, model.Encode("key", Golden.Image(), TestContext.Current.CancellationToken), 5, 5);

        Assert.Equal([1, 0], found.Select(mask => mask.Score));
        Golden.AssertNear([0, 0, 127, 31], found[0].Mask[^4..]);
    }

    [Fact]
    public void EdgeSAM_of_one_size_gets_a_square_and_asks_who_normalises()
    {
        var decoder = new OnnxGraph().Input("image_embeddings", ElementType.Float32, 1, 1, 2, 2).Input("point_coords", ElementType.Float32, 1, -1, 2).Input("point_labels", ElementType.Float32, 1, -1)
            .Constant("scores", [0.9f], 1, 1).Constant("masks", Filled(Low * Low, 2), 1, 1, Low, Low);
        var encoder = Encoder("image", "image_embeddings", 1, 3, 1024, 1024);

        var question = Assert.Single(Recognised(encoder, decoder).Questions);

        Assert.Equal("normaliser", question.Code);
        using var model = new InteractiveModel(Golden.Open(encoder), Golden.Open(decoder), question.Choices[0].Description);
        Golden.AssertNear([0, 0, 127, 63], Assert.Single(Click(model, model.Encode("key", Golden.Image(), TestContext.Current.CancellationToken), 5, 5)).Mask[^4..]);
    }

    [Fact]
    public void Hugging_Face_SAM_2_numbers_its_embeddings_and_wants_an_empty_list_of_boxes()
    {
        var encoder = new OnnxGraph().Input("pixel_values", ElementType.Float32, 1, 3, 1024, 1024);
        var decoder = new OnnxGraph().Input("input_points", ElementType.Float32, 1, 1, -1, 2).Input("input_labels", ElementType.Int64, 1, 1, -1).Input("input_boxes", ElementType.Float32, 1, -1, 4);
        for (var level = 0; level < 3; level++)
        {
            encoder.Constant($"image_embeddings.{level}", new float[4], 1, 1, 2, 2);
            decoder.Input($"image_embeddings.{level}", ElementType.Float32, 1, 1, 2, 2);
        }

        decoder.Constant("pred_masks", Filled(Low * Low, 1), 1, 1, 1, Low, Low).Constant("iou_scores", [0.7f], 1, 1, 1).Constant("object_score_logits", [2f], 1, 1, 1);
        using var model = Model(encoder, decoder, DecoderNames.Sam2);
        var embedding = model.Encode("key", Golden.Image(), TestContext.Current.CancellationToken);

        Assert.Equal(3, embedding.Tensors.Count);
        Golden.AssertNear([0, 0, 127, 63], Assert.Single(Click(model, embedding, 5, 5)).Mask[^4..]);
    }

    [Fact]
    public void Hugging_Face_SAM_counts_clicks_in_a_list_of_lists()
    {
        var encoder = Encoder("pixel_values", "image_embeddings", 1, 3, 1024, 1024).Constant("image_positional_embeddings", new float[4], 1, 1, 2, 2);
        var decoder = new OnnxGraph().Input("image_embeddings", ElementType.Float32, 1, 1, 2, 2).Input("image_positional_embeddings", ElementType.Float32, 1, 1, 2, 2)
            .Input("input_points", ElementType.Float32, 1, 1, -1, 2).Input("input_labels", ElementType.Int64, 1, 1, -1)
            .Constant("pred_masks", Filled(Low * Low, 1), 1, 1, 1, Low, Low).Constant("iou_scores", [0.7f], 1, 1, 1);
        using var model = Model(encoder, decoder, DecoderNames.SamHuggingFace);

        var found = Assert.Single(model.Segment(model.Encode("key", Golden.Image(), TestContext.Current.CancellationToken), new Prompt { Box = [1, 2, 30, 40] }, TestContext.Current.CancellationToken));

        Golden.AssertNear([0, 0, 127, 63], found.Mask[^4..]);
    }

    [Fact]
    public void An_embedding_survives_being_kept_and_a_damaged_one_is_refused()
    {
        var embedding = new ImageEmbedding("key", 128, 64, [new("a", [2, 3], [1, 2, 3, 4, 5, 6]), new("b", [0], [])]);
        var bytes = embedding.ToBytes();

        var read = ImageEmbedding.FromBytes(bytes);

        Assert.Equal(("key", 128, 64), (read.Key, read.ImageWidth, read.ImageHeight));
        Assert.Equal(embedding.Tensors.Select(tensor => (tensor.Name, string.Join(",", tensor.Shape), string.Join(",", tensor.Data))), read.Tensors.Select(tensor => (tensor.Name, string.Join(",", tensor.Shape), string.Join(",", tensor.Data))));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal("embedding-damaged", Assert.Throws<ModelException>(() => ImageEmbedding.FromBytes(bytes.AsMemory(0, length))).Code);
        }
    }

    [Fact]
    public void Half_of_a_pair_is_named()
    {
        var evidence = Evidence(Encoder("image", "image_embeddings", 1, 3, 1024, 1024), "encoder.onnx");

        Assert.Empty(new ModelRecogniser(Golden.Limits).Recognise([evidence]).Guesses);
        Assert.Contains("upload its decoder", ModelRecogniser.Explain([evidence]));
    }

    private static IReadOnlyList<MaskCandidate> Click(InteractiveModel model, ImageEmbedding embedding, double x, double y) =>
        model.Segment(embedding, new Prompt { Points = [new(x, y, true), new(1, 1, false)] }, TestContext.Current.CancellationToken);

    private static InteractiveModel Model(OnnxGraph encoder, OnnxGraph decoder, string family)
    {
        var best = Recognised(encoder, decoder);
        Assert.Equal(family, best.Description.Decoder);
        Assert.Equal(("encoder.onnx", "decoder.onnx"), (best.Description.Files.Encoder, best.Description.Files.Decoder));
        return new InteractiveModel(Golden.Open(encoder), Golden.Open(decoder), best.Description);
    }

    private static Guess Recognised(OnnxGraph encoder, OnnxGraph decoder)
    {
        var best = new ModelRecogniser(Golden.Limits).Recognise([Evidence(decoder, "decoder.onnx"), Evidence(encoder, "encoder.onnx")]).Best;
        Assert.NotNull(best);
        return best;
    }

    private static ModelEvidence Evidence(OnnxGraph graph, string name) => new() { FileName = name, File = OnnxFile.Read(new MemoryStream(graph.ToBytes()), Golden.Limits) };

    private static OnnxGraph Encoder(string input, string output, params long[] shape) =>
        new OnnxGraph().Input(input, ElementType.Float32, shape).Constant(output, new float[4], 1, 1, 2, 2);

    private static OnnxGraph Decoder(string embedding) => new OnnxGraph().Input(embedding, ElementType.Float32, 1, 1, 2, 2)
        .Input("point_coords", ElementType.Float32, 1, -1, 2).Input("point_labels", ElementType.Float32, 1, -1)
        .Input("mask_input", ElementType.Float32, 1, 1, Low, Low).Input("has_mask_input", ElementType.Float32, 1);

    /// <summary>First click's x, less the column in the clicks' units: above 0 to its left.</summary>
    private static OnnxGraph LeftOfClick(OnnxGraph graph, string name, int height, int width, float unit, bool declared = true)
    {
        var columns = new float[height * width];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = ((i % width) + 0.5f) * unit;
        }

        graph.Longs("from", [0, 0, 0], 3).Longs("to", [1, 1, 1], 3).Node("Slice", ["point_coords", "from", "to"], ["first"])
            .Longs("scalar", [1, 1, 1, 1], 4).Node("Reshape", ["first", "scalar"], ["x"])
            .Floats("columns", columns, 1, 1, height, width).Node("Sub", ["x", "columns"], [name]);
        return declared ? graph.Output(name, ElementType.Float32, 1, 1, height, width) : graph;
    }

    private static float[] Filled(int count, float value)
    {
        var data = new float[count];
        Array.Fill(data, value);
        return data;
    }
}
