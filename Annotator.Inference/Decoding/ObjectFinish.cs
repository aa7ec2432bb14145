using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Decoding;

/// <summary>What a model tells of an object besides its box.</summary>
internal sealed record ObjectExtras
{
    /// <summary>The mask in the picture's pixels, within the given box (left, top, right, bottom); empty for none.</summary>
    public Func<Candidate, double[], double[]>? Mask { get; init; }

    /// <summary>x, y in the picture's pixels and a score for each node.</summary>
    public Func<Candidate, IReadOnlyList<PredictedNode>>? Nodes { get; init; }
}

/// <summary>From candidates to predictions: overlaps dropped, masks and nodes added, turned boxes turned.</summary>
internal static class ObjectFinish
{
    public static IEnumerable<Prediction> Finish(DecodeContext context, List<Candidate> candidates, ObjectExtras? extras = null)
    {
        foreach (var candidate in context.Suppress(candidates))
        {
            if (context.Description.Task == ModelTask.OrientedBoxes)
            {
                yield return BoxReader.Rotated(context, candidate);
            }
            else if (BoxReader.Rectangle(context, candidate) is { } rectangle)
            {
                foreach (var prediction in WithExtras(context, candidate, rectangle, extras))
                {
                    yield return prediction;
                }
            }
        }
    }

    private static IEnumerable<Prediction> WithExtras(DecodeContext context, Candidate candidate, Prediction rectangle, ObjectExtras? extras)
    {
        if (extras?.Nodes is { } nodes)
        {
            return [rectangle with { Kind = PredictionKind.Skeleton, Points = [], Nodes = nodes(candidate), Box = rectangle.Points }];
        }

        if (extras?.Mask is not { } mask)
        {
            return [rectangle];
        }

        var runs = mask(candidate, rectangle.Points);
        return runs.Length == 0 ? [] : MaskPolygons.AsAsked(rectangle with { Kind = PredictionKind.Mask, Points = runs, Box = rectangle.Points }, context.Options);
    }
}
