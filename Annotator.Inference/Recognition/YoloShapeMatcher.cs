using System.Globalization;
using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>YOLO exports that say nothing of themselves, by the shapes that their grids leave.</summary>
internal sealed class YoloShapeMatcher : IModelMatcher
{
    private const int PersonNodes = 17;
    private const int MaskWeights = 32;

    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Image is null || evidence.File.Metadata.ContainsKey("task"))
        {
            return [];
        }

        if (evidence.Outputs.Count is 3 or 4 && evidence.Outputs.All(output => output is { Rank: 5, IsReal: true } && output.Along(4) > 5))
        {
            return [new Guess(Detect(evidence, DecoderNames.YoloV5Heads, new OutputRules()), 0.8, "Three outputs of five axes are YOLOv5's heads before the grid; the usual anchors are taken.", [])
                .WithLabels(evidence, evidence.Outputs[0].Along(4) - 5, limits)];
        }

        var output = evidence.Outputs.FirstOrDefault(output => output is { Rank: 3, IsReal: true });
        var proto = evidence.Outputs.FirstOrDefault(output => output is { Rank: 4, IsReal: true } && output.Along(1) == MaskWeights);
        if (output is null || evidence.Outputs.Count > (proto is null ? 1 : 2))
        {
            return evidence.Outputs is [{ Rank: 2, IsReal: true } rows] && rows.Along(1) == 7 ? [V7EndToEnd(evidence, rows, limits)] : [];
        }

        var (height, width) = evidence.Size;
        return AnchorCount.IsFree(output.Along(2), height, width) ? [V8(evidence, output, proto, limits)]
            : AnchorCount.IsTriple(output.Along(1), height, width) ? [V5(evidence, output, proto, limits)]
            : AnchorCount.IsFree(output.Along(1), height, width) ? [Yolox(evidence, output, limits)]
            : output.Along(1) is > 0 and <= 1000 ? Finished(evidence, output, proto, limits)
            : [];
    }

    private static ModelDescription Detect(ModelEvidence evidence, string decoder, OutputRules rules) => new()
    {
        Task = ModelTask.Detect,
        Decoder = decoder,
        Input = evidence.Input(ResizeRule.LetterboxCenter).ZeroToOne(),
        Output = rules,
    };

    private static Guess V8(ModelEvidence evidence, ProbedOutput output, ProbedOutput? proto, InferenceLimits limits)
    {
        var rows = output.Along(1) - 4;
        var description = Detect(evidence, DecoderNames.YoloV8, new OutputRules { Boxes = output.Name, Proto = proto?.Name });
        var reason = $"The output [B, {output.Along(1)}, {output.Along(2)}] has the places of a grid without anchors: YOLOv8 and later.";
        if (proto is not null)
        {
            return new Guess(description with { Task = ModelTask.Segment }, 0.9, $"{reason} With prototypes it segments.", []).WithLabels(evidence, rows - MaskWeights, limits);
        }

        var names = evidence.Names(limits)?.Count;
        var guess = new Guess(description, 0.85, reason, []);
        if (names == rows)
        {
            return guess.WithLabels(evidence, rows, limits);
        }

        var turned = description with { Task = ModelTask.OrientedBoxes, Nms = description.Nms with { Mode = SuppressionMode.ProbIou } };
        if (names == rows - 1)
        {
            return (guess with { Description = turned, Reason = $"{reason} One row more than names is the angle of turned boxes." }).WithLabels(evidence, rows - 1, limits);
        }

        var choices = new List<RecognitionChoice> { new(string.Create(CultureInfo.InvariantCulture, $"{rows} classes"), description) };
        if (rows == 1 + (PersonNodes * 3))
        {
            choices.Add(new("A person with 17 nodes", description with { Task = ModelTask.Pose, Keypoints = KnownSkeletons.Of(PersonNodes, 3), Labels = LabelQuestions.Labels(["person"]) }));
        }

        if (rows > 1)
        {
            choices.Add(new(string.Create(CultureInfo.InvariantCulture, $"{rows - 1} classes and the angle of turned boxes"), turned));
        }

        var labelled = guess.WithLabels(evidence, rows, limits);
        choices = [.. choices.Select(choice => choice with { Description = choice.Description.Labels.Count > 0 ? choice.Description : choice.Description with { Labels = LabelsFor(choice.Description, rows) } })];
        return choices.Count == 1 ? labelled : labelled.Asking("task", $"What are the {rows} rows behind the boxes?", [.. choices]);
    }

    private static IReadOnlyList<ModelLabel> LabelsFor(ModelDescription description, int rows) =>
        LabelQuestions.Labels([.. Enumerable.Range(0, description.Task == ModelTask.OrientedBoxes ? rows - 1 : rows).Select(i => $"class_{i}")]);

    private static Guess V5(ModelEvidence evidence, ProbedOutput output, ProbedOutput? proto, InferenceLimits limits)
    {
        var classes = output.Along(2) - 5 - (proto is null ? 0 : MaskWeights);
        return new Guess(
            Detect(evidence, DecoderNames.YoloV5, new OutputRules { Boxes = output.Name, Proto = proto?.Name }) with { Task = proto is null ? ModelTask.Detect : ModelTask.Segment },
            0.85,
            $"The output [B, {output.Along(1)}, {output.Along(2)}] has the places of a grid with three anchors: YOLOv5 or v7.",
            []).WithLabels(evidence, classes, limits);
    }

    /// <summary>
    /// YOLOX takes plain bytes and leaves the grid to its reader; v6 takes 0 to 1 and gives pixels. Numbers of centres that stay
    /// small, or sizes below 0, have no pixels yet.
    /// </summary>
    private static Guess Yolox(ModelEvidence evidence, ProbedOutput output, InferenceLimits limits)
    {
        var grid = output.Min < 0 && output.Max < 100;
        var bare = new OutputRules { Boxes = output.Name, Grid = grid };
        var yolox = Detect(evidence, DecoderNames.Yolox, bare) with
        {
            Input = (evidence.Input(ResizeRule.LetterboxTopLeft) with { Color = ChannelOrder.Bgr }).Raw(),
            Nms = new SuppressionRules { Mode = SuppressionMode.Agnostic, Iou = 0.45 },
        };
        var v6 = Detect(evidence, DecoderNames.Yolox, bare);
        return new Guess(yolox, 0.75, $"The output [B, {output.Along(1)}, {output.Along(2)}] has the places of a grid without anchors, place by place: YOLOX or YOLOv6.", [])
            .Asking("normaliser", "Which one is it?", new("YOLOX: blue, green, red, 0 to 255", yolox), new("YOLOv6: red, green, blue, 0 to 1", v6))
            .WithLabels(evidence, output.Along(2) - 5, limits);
    }

    private static IEnumerable<Guess> Finished(ModelEvidence evidence, ProbedOutput output, ProbedOutput? proto, InferenceLimits limits)
    {
        var width = output.Along(2);
        var rules = new OutputRules { Boxes = output.Name, Proto = proto?.Name, BoxFormat = BoxFormat.Xyxy };
        var description = Detect(evidence, DecoderNames.YoloEndToEnd, rules) with { Nms = new SuppressionRules { Mode = SuppressionMode.None } };
        const string Reason = "Rows of finished objects: YOLOv10, YOLO26, or an export with suppression inside";
        switch (width - 6)
        {
            case 0:
                return [new Guess(description, 0.8, $"{Reason}.", []).WithLabels(evidence, -1, limits)];
            case 1:
                return [new Guess(
                    description with { Task = ModelTask.OrientedBoxes, Output = rules with { BoxFormat = BoxFormat.Cxcywh } }, 0.7, $"{Reason}, with an angle.", []).WithLabels(evidence, -1, limits)];
            case MaskWeights when proto is not null:
                return [new Guess(description with { Task = ModelTask.Segment }, 0.85, $"{Reason}, with masks.", []).WithLabels(evidence, -1, limits)];
            case PersonNodes * 3:
                return [new Guess(description with { Task = ModelTask.Pose, Keypoints = KnownSkeletons.Of(PersonNodes, 3) }, 0.8, $"{Reason}, with 17 nodes.", []).WithLabels(evidence, 1, limits)];
            default:
                return width > 5 && output.Max <= 1.5
                    ? [new Guess(
                        description with
                        {
                            Decoder = DecoderNames.RtDetrUltralytics,
                            Input = description.Input with { Resize = ResizeRule.Stretch },
                            Output = new OutputRules { Boxes = output.Name, Normalized = true, Activation = output.LooksLikeLogits ? Activation.Sigmoid : Activation.None },
                        },
                        0.7,
                        $"Rows of {width} numbers between 0 and 1 are boxes and scores of Ultralytics' RT-DETR.",
                        []).WithLabels(evidence, width - 4, limits)]
                    : [];
        }
    }

    private static Guess V7EndToEnd(ModelEvidence evidence, ProbedOutput rows, InferenceLimits limits) => new Guess(
        Detect(evidence, DecoderNames.YoloV7EndToEnd, new OutputRules { Boxes = rows.Name, BoxFormat = BoxFormat.Xyxy }) with { Nms = new SuppressionRules { Mode = SuppressionMode.None } },
        0.75,
        "Rows of seven, the image's number first, are those of YOLOv7 with suppression inside.",
        []).WithLabels(evidence, -1, limits);
}
