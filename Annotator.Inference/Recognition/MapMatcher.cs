using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>Semantic segmentation: values of each class for each pixel, of one kind against the rest, or numbers of classes.</summary>
internal sealed class MapMatcher : IModelMatcher
{
    private const double LargestDistortion = 0.05;

    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Image is null || evidence.Outputs.Count == 0)
        {
            return [];
        }

        var map = evidence.Output("out", "logits") ?? evidence.Outputs[0];
        if (Axes(evidence, map) is not { } axes)
        {
            return [];
        }

        if (!map.IsReal)
        {
            var numbers = Describe(evidence, DecoderNames.ClassMap, new OutputRules { Masks = map.Name });
            return axes.Classes > 1 || axes.Last ? [] : [Background(new Guess(numbers, 0.8, "Whole numbers for each pixel: a map of classes.", []), evidence, -1, limits)];
        }

        if (map.Rank == 3)
        {
            return [];
        }

        if (One(evidence, map) is { } binary)
        {
            return [new Guess(binary, 0.6, "One number for each pixel: one kind of object against the rest.", []).WithNormaliser(evidence).WithLabels(evidence, 1, limits)];
        }

        var semantic = Describe(evidence, DecoderNames.Semantic, new OutputRules { Masks = map.Name, ChannelsLast = axes.Last, Activation = map.RowsSumToOne ? Activation.None : Activation.Softmax });
        return [Background(new Guess(semantic, 0.8, $"{axes.Classes} values for each pixel: semantic segmentation.", []), evidence, axes.Classes, limits)];
    }

    /// <summary>The reading as one kind of object against the rest; null for maps of more values.</summary>
    public static ModelDescription? One(ModelEvidence evidence, ProbedOutput map) => Axes(evidence, map) is not { Classes: 1 } axes || map.Rank != 4 || !map.IsReal ? null
        : Describe(evidence, DecoderNames.BinaryMask, new OutputRules { Masks = map.Name, ChannelsLast = axes.Last, Activation = map.LooksLikeLogits ? Activation.Sigmoid : Activation.None }) with
        {
            Nms = new SuppressionRules { Mode = SuppressionMode.None, Conf = 0.25 },
        };

    private static ModelDescription Describe(ModelEvidence evidence, string decoder, OutputRules output)
    {
        var (height, width) = evidence.Size;
        return new ModelDescription
        {
            Task = ModelTask.Semantic,
            Decoder = decoder,
            Input = evidence.Config?.Input is { } said
                ? said with { Name = evidence.Image!.Value.Name, Layout = evidence.Image.Layout, Resize = ResizeRule.Stretch, Size = [height, width] }
                : evidence.File.Metadata.GetValueOrDefault("author") == "Ultralytics" ? evidence.Input(ResizeRule.LetterboxCenter).ZeroToOne()
                : evidence.Input(ResizeRule.Stretch).ImageNet(),
            Output = output,
            Nms = new SuppressionRules { Mode = SuppressionMode.None, Conf = 0 },
        };
    }

    /// <summary>How many values a pixel has, and whether they stand on the last axis; null for what is not of the picture's shape.</summary>
    private static (int Classes, bool Last)? Axes(ModelEvidence evidence, ProbedOutput map)
    {
        if (map.Rank is not (3 or 4))
        {
            return null;
        }

        if (IsShaped(map.Along(-2), map.Along(-1)))
        {
            return (map.Rank == 3 ? 1 : map.Along(1), false);
        }

        // As TensorFlow lays them.
        return map.Rank == 4 && evidence.Image!.Layout == TensorLayout.Nhwc && IsShaped(map.Along(1), map.Along(2)) ? (map.Along(3), true) : null;

        bool IsShaped(int height, int width) =>
            height > 1 && width > 1 && Math.Abs(((double)width / height) - ((double)evidence.Size.Width / evidence.Size.Height)) <= LargestDistortion;
    }

    /// <summary>The names tell whether the first class is the background; without names it is asked.</summary>
    private static Guess Background(Guess guess, ModelEvidence evidence, int classes, InferenceLimits limits)
    {
        var (plain, names) = (guess.Description, evidence.Names(limits));
        var background = plain with { Output = plain.Output with { Background = BackgroundClass.First } };
        if (names is not null && (classes < 0 || names.Count == classes))
        {
            return (LabelQuestions.BeginsWithBackground(names)
                ? guess with { Description = background, Reason = $"{guess.Reason} The first name is the background's." }
                : guess with { Reason = $"{guess.Reason} The first class has a name like the others, and is no background." })
                .WithNormaliser(evidence).WithLabels(evidence, classes, limits);
        }

        return (guess with { Description = background })
            .Asking("background", "Is the first class the background, which gets no mask?", new("Yes", background), new("No, it is a class like the others", plain))
            .WithLabels(evidence, classes, limits);
    }
}
