using System.Globalization;
using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>Up to a thousand rows of which the file says nothing: finished objects with what belongs to them, or RT-DETR's table.</summary>
internal static class YoloRowMatcher
{
    private const int BeforeExtras = 6;
    private const int BeforeScores = 4;

    /// <summary>RT-DETR's number of queries.</summary>
    private const int Queries = 300;
    private const string Reason = "Rows of finished objects: YOLOv10, YOLO26, or an export with suppression inside";

    public static IEnumerable<Guess> Match(ModelEvidence evidence, ProbedOutput output, ProbedOutput? proto, InferenceLimits limits)
    {
        var meaning = FinishedRows.Read(output);
        var finished = meaning == RowMeaning.Parts ? null : Finished(evidence, output, proto, meaning, limits);
        var transformer = meaning != RowMeaning.Finished && proto is null && output.Along(1) == Queries && output.Along(2) > BeforeScores ? Transformer(evidence, output) : null;
        if (finished is null || transformer is null)
        {
            return finished is not null ? [finished]
                : transformer is not null && meaning == RowMeaning.Parts ? [transformer.WithLabels(evidence, output.Along(2) - BeforeScores, limits)]
                : [];
        }

        // Nothing came out of the trial. As many names as there would be scores are no proof, only a hint.
        var scores = output.Along(2) - BeforeScores;
        var labels = evidence.HasNames(scores, limits) ? finished.Description.Labels : LabelQuestions.Labels([.. Enumerable.Range(0, scores).Select(i => string.Create(CultureInfo.InvariantCulture, $"class_{i}"))]);
        return
        [
            finished.Asking(
                "task",
                $"The trial picture showed nothing. What are the {output.Along(2)} numbers of a row?",
                new("Corners, a score, a class: YOLO with suppression inside", finished.Description),
                new(string.Create(CultureInfo.InvariantCulture, $"A box and the scores of {scores} classes: RT-DETR"), transformer.Description with { Labels = labels })),
        ];
    }

    /// <summary>Null where no kind of finished object has so many numbers.</summary>
    private static Guess? Finished(ModelEvidence evidence, ProbedOutput output, ProbedOutput? proto, RowMeaning meaning, InferenceLimits limits)
    {
        var extras = output.Along(2) - BeforeExtras;
        var rules = new OutputRules { Boxes = output.Name, Proto = proto?.Name, BoxFormat = BoxFormat.Xyxy };
        var description = YoloShapeMatcher.Detect(evidence, DecoderNames.YoloEndToEnd, rules) with { Nms = new SuppressionRules { Mode = SuppressionMode.None } };
        switch (extras)
        {
            case 0:
                return new Guess(description, 0.8, $"{Reason}.", []).WithLabels(evidence, -1, limits);
            case 1:
                return new Guess(description with { Task = ModelTask.OrientedBoxes, Output = rules with { BoxFormat = BoxFormat.Cxcywh } }, 0.7, $"{Reason}, with an angle.", []).WithLabels(evidence, -1, limits);
            case YoloShapeMatcher.MaskWeights when proto is not null:
                return new Guess(description with { Task = ModelTask.Segment }, 0.85, $"{Reason}, with masks.", []).WithLabels(evidence, -1, limits);
            case YoloShapeMatcher.PersonNodes * 3:
            case > 1 when extras % 3 == 0 && meaning == RowMeaning.Finished:
                var nodes = extras / 3;
                return new Guess(description with { Task = ModelTask.Pose, Keypoints = KnownSkeletons.Of(nodes, 3) }, 0.8, $"{Reason}, with {nodes} nodes.", [])
                    .WithLabels(evidence, nodes == YoloShapeMatcher.PersonNodes ? 1 : -1, limits);
            default:
                return null;
        }
    }

    private static Guess Transformer(ModelEvidence evidence, ProbedOutput output) => new(
        YoloShapeMatcher.Detect(evidence, DecoderNames.RtDetrUltralytics, new OutputRules { Boxes = output.Name, Normalized = true, Activation = output.LooksLikeLogits ? Activation.Sigmoid : Activation.None }) with
        {
            Input = evidence.Input(ResizeRule.Stretch).ZeroToOne(),
            Nms = new SuppressionRules { Mode = SuppressionMode.None },
        },
        0.7,
        $"{Queries} rows of {output.Along(2)} numbers that are parts of the picture and shares are boxes and scores of Ultralytics' RT-DETR.",
        []);
}
