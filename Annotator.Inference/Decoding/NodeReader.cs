using System.Globalization;
using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Decoding;

/// <summary>Reads a skeleton's nodes: x, y and mostly a score, in pixels of the model's input.</summary>
internal static class NodeReader
{
    /// <param name="value">The number at a place: node, then 0 for x, 1 for y, 2 for the score.</param>
    public static IReadOnlyList<PredictedNode> Read(DecodeContext context, Func<int, int, float> value)
    {
        var rules = Rules(context);
        var nodes = new List<PredictedNode>(rules.Count);
        for (var node = 0; node < rules.Count; node++)
        {
            var (x, y) = (value(node, 0), value(node, 1));
            var score = rules.Dimensions > 2 ? value(node, 2) : 1;
            nodes.Add(Node(context, node, x, y, score));
        }

        return nodes;
    }

    /// <summary>A node that is no number stands in the picture's corner with score 0.</summary>
    public static PredictedNode Node(DecodeContext context, int node, float x, float y, float score)
    {
        var rules = Rules(context);
        var name = node < rules.Names.Count ? rules.Names[node] : node.ToString(CultureInfo.InvariantCulture);
        if (!float.IsFinite(x + y + score))
        {
            return new PredictedNode(name, 0, 0, 0, false);
        }

        var (imageX, imageY) = context.Rules.Original ? (x, y) : (context.Placement.ToImageX(x), context.Placement.ToImageY(y));
        return new PredictedNode(name, imageX, imageY, Math.Clamp(score, 0, 1), score > rules.Threshold);
    }

    public static KeypointRules Rules(DecodeContext context) =>
        context.Description.Keypoints ?? throw new ModelException("description-invalid", "The model gives keypoints, and its description has no keypoints.count.");
}
