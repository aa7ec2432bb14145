using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>VitTrack: the object's picture and the place to search, to a map of where it is.</summary>
internal sealed class TrackerMatcher : IModelMatcher
{
    public static bool IsTracker(ModelEvidence evidence) => evidence.HasInput("template") && evidence.HasInput("search") && evidence.File.Outputs.Count >= 3;

    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        if (IsTracker(evidence))
        {
            yield return new Guess(
                new ModelDescription
                {
                    Task = ModelTask.Track,
                    Decoder = DecoderNames.VitTrack,
                    Input = new ImageInput { Name = "search", Size = [256, 256], Resize = ResizeRule.Stretch }.ImageNet(),
                    Nms = new SuppressionRules { Mode = SuppressionMode.None },
                },
                0.95,
                "The inputs template and search are those of VitTrack.",
                []);
        }
    }
}
