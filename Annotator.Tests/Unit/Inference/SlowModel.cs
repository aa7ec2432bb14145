using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;

namespace Annotator.Tests.Unit.Inference;

/// <summary>A classifier that takes as long as one likes; for ever, too.</summary>
internal static class SlowModel
{
    /// <summary>Counts to a number that the picture's colour is added to, so that no optimiser can count beforehand.</summary>
    public static OnnxGraph Looping(long turns)
    {
        var body = new OnnxGraph().Input("i", ElementType.Int64).Input("go", ElementType.Bool).Input("sum", ElementType.Float32, 1, 3)
            .Node("Add", ["sum", "means"], ["more"]).Node("Identity", ["go"], ["on"])
            .Output("on", ElementType.Bool).Output("more", ElementType.Float32, 1, 3);
        return Golden.Graph().Node("ReduceMean", ["images"], ["means"], OnnxGraph.Ints("axes", 2, 3), OnnxGraph.Int("keepdims", 0))
            .Longs("turns", [turns]).Node("Loop", ["turns", "", "means"], ["total"], OnnxGraph.Graph("body", body))
            .Node("Softmax", ["total"], ["scores"], OnnxGraph.Int("axis", 1)).Output("scores", ElementType.Float32, 1, 3);
    }

    public static ModelDescription Description() => new()
    {
        Task = ModelTask.Classify,
        Decoder = DecoderNames.Classification,
        Files = new ModelFiles { Model = "model.onnx" },
        Input = new ImageInput { Name = "images", Size = [Golden.Side, Golden.Side], Resize = ResizeRule.Stretch },
        Output = new OutputRules { Scores = "scores" },
        Nms = new SuppressionRules { Conf = 0 },
        Labels = [new ModelLabel(0, "red"), new ModelLabel(1, "green"), new ModelLabel(2, "blue")],
    };
}
