using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>Classification, embeddings, poses from crops, and the text models of PP-OCR.</summary>
internal sealed class WholeImageMatcher : IModelMatcher
{
    /// <summary>Side of the pictures that most classifiers were trained on.</summary>
    private const int WholeSide = 224;

    /// <summary>Heights of lines that readers of text take.</summary>
    private const int LowLine = 32;
    private const int PaddleLine = 48;
    private static readonly SuppressionRules _none = new() { Mode = SuppressionMode.None };

    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Image is null || evidence.Outputs.Count == 0)
        {
            return [];
        }

        return Poses(evidence, limits) ?? Text(evidence, limits) ?? Vectors(evidence, limits) ?? [];
    }

    private static Guess[]? Poses(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Output("simcc_x") is { Rank: 3 } across && evidence.HasOutput("simcc_y"))
        {
            return [new Guess(
                new ModelDescription
                {
                    Task = ModelTask.Pose,
                    Decoder = DecoderNames.SimCc,
                    Input = evidence.Input(ResizeRule.Stretch).ImageNet(),
                    Output = new OutputRules { Boxes = "simcc_x", Scores = "simcc_y" },
                    Keypoints = KnownSkeletons.Of(Math.Max(1, across.Along(1)), 3) with { Threshold = 0.3 },
                    Nms = _none,
                    Labels = LabelQuestions.Labels(["person"]),
                },
                0.95,
                "The outputs simcc_x and simcc_y are those of RTMPose and DWPose. It looks at one person's crop at a time.",
                [])];
        }

        // A quarter of a tall input, one map for each node.
        return evidence.Outputs is [{ Rank: 4, IsReal: true } maps] && maps.Along(1) is 17 or 133 && maps.Along(2) * 4 == evidence.Size.Height && maps.Along(3) * 4 == evidence.Size.Width
            ? [new Guess(
                new ModelDescription
                {
                    Task = ModelTask.Pose,
                    Decoder = DecoderNames.Heatmap,
                    Input = evidence.Input(ResizeRule.Stretch).ImageNet(),
                    Output = new OutputRules { Boxes = maps.Name },
                    Keypoints = KnownSkeletons.Of(maps.Along(1), 3) with { Threshold = 0.3 },
                    Nms = _none,
                },
                0.8,
                $"{maps.Along(1)} maps of a quarter of the input's size are those of HRNet and ViTPose.",
                []).WithLabels(evidence, 1, limits)]
            : null;
    }

    private static Guess[]? Text(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Outputs is not [{ IsReal: true } output])
        {
            return null;
        }

        var image = evidence.Image!;
        if (image.Value.Name == "x" && output.Rank == 4 && output.Along(1) == 1 && output.Along(3) > 1)
        {
            var regions = TextModels.Regions(image.Value.Name, output.Name);
            const string Reason = "The input x and a map of one channel are those of PP-OCR's text detector";

            // PyTorch's newer exporter calls inputs x as well.
            if (IsPaddle(output.Name) || MapMatcher.One(evidence, output) is not { } one)
            {
                return [new Guess(regions, 0.9, $"{Reason}.", [])];
            }

            var binary = one with { Labels = LabelQuestions.Labels([evidence.Names(limits) is [var only] ? only : "class_0"]) };
            return
            [
                new Guess(regions, 0.7, $"{Reason}, or of one kind of object against the rest.", []).Asking(
                    "task",
                    "What does the map show?",
                    new("Where text is (PP-OCR)", regions),
                    new("One kind of object; colours as PyTorch's ImageNet models", binary),
                    new("One kind of object; colours from 0 to 1", binary with { Input = binary.Input.ZeroToOne() })),
            ];
        }

        // A row of shares for each step along a line.
        var isLine = image.Height is LowLine or PaddleLine;
        var isReader = image.Value.Name == "x" ? isLine || (image.Height == 0 && output.RowsSumToOne) : isLine && output.RowsSumToOne;
        if (!isReader || output.Rank != 3 || output.Along(2) < 3)
        {
            return null;
        }

        var characters = evidence.HasNames(output.Along(2) - 2, limits) ? output.Along(2) - 2 : output.Along(2) - 1;
        var line = TextModels.Line(image.Value, output.Name);
        var guess = new Guess(line, 0.85, "A table of characters by steps, of a picture as high as a line, is that of a reader of text.", []);
        return [(image.Value.Name == "x" ? guess
            : guess.Asking("color", "In which order does the model take colours?", new("Blue, green, red (PP-OCR)", line), new("Red, green, blue", line with { Input = line.Input with { Color = ChannelOrder.Rgb } })))
            .WithLabels(evidence, characters, limits)];
    }

    /// <summary>How Paddle's converter calls outputs.</summary>
    private static bool IsPaddle(string output) =>
        output is "maps" || output.Contains(".tmp_", StringComparison.Ordinal) || output.StartsWith("fetch_name", StringComparison.Ordinal) || output.StartsWith("save_infer_model", StringComparison.Ordinal)
        || output.StartsWith("sigmoid_", StringComparison.Ordinal);

    private static Guess[]? Vectors(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Outputs.FirstOrDefault(IsVector) is { } named)
        {
            var input = evidence.Config?.Input is { } said
                ? said with { Name = evidence.Image!.Value.Name, Layout = evidence.Image.Layout }
                : named.Name == "image_embeds" ? Usual(evidence, ResizeRule.ShortCrop).Clip() with { Interp = Resampling.Bicubic } : Usual(evidence, ResizeRule.ShortCrop).ImageNet() with { Interp = Resampling.Bicubic };
            return [new Guess(Embedding(input, named.Name), 0.9, $"The output {named.Name} is a vector for each image.", [])];
        }

        if (evidence.Outputs.FirstOrDefault(output => IsRow(evidence, output)) is not { } scores || evidence.Outputs.Any(output => output.Rank > 2 && !IsRow(evidence, output)))
        {
            return null;
        }

        var count = scores.Along(1);
        var description = Classification(evidence, scores);
        if (count == 1)
        {
            if (evidence.Outputs.Count > 1)
            {
                return null;
            }

            var one = description with
            {
                Output = description.Output with { Activation = scores.LooksLikeLogits ? Activation.Sigmoid : Activation.None, MultiLabel = true },
                Nms = _none with { Conf = 0.5 },
            };
            return [new Guess(one, 0.5, "One number for each image: whether it is of the one class.", []).WithNormaliser(evidence).WithLabels(evidence, 1, limits)];
        }

        if (evidence.HasNames(count, limits))
        {
            return [new Guess(description, 0.9, $"One row of {count} scores for {count} names: classification.", []).WithNormaliser(evidence).WithLabels(evidence, count, limits)];
        }

        return [new Guess(description, 0.6, $"One row of {count} numbers for each image.", [])
            .Asking("task", "Are the numbers scores of classes, or a vector to compare images by?", new("Scores of classes", description), new("A vector", Embedding(description.Input, scores.Name)))
            .WithLabels(evidence, count, limits)];
    }

    /// <summary>Whether the output is called as vectors of whole images are.</summary>
    public static bool IsVector(ProbedOutput output) => output is { IsReal: true, Rank: 2 or 3 or 4, Name: "image_embeds" or "last_hidden_state" or "pooler_output" };

    /// <summary>[B, N], or the same with axes of length one behind: one row for each image, not for each object.</summary>
    private static bool IsRow(ModelEvidence evidence, ProbedOutput output) =>
        output.Along(0) <= Math.Max(1, evidence.Image!.Value.Along(0))
        && (output is { IsReal: true, Rank: 2 } || (output is { IsReal: true, Rank: 4 } && output.Along(1) > 1 && output.Along(2) == 1 && output.Along(3) == 1));

    /// <summary>What looks at whole images was mostly trained on 224 × 224, also where it takes any size.</summary>
    private static ImageInput Usual(ModelEvidence evidence, ResizeRule resize) =>
        evidence.Input(resize) is { Dynamic: true } open && evidence.Image is { Height: 0, Width: 0 } ? open with { Size = [WholeSide, WholeSide] } : evidence.Input(resize);

    private static ModelDescription Classification(ModelEvidence evidence, ProbedOutput scores)
    {
        var input = Usual(evidence, evidence.Image!.Layout == TensorLayout.Nhwc ? ResizeRule.Stretch : ResizeRule.ShortCrop).ImageNet();
        return new ModelDescription
        {
            Task = ModelTask.Classify,
            Decoder = DecoderNames.Classification,
            Input = evidence.Config?.Input is { } said
                ? said with { Name = evidence.Image!.Value.Name, Layout = evidence.Image.Layout }
                : input with { ShortSide = input.Resize == ResizeRule.ShortCrop ? input.Height * 8 / 7 : 0, Interp = Resampling.BilinearAntialias },
            Output = new OutputRules { Scores = scores.Name, Activation = scores.RowsSumToOne ? Activation.None : Activation.Softmax },
            Nms = _none with { Conf = 0 },
        };
    }

    private static ModelDescription Embedding(ImageInput input, string output) => new()
    {
        Task = ModelTask.Embed,
        Decoder = DecoderNames.Embedding,
        Input = input,
        Output = new OutputRules { Boxes = output },
        Nms = _none,
    };
}
