using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>What a matcher makes of a model.</summary>
/// <param name="Score">0 to 1: 1 where the model says it itself, less the more it is inferred.</param>
/// <param name="Reason">What speaks for it, for the user.</param>
/// <param name="Questions">What cannot be known from the model, with the answers that are possible.</param>
public sealed record Guess(ModelDescription Description, double Score, string Reason, IReadOnlyList<RecognitionQuestion> Questions);

/// <summary>Something to ask the user, never to decide silently.</summary>
/// <param name="Code">A stable word: <c>labels</c>, <c>label-offset</c>, <c>task</c>, <c>color</c>, <c>normaliser</c>, <c>activation</c>, <c>background</c>, <c>resize</c>.</param>
/// <param name="Choices">The descriptions to go on with; the first is the one that was taken. Empty where the user has to give something.</param>
public sealed record RecognitionQuestion(string Code, string Text, IReadOnlyList<RecognitionChoice> Choices);

/// <summary>One possible answer.</summary>
public sealed record RecognitionChoice(string Text, ModelDescription Description);

/// <summary>The outcome for one model.</summary>
/// <param name="Guesses">Best first; empty when no family fits.</param>
public sealed record RecognisedModel(IReadOnlyList<Guess> Guesses)
{
    /// <summary>The best guess; null when the model's family is unknown.</summary>
    public Guess? Best => Guesses.Count > 0 ? Guesses[0] : null;

    /// <summary>The same with every description changed, those of possible answers too.</summary>
    public RecognisedModel With(Func<ModelDescription, ModelDescription> change) => new(
    [
        .. Guesses.Select(guess => guess with
        {
            Description = change(guess.Description),
            Questions = [.. guess.Questions.Select(question => question with { Choices = [.. question.Choices.Select(choice => choice with { Description = change(choice.Description) })] })],
        }),
    ]);

    /// <summary>Whether the best guess can be used without asking anything.</summary>
    public bool IsCertain => Best is { Questions.Count: 0 } && (Guesses.Count == 1 || Guesses[0].Score > Guesses[1].Score);
}

/// <summary>Knows one way in which models tell what they are.</summary>
internal interface IModelMatcher
{
    /// <summary>Nothing when the model is of another kind.</summary>
    IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits);
}
