using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Decoding;

/// <summary>Keeps the strongest of several boxes around one object.</summary>
internal static class Suppression
{
    /// <summary>Weaker candidates beyond these are not looked at: a model that offers more is noise.</summary>
    private const int MostCandidates = 30_000;

    /// <summary>The boxes that stay, best first; of equal scores the earlier row.</summary>
    public static List<Candidate> Apply(List<Candidate> candidates, SuppressionMode mode, double iou, int most)
    {
        candidates.Sort((one, other) => other.Score.CompareTo(one.Score) is var order && order != 0 ? order : one.Row.CompareTo(other.Row));
        if (mode == SuppressionMode.None)
        {
            return candidates.Count <= most ? candidates : candidates[..most];
        }

        var kept = new List<Candidate>();
        foreach (var candidate in candidates.Take(MostCandidates))
        {
            if (kept.Count == most)
            {
                break;
            }

            if (!kept.Exists(stronger => Hides(stronger, candidate, mode, iou)))
            {
                kept.Add(candidate);
            }
        }

        return kept;
    }

    private static bool Hides(Candidate stronger, Candidate weaker, SuppressionMode mode, double iou) => mode switch
    {
        SuppressionMode.Agnostic => stronger.Iou(weaker) > iou,
        SuppressionMode.PerClass => stronger.Class == weaker.Class && stronger.Iou(weaker) > iou,
        SuppressionMode.ProbIou => stronger.Class == weaker.Class && RotatedOverlap.ProbIou(stronger, weaker) > iou,
        SuppressionMode.None => false,
        _ => throw new InvalidOperationException($"{mode} is no way of suppression."),
    };
}
