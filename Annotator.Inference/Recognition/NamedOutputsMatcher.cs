using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>Detectors whose inputs or outputs have names that no other family uses.</summary>
internal sealed class NamedOutputsMatcher : IModelMatcher
{
    private static readonly SuppressionRules _none = new() { Mode = SuppressionMode.None };

    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Image is null)
        {
            return [];
        }

        var guess = Paddle(evidence) ?? MmDeploy(evidence) ?? Rtmo(evidence) ?? YoloNas(evidence) ?? Ssd(evidence);
        return guess is null ? [] : [guess.Value.Guess.WithLabels(evidence, guess.Value.Classes, limits)];
    }

    private static (Guess Guess, int Classes)? Paddle(ModelEvidence evidence)
    {
        if (!evidence.HasInput("scale_factor") || evidence.Outputs.FirstOrDefault(output => output is { IsReal: true, Rank: 2 } && output.Along(1) == 6) is not { } rows)
        {
            return null;
        }

        return (new Guess(
            new ModelDescription
            {
                Task = ModelTask.Detect,
                Decoder = DecoderNames.PaddleDetection,
                Input = evidence.Input(ResizeRule.Stretch).ImageNet() with { Interp = Resampling.Bicubic },
                Output = new OutputRules
                {
                    Boxes = rows.Name,
                    Count = evidence.Outputs.FirstOrDefault(output => !output.IsReal && output.Rank == 1)?.Name,
                    BoxFormat = BoxFormat.Xyxy,
                    Original = true,
                },
                Nms = _none,
            },
            0.95,
            "The input scale_factor and rows of six are those of PaddleDetection.",
            []), -1);
    }

    private static (Guess Guess, int Classes)? MmDeploy(ModelEvidence evidence)
    {
        if (evidence.Output("dets") is not { Rank: 3 } boxes || boxes.Along(2) != 5 || evidence.Output("labels") is not { Rank: 2 })
        {
            return null;
        }

        var masks = evidence.Output("masks");
        var description = new ModelDescription
        {
            Task = masks is null ? ModelTask.Detect : ModelTask.Segment,
            Decoder = DecoderNames.MmDeploy,
            Input = (evidence.Input(ResizeRule.LetterboxTopLeft) with { Color = ChannelOrder.Bgr }).ImageNet(),
            Output = new OutputRules { Boxes = "dets", Classes = "labels", Masks = masks?.Name, BoxFormat = BoxFormat.Xyxy },
            Nms = _none,
        };
        var rgb = description with { Input = (description.Input with { Color = ChannelOrder.Rgb }).ImageNet() };
        var guess = new Guess(description, 0.85, "The outputs dets (five columns) and labels are those of MMDeploy.", [])
            .Asking("color", "In which order does the model take colours? deploy.json says it (to_rgb).", new("Blue, green, red (RTMDet)", description), new("Red, green, blue", rgb));
        return (guess, -1);
    }

    private static (Guess Guess, int Classes)? Rtmo(ModelEvidence evidence)
    {
        if (evidence.Output("dets") is not { Rank: 3 } boxes || boxes.Along(2) != 5 || evidence.Output("keypoints") is not { Rank: 4 } nodes)
        {
            return null;
        }

        return (new Guess(
            new ModelDescription
            {
                Task = ModelTask.Pose,
                Decoder = DecoderNames.Rtmo,
                Input = (evidence.Input(ResizeRule.LetterboxTopLeft) with { Color = ChannelOrder.Bgr }).Raw(),
                Output = new OutputRules { Boxes = "dets", Keypoints = "keypoints", BoxFormat = BoxFormat.Xyxy },
                Keypoints = KnownSkeletons.Of(Math.Max(1, nodes.Along(2)), nodes.Along(3) == 2 ? 2 : 3) with { Threshold = 0.3 },
                Nms = _none with { Conf = 0.3 },
            },
            0.95,
            "The outputs dets and keypoints are those of RTMO.",
            []), 1);
    }

    private static (Guess Guess, int Classes)? YoloNas(ModelEvidence evidence)
    {
        var boxes = evidence.Outputs.FirstOrDefault(output => output is { IsReal: true, Rank: 3 } && output.Along(2) == 4);
        var scores = evidence.Outputs.FirstOrDefault(output => output is { IsReal: true, Rank: 3 } && output != boxes && output.Along(1) == boxes?.Along(1));
        if (boxes is null || scores is null || evidence.Outputs.Count != 2 || !AnchorCount.IsFree(boxes.Along(1), evidence.Size.Height, evidence.Size.Width))
        {
            return null;
        }

        return (new Guess(
            new ModelDescription
            {
                Task = ModelTask.Detect,
                Decoder = DecoderNames.YoloNas,
                Input = evidence.Input(ResizeRule.LetterboxCenter).ZeroToOne(),
                Output = new OutputRules { Boxes = boxes.Name, Scores = scores.Name, BoxFormat = BoxFormat.Xyxy, Activation = scores.LooksLikeLogits ? Activation.Sigmoid : Activation.None },
            },
            0.8,
            $"Boxes [B, {boxes.Along(1)}, 4] and scores [B, {scores.Along(1)}, {scores.Along(2)}] of as many places as YOLO's grids have are those of YOLO-NAS.",
            []), scores.Along(2));
    }

    private static (Guess Guess, int Classes)? Ssd(ModelEvidence evidence)
    {
        if (evidence.Output("boxes") is not { Rank: 3 } boxes || boxes.Along(2) != 4 || evidence.Output("scores") is not { Rank: 3 } scores || scores.Along(2) < 2)
        {
            return null;
        }

        var description = new ModelDescription
        {
            Task = ModelTask.Detect,
            Decoder = DecoderNames.SsdTwoTensors,
            Input = evidence.Input(ResizeRule.Stretch).ImageNet(),
            Output = new OutputRules
            {
                Boxes = "boxes",
                Scores = "scores",
                BoxFormat = BoxFormat.Xyxy,
                Normalized = true,
                Background = BackgroundClass.First,
                LabelOffset = 1,
                Activation = scores.RowsSumToOne ? Activation.None : Activation.Softmax,
            },
        };
        var half = description with { Input = description.Input with { Mean = [127, 127, 127], Std = [128, 128, 128] } };
        var guess = new Guess(description, 0.7, "Boxes and scores with a background class are those of SSD exports.", [])
            .Asking("normaliser", "How does the model take colours?", new("As ImageNet's models", description), new("(value − 127) / 128", half));
        return (guess, scores.Along(2) - 1);
    }
}
