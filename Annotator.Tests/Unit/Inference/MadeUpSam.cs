using Annotator.Inference.Onnx;

namespace Annotator.Tests.Unit.Inference;

/// <summary>
/// An encoder and a decoder with the inputs and outputs of SAM 2. Its three masks are alike: all that lies left of the first click,
/// where the picture, stretched to 1024 × 1024, is 256 × 256 in the masks.
/// </summary>
internal static class MadeUpSam
{
    private const int Low = 256;

    public static OnnxGraph Encoder() => new OnnxGraph().Input("image", ElementType.Float32, 1, 3, 1024, 1024)
        .Constant("image_embed", new float[4], 1, 1, 2, 2).Constant("high_res_feats_0", new float[4], 1, 1, 2, 2).Constant("high_res_feats_1", new float[4], 1, 1, 2, 2);

    public static OnnxGraph Decoder()
    {
        var columns = new float[Low * Low];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = ((i % Low) + 0.5f) * 4;
        }

        return new OnnxGraph().Input("image_embed", ElementType.Float32, 1, 1, 2, 2)
            .Input("high_res_feats_0", ElementType.Float32, 1, 1, 2, 2).Input("high_res_feats_1", ElementType.Float32, 1, 1, 2, 2)
            .Input("point_coords", ElementType.Float32, 1, -1, 2).Input("point_labels", ElementType.Float32, 1, -1)
            .Input("mask_input", ElementType.Float32, 1, 1, Low, Low).Input("has_mask_input", ElementType.Float32, 1)
            .Longs("from", [0, 0, 0], 3).Longs("to", [1, 1, 1], 3).Node("Slice", ["point_coords", "from", "to"], ["first"])
            .Longs("scalar", [1, 1, 1, 1], 4).Node("Reshape", ["first", "scalar"], ["x"])
            .Floats("columns", columns, 1, 1, Low, Low).Node("Sub", ["x", "columns"], ["one"])
            .Node("Concat", ["one", "one", "one"], ["masks"], OnnxGraph.Int("axis", 1)).Output("masks", ElementType.Float32, 1, 3, Low, Low)
            .Constant("iou_predictions", [0.2f, 0.9f, 0.5f], 1, 3);
    }
}
