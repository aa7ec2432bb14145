using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Recognition;

/// <summary>
/// Finds out what a model is: by its metadata, by the names of its inputs and outputs, by its shapes, in this order. What
/// cannot be known is asked.
/// </summary>
public sealed class ModelRecogniser(InferenceLimits limits)
{
    /// <summary>Earlier ones know more surely: the first that answers has the word.</summary>
    private static readonly IModelMatcher[] _matchers =
    [
        new UltralyticsMatcher(), new TransformerMatcher(), new NamedOutputsMatcher(), new TensorFlowMatcher(), new ObjectListMatcher(), new TorchVisionMatcher(), new TrackerMatcher(),
        new YoloShapeMatcher(), new WholeImageMatcher(), new MapMatcher(),
    ];

    /// <summary>All readings of the files that were uploaded together, best first.</summary>
    public RecognisedModel Recognise(IReadOnlyList<ModelEvidence> files)
    {
        var guesses = (files.Count > 1 ? Pairs(files) : [])
            .DefaultIfEmpty()
            .SelectMany(pair => pair is not null ? [pair] : files.Count == 1 ? One(files[0]) : [])
            .OrderByDescending(guess => guess.Score)
            .ToList();
        return new RecognisedModel(guesses);
    }

    /// <summary>Why nothing fits, or what is missing, for the user.</summary>
    public static string Explain(IReadOnlyList<ModelEvidence> files) => files switch
    {
        [var one] when InteractiveMatcher.IsDecoder(one.File) => "This is the decoder of a click-to-segment model; upload its encoder with it.",
        [var one] when InteractiveMatcher.IsEncoder(one.File) => "This is the encoder of a click-to-segment model; upload its decoder with it.",
        [{ Image: null } one] => $"The model takes no picture of three colours: its inputs are {string.Join(", ", one.File.Inputs)}, its outputs {string.Join(", ", one.File.Outputs)}.",
        [var one] when Unknown(one) is { } input => $"The model wants an input {input} besides the picture, and nothing is known about it. Models that are given a text do not work here; export the part that takes the picture.",
        [var one] => $"No family of models that is known has these inputs and outputs: {string.Join(", ", one.File.Inputs)} → {string.Join(", ", one.File.Outputs)}. Describe it in {ModelDescription.FileName}.",
        _ when files.Any(TextPair.IsReader) && files.Any(TextPair.IsDetector) =>
            "These are a text detector and a reader of text. Add the reader's list of characters, such as ppocr_keys_v1.txt, one a line and as many as the reader knows.",
        _ => "These files are neither an encoder with its decoder nor a text detector with its recogniser.",
    };

    private IEnumerable<Guess> One(ModelEvidence evidence) =>
        InteractiveMatcher.IsDecoder(evidence.File) || InteractiveMatcher.IsEncoder(evidence.File) || Unknown(evidence) is not null ? []
        : _matchers.Select(matcher => matcher.Match(evidence, limits).ToList()).FirstOrDefault(found => found.Count > 0)
            ?.Select(guess => guess with { Description = Named(guess.Description, evidence), Questions = [.. guess.Questions.Select(question => Named(question, evidence))] }) ?? [];

    /// <summary>An input for which there is nothing to give; null when there is none. A tracker's two pictures are known to its matcher.</summary>
    private static OnnxValue? Unknown(ModelEvidence evidence) =>
        evidence.Image is null || TrackerMatcher.IsTracker(evidence) ? null
        : evidence.File.Inputs.FirstOrDefault(input => input.Name != evidence.Image.Value.Name && !SideInputs.IsKnown(input.Name));

    private IEnumerable<Guess?> Pairs(IReadOnlyList<ModelEvidence> files)
    {
        var (encoder, decoder) = (files.FirstOrDefault(file => InteractiveMatcher.IsEncoder(file.File)), files.FirstOrDefault(file => InteractiveMatcher.IsDecoder(file.File)));
        if (encoder is not null && decoder is not null)
        {
            yield return InteractiveMatcher.Match(encoder, decoder);
            yield break;
        }

        if (TextPair.Match([.. files.Select(file => (file, One(file).FirstOrDefault()))]) is { } text)
        {
            yield return text;
        }
    }

    private static RecognitionQuestion Named(RecognitionQuestion question, ModelEvidence evidence) =>
        question with { Choices = [.. question.Choices.Select(choice => choice with { Description = Named(choice.Description, evidence) })] };

    /// <summary>The file's names go into the description, and a model that takes bytes gets them as they are.</summary>
    private static ModelDescription Named(ModelDescription description, ModelEvidence evidence) => description with
    {
        Input = evidence.Image?.Value.Type is ElementType.UInt8 && description.Task != ModelTask.Track ? description.Input.Raw() : description.Input,
        Name = description.Name.Length > 0 ? description.Name : Path.GetFileNameWithoutExtension(evidence.FileName),
        Files = description.Files with { Model = evidence.FileName },
    };
}
