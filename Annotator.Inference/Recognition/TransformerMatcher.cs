using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>Detectors with queries: RT-DETR, D-FINE, DEIM, RF-DETR, and Hugging Face's DETR, told by the names of inputs and outputs.</summary>
internal sealed class TransformerMatcher : IModelMatcher
{
    private static readonly SuppressionRules _none = new() { Mode = SuppressionMode.None };

    /// <summary>By <c>model_type</c>: those with a last score for "no object", those with a score for each name alone, and of these the ones that take 0 to 1.</summary>
    private static readonly HashSet<string> _withoutObject = ["detr", "yolos", "table-transformer"];
    private static readonly HashSet<string> _sigmoid = ["conditional_detr", "deformable_detr", "deta", "dab-detr", "rt_detr", "rt_detr_v2", "d_fine"];
    private static readonly HashSet<string> _plain = ["rt_detr", "rt_detr_v2", "d_fine"];

    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Image is null)
        {
            yield break;
        }

        if (evidence.HasInput("orig_target_sizes") && evidence.HasOutput("labels") && evidence.HasOutput("boxes") && evidence.HasOutput("scores"))
        {
            yield return new Guess(
                new ModelDescription
                {
                    Task = ModelTask.Detect,
                    Decoder = DecoderNames.RtDetr,
                    Input = evidence.Input(ResizeRule.Stretch).ZeroToOne(),
                    Output = new OutputRules { Boxes = "boxes", Scores = "scores", Classes = "labels", BoxFormat = BoxFormat.Xyxy, Original = true },
                    Nms = _none,
                },
                0.95,
                "The input orig_target_sizes and the outputs labels, boxes, scores are those of RT-DETR, D-FINE and DEIM.",
                []).WithLabels(evidence, -1, limits);
        }
        else if (evidence.Output("dets", "pred_boxes") is { Rank: 3 } boxes && boxes.Along(2) == 4 && evidence.Output("labels", "logits", "pred_logits") is { Rank: 3 } scores)
        {
            yield return boxes.Name == "dets" ? RfDetr(evidence, boxes, scores, limits) : Detr(evidence, boxes, scores, limits);
        }
    }

    private static Guess RfDetr(ModelEvidence evidence, ProbedOutput boxes, ProbedOutput scores, InferenceLimits limits)
    {
        var masks = evidence.Output("masks") is { Rank: 4 } found ? found.Name : null;
        var description = new ModelDescription
        {
            Task = masks is null ? ModelTask.Detect : ModelTask.Segment,
            Decoder = DecoderNames.RfDetr,
            Input = evidence.Input(ResizeRule.Stretch).ImageNet(),
            Output = new OutputRules
            {
                Boxes = boxes.Name, Scores = scores.Name, Masks = masks, Normalized = true, Activation = Activation.Sigmoid,
            },
            Nms = _none,
        };
        return OffsetAsked(evidence, new Guess(description, 0.9, "The outputs dets and labels (a table of scores) are those of RF-DETR.", []), scores.Along(2), limits);
    }

    /// <summary>A softmax with one class more than there are names means "no object" is the last class.</summary>
    private static Guess Detr(ModelEvidence evidence, ProbedOutput boxes, ProbedOutput scores, InferenceLimits limits)
    {
        var classes = scores.Along(2);
        var kind = evidence.Config?.ModelType ?? "";
        var input = evidence.Config?.Input is { } said
            ? said with { Name = evidence.Image!.Value.Name, Layout = evidence.Image.Layout, Resize = ResizeRule.Stretch, Size = [evidence.Size.Height, evidence.Size.Width] }
            : _plain.Contains(kind) ? evidence.Input(ResizeRule.Stretch).ZeroToOne() : evidence.Input(ResizeRule.Stretch).ImageNet();
        var sigmoid = new ModelDescription
        {
            Task = ModelTask.Detect,
            Decoder = DecoderNames.Detr,
            Input = input,
            Output = new OutputRules { Boxes = boxes.Name, Scores = scores.Name, Normalized = true, Activation = Activation.Sigmoid },
            Nms = _none,
        };
        var softmax = sigmoid with { Output = sigmoid.Output with { Activation = Activation.Softmax, Background = BackgroundClass.Last } };
        const string Reason = "The outputs logits and pred_boxes are those of the DETR family of Hugging Face";
        if (_withoutObject.Contains(kind))
        {
            return new Guess(softmax, 0.95, $"{Reason}; config.json says {kind}, whose last score stands for \"no object\".", []).WithLabels(evidence, classes - 1, limits);
        }

        if (_sigmoid.Contains(kind))
        {
            return new Guess(sigmoid, 0.95, $"{Reason}; config.json says {kind}, which has a score for each name.", []).WithLabels(evidence, classes, limits);
        }

        if (evidence.HasNames(classes, limits) || evidence.HasNames(classes - 1, limits))
        {
            return evidence.HasNames(classes, limits)
                ? new Guess(sigmoid, 0.95, $"{Reason}; there are as many scores as names.", []).WithLabels(evidence, classes, limits)
                : new Guess(softmax, 0.95, $"{Reason}; one score more than names stands for \"no object\".", []).WithLabels(evidence, classes - 1, limits);
        }

        return new Guess(softmax, 0.7, $"{Reason}.", [])
            .Asking("activation", "Is the last score \"no object\"? It is in DETR and YOLOS, not in Conditional DETR, Deformable DETR and RT-DETR.", new("Yes, DETR or YOLOS", softmax), new("No", sigmoid))
            .WithLabels(evidence, classes - 1, limits);
    }

    private static Guess OffsetAsked(ModelEvidence evidence, Guess guess, int classes, InferenceLimits limits)
    {
        if (evidence.HasNames(classes, limits) || !evidence.HasNames(classes - 1, limits))
        {
            return guess.WithLabels(evidence, classes, limits);
        }

        // One score is never used: the first where classes were numbered from 1, or the last.
        var shifted = guess.Description with { Output = guess.Description.Output with { LabelOffset = 1 } };
        return (guess with { Description = shifted, Reason = $"{guess.Reason} There is one score more than names." })
            .Asking("label-offset", "There is one score more than names. Which one is not used?", new("The first: classes were numbered from 1, as in COCO's files", shifted), new("The last: classes were numbered from 0", guess.Description))
            .WithLabels(evidence, classes - 1, limits);
    }
}
