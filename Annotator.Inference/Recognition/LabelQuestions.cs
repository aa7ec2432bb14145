using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>Puts names to a model's classes, and asks where they do not fit.</summary>
internal static class LabelQuestions
{
    /// <param name="classes">How many classes the model gives; -1 when it cannot be told.</param>
    public static Guess WithLabels(this Guess guess, ModelEvidence evidence, int classes, InferenceLimits limits)
    {
        var names = evidence.Names(limits);
        if (names is not null && (classes < 0 || names.Count == classes))
        {
            return guess.With(guess.Description with { Labels = Labels(names) });
        }

        if (classes < 0)
        {
            return Asked(guess, "The model does not name its classes. Give a list of names, one a line.");
        }

        var numbered = guess.With(guess.Description with { Labels = Labels([.. Enumerable.Range(0, classes).Select(i => $"class_{i}")]) });
        return Asked(numbered, names is null
            ? $"The model gives {classes} classes and does not name them. Give a list of {classes} names, one a line; until then they are class_0, class_1 …"
            : $"The model gives {classes} classes, and {names.Count} names are there. Give a list of {classes} names.");
    }

    public static Guess With(this Guess guess, ModelDescription description) => guess with
    {
        Description = description,
        Questions = [.. guess.Questions.Select(question => question with { Choices = [.. question.Choices.Select(choice => choice with { Description = choice.Description with { Labels = description.Labels } })] })],
    };

    /// <summary>Asks which of several readings is right; the first is the one that stands.</summary>
    public static Guess Asking(this Guess guess, string code, string text, params RecognitionChoice[] choices) =>
        guess with { Questions = [.. guess.Questions, new RecognitionQuestion(code, text, choices)] };

    public static IReadOnlyList<ModelLabel> Labels(IReadOnlyList<string> names) => [.. names.Select((name, i) => new ModelLabel(i, name))];

    private static Guess Asked(Guess guess, string text) => guess.Asking("labels", text);
}
