using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>Classification, embeddings, maps of classes, poses from crops, and the text models of PP-OCR.</summary>
internal sealed class WholeImageMatcher : IModelMatcher
{
    private static readonly SuppressionRules _none = new() { Mode = SuppressionMode.None };

    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Image is null || evidence.Outputs.Count == 0)
        {
            return [];
        }

        return Poses(evidence, limits) ?? Text(evidence, limits) ?? Vectors(evidence, limits) ?? Maps(evidence, limits) ?? [];
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
        if (evidence.Image!.Value.Name != "x" || evidence.Outputs is not [{ IsReal: true } output])
        {
            return null;
        }

        if (output.Rank == 4 && output.Along(1) == 1)
        {
            return [new Guess(TextModels.Regions(evidence.Image.Value.Name, output.Name), 0.9, "The input x and a map of one channel are those of PP-OCR's text detector.", [])];
        }

        if (output.Rank == 3 && output.Along(2) > 2)
        {
            return [new Guess(TextModels.Line(evidence.Image.Value.Name, output.Name, evidence.Image.Height), 0.85, "The input x and a table of characters by steps are those of PP-OCR's recogniser.", [])
                .WithLabels(evidence, evidence.Names(limits)?.Count is { } names && names == output.Along(2) - 2 ? names : output.Along(2) - 1, limits)];
        }

        return null;
    }

    private static Guess[]? Vectors(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Output("image_embeds", "last_hidden_state", "pooler_output") is { IsReal: true } named)
        {
            var input = evidence.Config?.Input is { } said
                ? said with { Name = evidence.Image!.Value.Name, Layout = evidence.Image.Layout }
                : named.Name == "image_embeds" ? evidence.Input(ResizeRule.ShortCrop).Clip() with { Interp = Resampling.Bicubic } : evidence.Input(ResizeRule.ShortCrop).ImageNet() with { Interp = Resampling.Bicubic };
            return [new Guess(Embedding(input, named.Name), 0.9, $"The output {named.Name} is a vector for each image.", [])];
        }

        if (evidence.Outputs.FirstOrDefault(output => output is { IsReal: true, Rank: 2 }) is not { } scores || evidence.Outputs.Any(output => output.Rank > 2) || scores.Along(1) < 2)
        {
            return null;
        }

        var description = Classification(evidence, scores);
        var names = evidence.Names(limits)?.Count;
        if (names == scores.Along(1))
        {
            return [new Guess(description, 0.9, $"One row of {scores.Along(1)} scores for {names} names: classification.", []).WithLabels(evidence, names.Value, limits)];
        }

        return [new Guess(description, 0.6, $"One row of {scores.Along(1)} numbers for each image.", [])
            .Asking("task", "Are the numbers scores of classes, or a vector to compare images by?", new("Scores of classes", description), new("A vector", Embedding(description.Input, scores.Name)))
            .WithLabels(evidence, scores.Along(1), limits)];
    }

    private static ModelDescription Classification(ModelEvidence evidence, ProbedOutput scores) => new()
    {
        Task = ModelTask.Classify,
        Decoder = DecoderNames.Classification,
        Input = evidence.Config?.Input is { } said
            ? said with { Name = evidence.Image!.Value.Name, Layout = evidence.Image.Layout }
            : evidence.Input(ResizeRule.ShortCrop).ImageNet() with { ShortSide = evidence.Size.Height * 8 / 7, Interp = Resampling.BilinearAntialias },
        Output = new OutputRules { Scores = scores.Name, Activation = scores.RowsSumToOne ? Activation.None : Activation.Softmax },
        Nms = _none with { Conf = 0 },
    };

    private static ModelDescription Embedding(ImageInput input, string output) => new()
    {
        Task = ModelTask.Embed,
        Decoder = DecoderNames.Embedding,
        Input = input,
        Output = new OutputRules { Boxes = output },
        Nms = _none,
    };

    private static Guess[]? Maps(ModelEvidence evidence, InferenceLimits limits)
    {
        var map = evidence.Output("out", "logits") ?? evidence.Outputs[0];
        var (height, width) = evidence.Size;
        if (map.Rank is not (3 or 4) || map.Along(-1) <= 1 || map.Along(-2) <= 1 || Math.Abs(((double)map.Along(-1) / map.Along(-2)) - ((double)width / height)) > 0.05)
        {
            return null;
        }

        var input = evidence.Config?.Input is { } said
            ? said with { Name = evidence.Image!.Value.Name, Layout = evidence.Image.Layout, Resize = ResizeRule.Stretch, Size = [height, width] }
            : evidence.Input(ResizeRule.Stretch).ImageNet();
        var description = new ModelDescription { Task = ModelTask.Semantic, Decoder = DecoderNames.ClassMap, Input = input, Output = new OutputRules { Masks = map.Name }, Nms = _none with { Conf = 0 } };
        if (!map.IsReal && (map.Rank == 3 || map.Along(1) == 1))
        {
            return [Background(new Guess(description, 0.8, "Whole numbers for each pixel: a map of classes.", []), description).WithLabels(evidence, -1, limits)];
        }

        if (map.Rank != 4 || !map.IsReal)
        {
            return null;
        }

        if (map.Along(1) == 1)
        {
            var binary = description with
            {
                Decoder = DecoderNames.BinaryMask,
                Output = new OutputRules { Masks = map.Name, Activation = map.LooksLikeLogits ? Activation.Sigmoid : Activation.None },
                Nms = _none with { Conf = 0.25 },
            };
            return [new Guess(binary, 0.6, "One number for each pixel: one kind of object against the rest.", []).WithLabels(evidence, 1, limits)];
        }

        var semantic = description with { Decoder = DecoderNames.Semantic, Output = new OutputRules { Masks = map.Name, Activation = Activation.Softmax } };
        return [Background(new Guess(semantic, 0.8, $"{map.Along(1)} values for each pixel: semantic segmentation.", []), semantic).WithLabels(evidence, map.Along(1), limits)];
    }

    private static Guess Background(Guess guess, ModelDescription description)
    {
        var background = description with { Output = description.Output with { Background = BackgroundClass.First } };
        return (guess with { Description = background })
            .Asking("background", "Is the first class the background, which gets no mask?", new("Yes", background), new("No, it is a class like the others", description));
    }
}
