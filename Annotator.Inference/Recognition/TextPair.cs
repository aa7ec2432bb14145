using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>A detector of text with its reader, and perhaps what tells lines that stand on their head.</summary>
internal static class TextPair
{
    private const int Ways = 2;

    /// <summary>Whether the file has the shape of a text detector.</summary>
    public static bool IsDetector(ModelEvidence evidence) => evidence.Image is not null && evidence.Outputs is [{ IsReal: true, Rank: 4 } map] && map.Along(1) == 1;

    /// <summary>Whether the file has the shape of a reader of text.</summary>
    public static bool IsReader(ModelEvidence evidence) => evidence.Image is not null && evidence.Outputs is [{ IsReal: true, Rank: 3 }];

    /// <summary>Null where the files are no such pair, or neither a file beside the reader nor its own metadata list its characters.</summary>
    public static Guess? Match(IReadOnlyList<(ModelEvidence File, Guess? Guess)> files)
    {
        var regions = files.FirstOrDefault(entry => entry.Guess?.Description.Decoder == DecoderNames.TextRegions);
        var lines = files.FirstOrDefault(entry => entry.Guess?.Description.Decoder == DecoderNames.TextLine);
        if (regions.Guess is not { } found || lines.Guess is null || lines.Guess.Questions.Any(question => question.Code == "labels"))
        {
            return null;
        }

        var turned = files.FirstOrDefault(entry => entry.Guess?.Description.Decoder == DecoderNames.Classification && entry.File.Outputs[0].Along(1) == Ways);
        return found with
        {
            Description = found.Description with
            {
                Files = found.Description.Files with { Recogniser = lines.File.FileName, Labels = lines.File.LabelsFile.Length > 0 ? lines.File.LabelsFile : null, Orientation = turned.File?.FileName },
            },
            Questions = [],
            Reason = $"{found.Reason} With the recogniser beside it, regions carry their text.",
        };
    }
}
