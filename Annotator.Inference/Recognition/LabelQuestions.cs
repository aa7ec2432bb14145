using System.Globalization;
using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>Puts names to a model's classes, and asks where they do not fit.</summary>
internal static class LabelQuestions
{
    private static readonly HashSet<string> _background = new(StringComparer.OrdinalIgnoreCase) { "background", "__background__", "_background_", "bg", "???", "__ignore__" };

    /// <param name="classes">How many classes the model gives; -1 when it cannot be told.</param>
    public static Guess WithLabels(this Guess guess, ModelEvidence evidence, int classes, InferenceLimits limits)
    {
        var lists = evidence.NameLists(limits).ToList();
        if (lists.Count == 0)
        {
            return classes < 0
                ? Asked(guess, "The model does not name its classes. Give a list of names, one a line.")
                : Asked(Numbered(guess, classes), $"The model gives {classes} classes and does not name them. Give a list of {classes} names, one a line; until then they are class_0, class_1 …");
        }

        if (classes < 0)
        {
            return guess.With(guess.Description with { Labels = Labels(WithoutBlanks(lists[0])) });
        }

        if (Fitting(lists[0], classes) is { } fitting)
        {
            return guess.With(guess.Description with { Labels = Labels(fitting) });
        }

        var other = lists.Select(list => Fitting(list, classes)).FirstOrDefault(list => list is not null);
        return other is null
            ? Asked(Numbered(guess, classes), $"The model gives {classes} classes, and {lists[0].Count} names are there. Give a list of {classes} names.")
            : Asked(
                guess.With(guess.Description with { Labels = Labels(other) }),
                $"The model gives {classes} classes, and the list beside it has {lists[0].Count} names. Give a list of {classes} names; until then those of the model's own file are taken.");
    }

    /// <summary>
    /// The names when they are so many: as they stand, without empty lines, or without the background in front of them. A class
    /// whose name is empty gets its number. Null when they do not fit.
    /// </summary>
    public static IReadOnlyList<string>? Fitting(IReadOnlyList<string> names, int classes)
    {
        if (names.Count == classes)
        {
            return [.. names.Select((name, i) => string.IsNullOrWhiteSpace(name) ? string.Create(CultureInfo.InvariantCulture, $"class_{i}") : name)];
        }

        var filled = WithoutBlanks(names);
        return filled.Count == classes ? filled
            : filled.Count == classes + 1 && BeginsWithBackground(filled) ? [.. filled.Skip(1)]
            : null;
    }

    /// <summary>Whether the first name says that nothing is there.</summary>
    public static bool BeginsWithBackground(IReadOnlyList<string>? names) => names is { Count: > 0 } && _background.Contains(names[0].Trim());

    /// <summary>The description, and its names for every answer but a vector's, which has no classes.</summary>
    public static Guess With(this Guess guess, ModelDescription description) => guess with
    {
        Description = description,
        Questions = [.. guess.Questions.Select(question => question with { Choices = [.. question.Choices.Select(choice => choice with { Description = choice.Description with { Labels = choice.Description.Task == ModelTask.Embed ? [] : description.Labels } })] })],
    };

    /// <summary>Asks which of several readings is right; the first is the one that stands.</summary>
    public static Guess Asking(this Guess guess, string code, string text, params RecognitionChoice[] choices) =>
        guess with { Questions = [.. guess.Questions, new RecognitionQuestion(code, text, choices)] };

    /// <summary>
    /// Asks from which number classes are counted, unless the names tell: with the background among them they are counted from 0.
    /// </summary>
    /// <param name="usual">The answer "from 1" in the family's words; it stands until another is given.</param>
    public static Guess CountedFromOne(this Guess guess, string usual, ModelEvidence evidence, InferenceLimits limits)
    {
        var (one, zero) = (
            guess.Description with { Output = guess.Description.Output with { LabelOffset = 1 } },
            guess.Description with { Output = guess.Description.Output with { LabelOffset = 0 } });
        return BeginsWithBackground(evidence.Names(limits))
            ? guess with { Description = zero, Reason = $"{guess.Reason} The names begin with the background: classes are counted from 0." }
            : (guess with { Description = one }).Asking("label-offset", "From which number are the classes counted?", new(usual, one), new("From 0", zero));
    }

    public static IReadOnlyList<ModelLabel> Labels(IReadOnlyList<string> names) => [.. names.Select((name, i) => new ModelLabel(i, name))];

    private static List<string> WithoutBlanks(IReadOnlyList<string> names) => [.. names.Where(name => !string.IsNullOrWhiteSpace(name))];

    private static Guess Numbered(Guess guess, int classes) =>
        guess.With(guess.Description with { Labels = Labels([.. Enumerable.Range(0, classes).Select(i => string.Create(CultureInfo.InvariantCulture, $"class_{i}"))]) });

    private static Guess Asked(Guess guess, string text) => guess.Asking("labels", text);
}
