using Annotator.Inference.Descriptions;

namespace Annotator.Tests.Unit.Inference;

/// <summary>RT-DETR with two classes gives [B, 300, 6], and so does YOLO with suppression inside: numbers and metadata tell them apart, or it is asked.</summary>
public sealed class TwoClassTransformerTests
{
    private const int Rows = 300;
    private static readonly string[] _two = ["cat", "dog"];

    /// <summary>Small boxes of little worth everywhere, and one that counts.</summary>
    private static readonly float[] _parts = Table(row => row == 5 ? [0.5f, 0.5f, 0.25f, 0.5f, 0.1f, 0.7f] : [0.2f, 0.3f, 0.1f, 0.1f, 0.01f, 0.02f]);
    private static readonly float[] _finished = Table(row => row == 5 ? [15, 26, 25, 34, 0.9f, 1] : [3, 4, 9, 9, 0.01f, 0]);

    [Theory]
    [InlineData("Ultralytics rtdetr-l model trained on cats.yaml")]
    [InlineData("Ultralytics best model")]
    [InlineData(null)]
    public void Parts_of_the_picture_and_shares_are_RT_DETR(string? description)
    {
        var graph = Exported(description).Constant("output0", _parts, 1, Rows, 6);

        var best = Golden.Recognise(graph, _two).Best!;

        Assert.Empty(best.Questions);
        Assert.Equal(ResizeRule.Stretch, best.Description.Input.Resize);
        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.RtDetrUltralytics)), "dog", 0.7, 48, 16, 80, 48);
    }

    [Theory]
    [InlineData("Ultralytics YOLO26n model trained on cats.yaml")]
    [InlineData(null)]
    public void Pixels_and_whole_numbers_of_classes_are_finished_objects(string? description)
    {
        var graph = Exported(description).Constant("output0", _finished, 1, Rows, 6);

        Assert.Empty(Golden.Recognise(graph, _two).Best!.Questions);
        Golden.AssertBox(Assert.Single(Golden.Run(graph, _two, DecoderNames.YoloEndToEnd)), "dog", 0.9, 30, 20, 50, 36);
    }

    [Fact]
    public void What_the_export_says_counts_where_the_trial_showed_nothing()
    {
        Assert.Equal(DecoderNames.YoloEndToEnd, Decided(Empty("Ultralytics best model").Metadata("end2end", "True")));
        Assert.Equal(DecoderNames.YoloEndToEnd, Decided(Empty("Ultralytics best model").Metadata("args", "{'batch': 1, 'nms': True}")));
        Assert.Equal(DecoderNames.RtDetrUltralytics, Decided(Empty("Ultralytics RT-DETR-l model").Metadata("args", "{'batch': 1, 'nms': False}")));

        static string Decided(OnnxGraph graph)
        {
            var best = Golden.Recognise(graph).Best!;
            Assert.Empty(best.Questions);
            return best.Description.Decoder;
        }
    }

    [Theory]
    [InlineData("Ultralytics best model")]
    [InlineData(null)]
    public void Without_any_sign_it_is_asked_and_both_answers_are_whole_descriptions(string? description)
    {
        var question = Assert.Single(Golden.Recognise(Empty(description), _two).Best!.Questions);

        Assert.Equal("task", question.Code);
        Assert.Equal([DecoderNames.YoloEndToEnd, DecoderNames.RtDetrUltralytics], question.Choices.Select(choice => choice.Description.Decoder));
        Assert.All(question.Choices, choice => Assert.Empty(DescriptionRules.Violations(choice.Description, Golden.Limits)));
        Golden.AssertBox(Assert.Single(Golden.Run(Exported(description).Constant("output0", _parts, 1, Rows, 6), question.Choices[1].Description)), "dog", 0.7, 48, 16, 80, 48);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(53)]
    public void Other_numbers_of_classes_are_not_taken_for_an_angle_or_for_nodes(int classes)
    {
        float[] row = [0.5f, 0.5f, 0.25f, 0.5f, .. Enumerable.Repeat(0.05f, classes - 1), 0.7f];
        float[] other = [0.2f, 0.3f, 0.1f, 0.1f, .. Enumerable.Repeat(0.02f, classes)];
        var names = Enumerable.Range(0, classes).Select(i => $"n{i}").ToArray();
        var graph = Golden.Graph().Constant("output0", [.. Enumerable.Range(0, Rows).SelectMany(i => i == 7 ? row : other)], 1, Rows, 4 + classes);

        Assert.Empty(Golden.Recognise(graph, names).Best!.Questions);
        Golden.AssertBox(Assert.Single(Golden.Run(graph, names, DecoderNames.RtDetrUltralytics)), names[^1], 0.7, 48, 16, 80, 48);
    }

    private static OnnxGraph Exported(string? description) => description is null ? Golden.Graph()
        : Golden.Graph().Metadata("description", description).Metadata("task", "detect").Metadata("names", "{0: 'cat', 1: 'dog'}").Metadata("stride", "32");

    private static OnnxGraph Empty(string? description) => Exported(description).Constant("output0", new float[Rows * 6], 1, Rows, 6);

    private static float[] Table(Func<int, float[]> row) => [.. Enumerable.Range(0, Rows).SelectMany(row)];
}
