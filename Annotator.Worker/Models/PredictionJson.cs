using Annotator.Inference;

namespace Annotator.Worker.Models;

/// <summary>One prediction as Api passes it on; docs/models.md.</summary>
/// <param name="Kind">rectangle, polygon, mask, points, skeleton or tag: the contract's words.</param>
/// <param name="Points">As annotations have them: a mask's run lengths and box, else pixels of the upright picture.</param>
/// <param name="Rotation">Degrees clockwise.</param>
internal sealed record PredictionJson(
    string Label,
    double Score,
    string Kind,
    double[] Points,
    double Rotation,
    IReadOnlyList<NodeJson> Elements,
    IReadOnlyDictionary<string, string> Attributes)
{
    public static PredictionJson Of(Prediction prediction) => new(
        prediction.Label,
        prediction.Score,
        prediction.Kind switch
        {
            PredictionKind.Tag => "tag",
            PredictionKind.Rectangle or PredictionKind.RotatedRectangle => "rectangle",
            PredictionKind.Polygon => "polygon",
            PredictionKind.Mask => "mask",
            PredictionKind.Points => "points",
            PredictionKind.Skeleton => "skeleton",
            _ => throw new ArgumentOutOfRangeException(nameof(prediction), prediction.Kind, "No shape of that kind."),
        },
        prediction.Points,
        prediction.Rotation,
        [.. prediction.Nodes.Select(node => new NodeJson(node.Name, [node.X, node.Y], !node.Visible))],
        prediction.Attributes);
}

/// <summary>One node of a skeleton.</summary>
/// <param name="Outside">Whether the model does not see it.</param>
internal sealed record NodeJson(string Label, double[] Points, bool Outside);
