using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;
using Annotator.Inference.Sessions;

namespace Annotator.Tests.Unit.Inference;

/// <summary>Models that give the mean of each colour of each picture, so that what went in is known from what came out.</summary>
public sealed class ModelSessionTests
{
    private static readonly string[] _colours = ["red", "green", "blue"];
    private static readonly PixelImage[] _images = [Golden.Image(255, 0, 0), Golden.Image(0, 255, 0), Golden.Image(0, 0, 255), Golden.Image(0, 200, 0), Golden.Image(200, 0, 0)];

    [Theory]
    [InlineData(ElementType.Float32, -1L)]
    [InlineData(ElementType.Float32, 1L)]
    [InlineData(ElementType.Float32, 2L)]
    [InlineData(ElementType.Float16, -1L)]
    [InlineData(ElementType.UInt8, 1L)]
    public void Every_picture_gets_its_own_answer_whatever_the_model_takes_at_once(ElementType type, long count)
    {
        using var session = Golden.Open(Means(type, count));
        var description = Description() with { Batch = 3, Input = type == ElementType.UInt8 ? Description().Input with { Std = [1, 1, 1] } : Description().Input };
        using var model = new ModelSession(session, description, Golden.Limits);

        var found = model.Predict(_images, new PredictionOptions { Confidence = 0.1 }, TestContext.Current.CancellationToken);

        Assert.Equal(["red", "green", "blue", "green", "red"], found.Select(tags => Assert.Single(tags).Label));
        Assert.Equal(5, model.Times.Images);
    }

    [Fact]
    public void A_raw_session_and_the_pipeline_of_ML_NET_agree_to_the_bit()
    {
        var path = Path.Combine(Path.GetTempPath(), $"means-{Guid.CreateVersion7():N}.onnx");
        File.WriteAllBytes(path, Means(ElementType.Float32, 1).ToBytes());
        try
        {
            using var raw = new ModelSession(OnnxSession.Open(path, new SessionSettings { Threads = 1 }, Golden.Limits), Description() with { Output = new OutputRules { Boxes = "means" } }, Golden.Limits);
            using var pipeline = new WholeImagePipeline(path, Description(), "means");

            var rows = pipeline.Score(_images).ToList();

            Assert.Equal(_images.Length, rows.Count);
            Assert.Equal([1f, 0f, 0f], rows[0]);
            Assert.Equal([0f, 200 / 255f, 0f], rows[3], (one, other) => MathF.Abs(one - other) < 1e-6f);
            Assert.Equal(raw.Embed(_images, TestContext.Current.CancellationToken).Select(row => Array.IndexOf(row, row.Max())), rows.Select(row => Array.IndexOf(row, row.Max())));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Large_pictures_are_looked_at_in_tiles_and_what_two_tiles_saw_is_one()
    {
        // Each tile says the same of itself: a box in its middle. Two tiles of 100 overlap in a picture of 180 × 100.
        var graph = Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 5, (3, [32, 32, 16, 16, 0.9f])), 1, 5, Golden.Places);
        using var session = Golden.Open(graph);
        var description = new ModelDescription
        {
            Task = ModelTask.Detect,
            Decoder = DecoderNames.YoloV8,
            Input = new ImageInput { Name = "images", Size = [Golden.Side, Golden.Side] },
            Output = new OutputRules { Boxes = "output0" },
            Labels = [new ModelLabel(0, "cat")],
        };
        using var model = new ModelSession(session, description, Golden.Limits);

        var found = model.Predict([Golden.Image(width: 180, height: 100)], new PredictionOptions { TileSize = 100 }, TestContext.Current.CancellationToken)[0];

        // The whole picture gives one box about 90, 50 of 45 pixels' side; the tiles 37.5..62.5 and 117.5..142.5, apart from it.
        Assert.Equal(3, found.Count);
        Assert.Equal([37.5, 67.5, 117.5], found.Select(box => Math.Round(box.Points[0], 3)).Order());
        Assert.Equal([0, 80], Tiles.Starts(180, 100, 0.2));
        Assert.Equal([0, 75, 150], Tiles.Starts(250, 100, 0.2));
        Assert.Equal([0], Tiles.Starts(90, 100, 0.2));
    }

    private static OnnxGraph Means(ElementType type, long count) => new OnnxGraph().Input("images", type, count, 3, 8, 8)
        .Node("Cast", ["images"], ["floats"], OnnxGraph.Int("to", 1))
        .Node("ReduceMean", ["floats"], ["means"], OnnxGraph.Ints("axes", 2, 3), OnnxGraph.Int("keepdims", 0)).Output("means", ElementType.Float32, count, 3);

    private static ModelDescription Description() => new()
    {
        Task = ModelTask.Classify,
        Decoder = DecoderNames.Classification,
        Input = new ImageInput { Name = "images", Size = [8, 8], Resize = ResizeRule.Stretch },
        Output = new OutputRules { Scores = "means" },
        Labels = [.. _colours.Select((name, i) => new ModelLabel(i, name))],
    };
}
