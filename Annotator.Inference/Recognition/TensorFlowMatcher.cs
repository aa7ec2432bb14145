using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;

namespace Annotator.Inference.Recognition;

/// <summary>TensorFlow's object detection, by the names of its outputs; or by their shapes, where the converter called them all Identity.</summary>
internal sealed class TensorFlowMatcher : IModelMatcher
{
    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Image is not { } image || Find(evidence, image) is not { } found)
        {
            return [];
        }

        var description = new ModelDescription
        {
            Task = ModelTask.Detect,
            Decoder = DecoderNames.TfDetection,
            Input = (image.Height > 0 ? evidence.Input(ResizeRule.Stretch) : evidence.Input(ResizeRule.Native) with { Size = [0, 0] }).Raw(),
            Output = new OutputRules
            {
                Boxes = found.Boxes.Name,
                Scores = found.Scores.Name,
                Classes = found.Classes?.Name,
                Count = found.Count?.Name,
                BoxFormat = BoxFormat.Yxyx,
                Normalized = true,
            },
            Nms = new SuppressionRules { Mode = SuppressionMode.None },
        };
        var guess = new Guess(description, image.Value.Type == ElementType.UInt8 ? 0.95 : 0.85, "Parts of the picture as boxes, with scores, classes and their count, are those of TensorFlow's object detection.", []);
        return [guess.CountedFromOne("From 1, as TensorFlow does", evidence, limits).WithLabels(evidence, -1, limits)];
    }

    private static Outputs? Find(ModelEvidence evidence, ImageInputs image)
    {
        if (evidence.Output("detection_boxes") is { } boxes && evidence.Output("detection_scores") is { } scores)
        {
            return new Outputs(boxes, scores, evidence.Output("detection_classes"), evidence.Output("num_detections"));
        }

        if (image is not { Layout: TensorLayout.Nhwc, Value.Type: ElementType.UInt8 } || evidence.Outputs.Count != 4 || evidence.Outputs.FirstOrDefault(output => output.Rank == 3 && output.Along(2) == 4) is not { } table)
        {
            return null;
        }

        // Classes are whole numbers from 1, scores are shares.
        var rows = evidence.Outputs.Where(output => output.Rank == 2 && output.Along(1) == table.Along(1)).ToList();
        var (classes, shares) = (rows.Find(output => output is { IsWhole: true, Max: >= 1 }), rows.Find(output => output is { IsWhole: false, Min: >= 0, Max: <= 1 }));
        return classes is null || shares is null ? null : new Outputs(table, shares, classes, evidence.Outputs.FirstOrDefault(output => output.Rank == 1));
    }

    private sealed record Outputs(ProbedOutput Boxes, ProbedOutput Scores, ProbedOutput? Classes, ProbedOutput? Count);
}
