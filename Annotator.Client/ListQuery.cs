using System.Globalization;
using System.Text;

namespace Annotator.Client;

/// <summary>One page of a list.</summary>
public sealed record ResultPage<T>(int Count, string? Next, string? Previous, IReadOnlyList<T> Results);

/// <summary>What to list: every list of the API takes these, and its own equality filters in <see cref="Where"/>.</summary>
public sealed record ListQuery
{
    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;
    public int PageSize { get; init; } = 25;
    public string? Search { get; init; }

    /// <summary>A field's name, with a minus in front for descending; null for the list's own order, newest first.</summary>
    public string? Sort { get; init; }

    /// <summary>Equality filters by field; empty values are left out.</summary>
    public IReadOnlyDictionary<string, string?> Where { get; init; } = new Dictionary<string, string?>();

    internal string AppendTo(string path)
    {
        var text = new StringBuilder(path)
            .Append(CultureInfo.InvariantCulture, $"?page={Page}&page_size={PageSize}");
        Append(text, "search", Search);
        Append(text, "sort", Sort);
        foreach (var (name, value) in Where)
        {
            Append(text, name, value);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }
}
