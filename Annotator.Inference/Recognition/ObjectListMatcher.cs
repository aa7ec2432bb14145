using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>
/// Boxes [B, N, 4] beside a score and a class for each, perhaps with their count: EfficientNMS, MMYOLO, YOLO-NAS's batch export, and
/// whatever else calls its outputs so.
/// </summary>
internal sealed class ObjectListMatcher : IModelMatcher
{
    private const float LargestPart = 1.5f;
    private static readonly string[] _boxes = ["det_boxes", "pred_boxes", "boxes", "bboxes"];
    private static readonly string[] _scores = ["det_scores", "pred_scores", "scores"];
    private static readonly string[] _classes = ["det_classes", "pred_classes", "class_idx", "classes", "labels"];
    private static readonly string[] _counts = ["num_dets", "num_predictions", "num_detections"];

    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        var (boxes, scores, classes) = (Find(evidence, _boxes), Find(evidence, _scores), Find(evidence, _classes));
        if (evidence.Image is null || boxes is not { Rank: 3 } || boxes.Along(2) != 4 || scores is not { Rank: 2, IsReal: true } || classes is not { Rank: 2 })
        {
            yield break;
        }

        var count = Find(evidence, _counts);
        var description = new ModelDescription
        {
            Task = ModelTask.Detect,
            Decoder = DecoderNames.EfficientNms,
            Input = evidence.Input(ResizeRule.LetterboxCenter).ZeroToOne(),
            Output = new OutputRules { Boxes = boxes.Name, Scores = scores.Name, Classes = classes.Name, Count = count?.Name, BoxFormat = BoxFormat.Xyxy },
            Nms = new SuppressionRules { Mode = SuppressionMode.None },
        };
        if (count is not null)
        {
            yield return new Guess(description, 0.9, $"The outputs {count.Name}, {boxes.Name}, {scores.Name}, {classes.Name} are those of YOLO with suppression inside.", []).WithLabels(evidence, -1, limits);
        }
        else if (AnchorCount.IsFree(boxes.Along(1), evidence.Size.Height, evidence.Size.Width))
        {
            yield return new Guess(
                description with { Nms = new SuppressionRules() }, 0.85, $"A box, a score and a class for each of the {boxes.Along(1)} places of YOLO's grids: the best class was taken already, overlaps are there.", [])
                .WithLabels(evidence, -1, limits);
        }
        else
        {
            yield return Finished(evidence, description, boxes, limits);
        }
    }

    /// <summary>Names alone tell neither how the picture went in, nor from where classes are counted; only parts show by their size.</summary>
    private static Guess Finished(ModelEvidence evidence, ModelDescription description, ProbedOutput boxes, InferenceLimits limits)
    {
        var parts = boxes is { Min: >= 1 - LargestPart, Max: > 0 and <= LargestPart };
        var stretched = description with { Input = description.Input with { Resize = ResizeRule.Stretch }, Output = description.Output with { Normalized = parts } };
        var bordered = stretched with { Input = description.Input };
        var guess = new Guess(stretched, 0.7, $"Boxes in {(parts ? "parts of the picture" : "pixels of the input")}, a score and a class for each: finished objects.", []);
        const string Text = "How was the picture brought to the model's size";
        const string Stretched = "Stretched";
        const string Bordered = "In its own shape, with a border around it";
        return (LabelQuestions.BeginsWithBackground(evidence.Names(limits))
            ? guess.Asking("resize", $"{Text}?", new(Stretched, stretched), new(Bordered, bordered))
            : guess.Asking(
                "resize",
                $"{Text}, and from which number are the classes counted?",
                new($"{Stretched}; from 0", stretched),
                new($"{Stretched}; from 1", FromOne(stretched)),
                new($"{Bordered}; from 0", bordered),
                new($"{Bordered}; from 1", FromOne(bordered)))).WithLabels(evidence, -1, limits);
    }

    private static ModelDescription FromOne(ModelDescription description) => description with { Output = description.Output with { LabelOffset = 1 } };

    /// <summary>YOLO-NAS puts <c>graph2_</c> and the like in front.</summary>
    private static ProbedOutput? Find(ModelEvidence evidence, string[] names) =>
        evidence.Output(names) ?? evidence.Outputs.FirstOrDefault(output => output.Name.StartsWith("graph", StringComparison.Ordinal) && names.Any(name => output.Name.EndsWith("_" + name, StringComparison.Ordinal)));
}
