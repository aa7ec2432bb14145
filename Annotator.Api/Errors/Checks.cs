using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Api.Errors;

/// <summary>Collects everything wrong with a body, so that a client learns it all at once.</summary>
internal sealed class Checks
{
    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    public bool Passed => _errors.Count == 0;

    public void Fail(string field, string message)
    {
        if (!_errors.TryGetValue(field, out var messages))
        {
            _errors[field] = messages = [];
        }

        messages.Add(message);
    }

    public void That(bool holds, string field, string message)
    {
        if (!holds)
        {
            Fail(field, message);
        }
    }

    /// <summary>A text of 1 to <paramref name="longest"/> characters, not only white space.</summary>
    public void Required(string field, string? value, int longest)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Fail(field, value is null ? "This field is required." : "This field may not be blank.");
        }
        else
        {
            AtMost(field, value, longest);
        }
    }

    public void AtMost(string field, string? value, int longest)
    {
        if (value?.Length > longest)
        {
            Fail(field, $"Ensure this field has no more than {longest} characters.");
        }

        That(value?.Contains('\0', StringComparison.Ordinal) != true, field, "Null characters are not allowed.");
    }

    /// <summary>All failures as one 400; only when something failed.</summary>
    public ProblemHttpResult Problem() =>
        Problems.Invalid(_errors.ToDictionary(error => error.Key, error => error.Value.ToArray(), StringComparer.Ordinal));
}
