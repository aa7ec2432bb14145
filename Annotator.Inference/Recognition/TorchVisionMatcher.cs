using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>
/// torchvision's detectors give the objects of one image: boxes of rank 2, labels and scores of rank 1, by any name, perhaps with
/// masks or keypoints.
/// </summary>
internal sealed class TorchVisionMatcher : IModelMatcher
{
    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        var boxes = evidence.Outputs.FirstOrDefault(output => output is { IsReal: true, Rank: 2 } && output.Along(1) == 4);
        var labels = evidence.Outputs.FirstOrDefault(output => output is { IsReal: false, Rank: 1 });
        var scores = evidence.Outputs.FirstOrDefault(output => output is { IsReal: true, Rank: 1 });
        if (evidence.Image is null || boxes is null || labels is null || scores is null)
        {
            return [];
        }

        var masks = evidence.Outputs.FirstOrDefault(output => output is { IsReal: true, Rank: 4 } && output.Along(1) == 1);
        var nodes = evidence.Outputs.FirstOrDefault(output => output is { IsReal: true, Rank: 3 } && output.Along(2) == 3);
        var nodeScores = nodes is null ? null : evidence.Outputs.FirstOrDefault(output => output is { IsReal: true, Rank: 2 } && output != boxes && output.Along(1) == nodes.Along(1));
        var description = new ModelDescription
        {
            Task = masks is not null ? ModelTask.Segment : nodes is not null ? ModelTask.Pose : ModelTask.Detect,
            Decoder = DecoderNames.TorchVision,
            Input = evidence.Image.Height > 0 ? evidence.Input(ResizeRule.Stretch).ZeroToOne() : evidence.Input(ResizeRule.Native).ZeroToOne() with { Size = [0, 0] },
            Output = new OutputRules
            {
                Boxes = boxes.Name,
                Scores = scores.Name,
                Classes = labels.Name,
                Masks = masks?.Name,
                Keypoints = nodes?.Name,
                KeypointScores = nodeScores?.Name,
                BoxFormat = BoxFormat.Xyxy,

                // Corners that never leave 0 to 1 are parts of the picture: not torchvision, but of the same shape.
                Normalized = boxes is { Min: >= -0.5f, Max: > 0 and <= 1.5f },
                Activation = nodeScores is null ? Activation.None : Activation.Sigmoid,
            },
            Keypoints = nodes is null ? null : KnownSkeletons.Of(Math.Max(1, nodes.Along(1)), 3),
            Nms = new SuppressionRules { Mode = SuppressionMode.None },
        };
        return [new Guess(description, 0.85, "Boxes, whole numbers and scores of one image are those of torchvision's detectors; the graph itself resizes and normalises.", [])
            .CountedFromOne("From 1, 0 being the background, as torchvision does", evidence, limits)
            .WithLabels(evidence, -1, limits)];
    }
}
